package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.internal.text.TextMaps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The joint settings of file and flags, by the rules of dockerd. */
final class Configuration {
    private final @Nullable DaemonFile file;
    private final @Nullable CommandLine flags;
    private final Optional<EngineVersion> version;

    Configuration(@Nullable DaemonFile file, @Nullable CommandLine flags, Optional<EngineVersion> version) {
        this.file = file;
        this.flags = flags;
        this.version = version;
    }

    Optional<DaemonFile> file() {
        return Optional.ofNullable(file);
    }

    Optional<CommandLine> flags() {
        return Optional.ofNullable(flags);
    }

    /** {@return the option as set, or its default, or why it is unknown} */
    <T> Fact<T> fact(EngineOption<T> option) {
        Optional<Fact<T>> stated = stated(option);
        boolean isInFile = file != null && file.fact(option).isPresent();
        // An engine does not start with an option in both, so the invisible flags do not set it.
        if (flags != null && flags.isIncomplete() && (!isInFile || isRuntimes(option))) {
            return flags.open(option);
        }
        return stated.orElseGet(() -> unset(option));
    }

    /** {@return the known settings, to which an invisible part may add} */
    <T> Optional<Fact<T>> stated(EngineOption<T> option) {
        Optional<Fact<T>> fromFile = file == null ? Optional.empty() : set(option, file.fact(option));
        Optional<Fact<T>> fromFlags = flags == null ? Optional.empty() : set(option, flags.fact(option));
        if (fromFile.isPresent() && fromFlags.isPresent()) {
            return Optional.of(both(option, fromFile.get(), fromFlags.get()));
        }
        return fromFile.or(() -> fromFlags);
    }

    private static boolean isRuntimes(EngineOption<?> option) {
        return option == (Object) EngineOption.RUNTIMES;
    }

    private static <T> Optional<Fact<T>> set(EngineOption<T> option, Optional<Fact<T>> stated) {
        return stated.filter(fact ->
                !(fact instanceof Fact.Known<T> known && option.type().isUnset().test(known.value())));
    }

    private <T> Fact<T> unset(EngineOption<T> option) {
        if (file == null && flags == null) {
            return Fact.missing(
                    Reason.SOURCE_NOT_PROVIDED,
                    "neither daemon.json nor the command line was given, so " + option + " is not known");
        }
        if (flags == null && option.type() == (Object) OptionType.LIST) {
            return Fact.missing(
                    Reason.SOURCE_NOT_PROVIDED,
                    "daemon.json does not set " + option + ", and the command line, which usually does, was not"
                            + " given");
        }
        if (file == null && flags != null && flags.has("config-file")) {
            return Fact.missing(
                    Reason.SOURCE_NOT_PROVIDED,
                    "the command line names a configuration file, which was not given and may set " + option);
        }
        Location at = file == null
                ? CommandLine.location(option.flag())
                : Location.pointer(DaemonFile.NAME, option.path().toArray(String[]::new));
        return option.defaultValue(version)
                .map(value -> Fact.defaulted(value, "dockerd's documented default", at))
                .orElseGet(() -> Fact.missing(
                        Reason.KEY_MISSING,
                        option + " is not set, and its default depends on the engine's version, which is not known"));
    }

    /** An engine refuses to start with an option in both, except for runtimes, which it merges. */
    private static <T> Fact<T> both(EngineOption<T> option, Fact<T> fromFile, Fact<T> fromFlags) {
        if (!(fromFile instanceof Fact.Known<T> inFile) || !(fromFlags instanceof Fact.Known<T> inFlags)) {
            return fromFile instanceof Fact.Known<T> ? fromFlags : fromFile;
        }
        if (isRuntimes(option)) {
            return fromFile.map(value -> merged(value, inFlags.value()));
        }
        return inFile.value().equals(inFlags.value())
                ? fromFile
                : Fact.missing(
                        Reason.IMPLAUSIBLE,
                        inFile.at() + " and " + inFlags.at() + " differ, and the engine refuses to start with both");
    }

    @SuppressWarnings("unchecked") // only for runtimes, whose values are maps
    private static <T> T merged(T inFile, T inFlags) {
        Map<String, String> all = new HashMap<>((Map<String, String>) inFile);
        all.putAll((Map<String, String>) inFlags);
        return (T) TextMaps.copyOf(all);
    }

    /** {@return the keys of the file that a flag sets too, except runtimes} */
    List<String> keysInBoth() {
        List<String> both = new ArrayList<>();
        if (file != null && flags != null) {
            for (String key : file.members().keySet()) {
                boolean set = DaemonKeys.flag(key).filter(flags::has).isPresent();
                if (set && !key.equals(EngineOption.RUNTIMES.key())) {
                    both.add(key);
                }
            }
            for (EngineOption<?> option : List.of(EngineOption.HTTP_PROXY, EngineOption.HTTPS_PROXY)) {
                if (file.fact(option).isPresent() && flags.has(option.flag())) {
                    both.add(option.key());
                }
            }
        }
        return both;
    }
}
