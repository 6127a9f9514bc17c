package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.internal.command.ImagePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A mount that RUN asks for.
 *
 * @param type for example {@code cache}; {@code bind} unless given
 * @param options the options in lower case, with their values
 */
record RunMount(String type, Map<String, String> options) {
    private static final Set<String> PASSING = Set.of("cache", "tmpfs");

    static List<RunMount> of(Instruction run) {
        List<RunMount> mounts = new ArrayList<>();
        for (Instruction.Flag flag : run.flags()) {
            if (flag.name().equals("mount")) {
                Map<String, String> options = new HashMap<>();
                for (String option : flag.value().split(",", -1)) {
                    int equals = option.indexOf('=');
                    String name = option.substring(0, equals < 0 ? option.length() : equals);
                    options.put(name.strip().toLowerCase(Locale.ROOT), equals < 0 ? "" : option.substring(equals + 1));
                }
                mounts.add(new RunMount(options.getOrDefault("type", "bind"), options));
            }
        }
        return mounts;
    }

    /** {@return whether files that are written there do not stay in the layer} */
    boolean isPassing() {
        return PASSING.contains(type);
    }

    String target() {
        for (String name : List.of("target", "dst", "destination")) {
            if (options.containsKey(name)) {
                return options.getOrDefault(name, "");
            }
        }
        return "";
    }

    /** {@return the stage or image that the files come from; empty for the build context} */
    String from() {
        return options.getOrDefault("from", "");
    }

    boolean covers(String folder) {
        String clean = ImagePath.clean(target());
        return !target().isEmpty() && (clean.equals("/") || (folder + '/').startsWith(clean + '/'));
    }
}
