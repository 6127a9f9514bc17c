package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the configuration itself is consistent. */
final class ConfigurationRules {
    /** Options that the file and the engine's report state in the same form. */
    private static final List<EngineOption<?>> COMPARABLE = List.of(
            EngineOption.DEBUG,
            EngineOption.DEFAULT_RUNTIME,
            EngineOption.EXPERIMENTAL,
            EngineOption.LIVE_RESTORE,
            EngineOption.LOG_DRIVER,
            EngineOption.STORAGE_DRIVER);

    private static final List<String> PROXY_KEYS = List.of("http-proxy", "https-proxy");

    private ConfigurationRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(proxyCredentials(), unknownKey(), conflict());
    }

    private static Rule<EngineSubject> proxyCredentials() {
        return Rules.rule(info("DMN-032", Severity.HIGH, Profile.STRICT, "", "4.1.4", """
                        Proxy credentials in daemon.json
                        On most hosts every account can read the file, and it ends up in backups and configuration
                        repositories, along with the password.
                        Remedy: Use a proxy without a password, or set HTTPS_PROXY in a service file that only root can
                        read. Change the password that was in the file.
                        """), engine -> {
            Configuration configuration = engine.configuration();
            if (configuration.file().isEmpty() && configuration.flags().isEmpty()) {
                return Outcome.unknown(
                        Reason.SOURCE_NOT_PROVIDED, "neither daemon.json nor the command line was given");
            }
            List<Problem> problems = new ArrayList<>();
            configuration.file().ifPresent(file -> proxiesOf(file, problems));
            configuration.flags().ifPresent(flags -> proxiesOf(flags, problems));
            return Outcome.ofProblems(problems);
        });
    }

    private static void proxiesOf(DaemonFile file, List<Problem> problems) {
        file.members().forEach((key, value) -> {
            if (key.equals("proxies") || PROXY_KEYS.contains(key)) {
                collect(value, Location.pointer(DaemonFile.NAME, key), key, problems);
            }
        });
    }

    private static void proxiesOf(CommandLine flags, List<Problem> problems) {
        for (String flag : PROXY_KEYS) {
            for (String value : flags.values(flag)) {
                addIfPassword(value, CommandLine.location(flag), flag, problems);
            }
        }
    }

    private static void collect(JsonValue value, Location at, String name, List<Problem> problems) {
        if (value instanceof JsonString text) {
            addIfPassword(text.value(), at, name, problems);
        } else if (value instanceof JsonObject object) {
            object.members().forEach((key, member) -> collect(member, at.child(key), key, problems));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.elements().size(); i++) {
                collect(array.elements().get(i), at.child(Integer.toString(i)), name, problems);
            }
        }
    }

    private static void addIfPassword(String proxy, Location at, String name, List<Problem> problems) {
        if (hasPassword(proxy)) {
            problems.add(Problem.at(at, "a proxy address contains a password", Evidence.redacted(name)));
        }
    }

    /** RFC 3986, 3.2.1: the password is between the first colon and the last at sign, unless that is port and path. */
    private static boolean hasPassword(String proxy) {
        int mark = proxy.indexOf("://");
        String rest = mark < 0 ? proxy : proxy.substring(mark + 3);
        int at = rest.lastIndexOf('@');
        int colon = rest.indexOf(':');
        return colon >= 0 && colon < at - 1 && !rest.substring(colon).matches(":[0-9]*[/?#].*");
    }

    private static Rule<EngineSubject> unknownKey() {
        return Rules.rule(info("DMN-035", Severity.LOW, Profile.L1, "", "4.5.3", """
                        Unknown or misspelt daemon.json key
                        The engine refuses to start with an unknown key at the top level, and silently ignores one in a
                        nested object. If a key appears twice, the first value has no effect, whatever a reader of the
                        file expects.
                        Remedy: Correct or remove the key.
                        """), engine -> {
            Configuration configuration = engine.configuration();
            if (configuration.file().isEmpty()) {
                return configuration.flags().isPresent()
                                && !configuration.flags().get().has("config-file")
                        ? Outcome.pass()
                        : Outcome.unknown(Reason.SOURCE_NOT_PROVIDED, "daemon.json was not given");
            }
            return Outcome.ofProblems(keys(configuration.file().get()));
        });
    }

    private static List<Problem> keys(DaemonFile file) {
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, JsonValue> member : file.members().entrySet()) {
            String key = member.getKey();
            Location at = Location.pointer(DaemonFile.NAME, key);
            if (!DaemonKeys.isKnown(key)) {
                problems.add(Problem.at(at, "no version of the engine knows this key", Evidence.of("key", key)));
            } else if (key.equals("proxies") && member.getValue() instanceof JsonObject proxies) {
                for (String proxy : proxies.members().keySet()) {
                    if (!DaemonKeys.isProxy(proxy)) {
                        problems.add(Problem.at(
                                at.child(proxy), "no version of the engine knows this key", Evidence.of("key", proxy)));
                    }
                }
            }
        }
        for (String pointer : file.duplicates()) {
            problems.add(Problem.at(
                    new Location.Pointer(DaemonFile.NAME, pointer),
                    "the key appears more than once, and the last one counts"));
        }
        return problems;
    }

    private static Rule<EngineSubject> conflict() {
        return Rules.rule(info("DMN-036", Severity.LOW, Profile.L1, "", "4.5.3", """
                        daemon.json conflicts with a command-line flag
                        An engine refuses to start if an option is set in both places. A running one was started before
                        the file changed, and does not do what the file says.
                        Remedy: Keep the option in one place, and restart the engine.
                        """), ConfigurationRules::conflicts);
    }

    private static Outcome conflicts(EngineSubject engine) {
        Configuration configuration = engine.configuration();
        List<Problem> problems = new ArrayList<>();
        for (String key : configuration.keysInBoth()) {
            problems.add(Problem.at(
                    Location.pointer(DaemonFile.NAME, key),
                    "file and command line both set the option",
                    Evidence.of("key", key)));
        }
        configuration.file().ifPresent(file -> COMPARABLE.forEach(option -> compare(engine, file, option, problems)));
        if (!problems.isEmpty()) {
            return Outcome.ofProblems(problems);
        }
        if (configuration.flags().isEmpty()) {
            return Outcome.unknown(Reason.SOURCE_NOT_PROVIDED, "the command line was not given");
        }
        boolean open =
                configuration.file().isEmpty() && configuration.flags().get().has("config-file");
        return open
                ? Outcome.unknown(
                        Reason.SOURCE_NOT_PROVIDED, "the configuration file named on the command line was not given")
                : Outcome.pass();
    }

    private static <T> void compare(
            EngineSubject engine, DaemonFile file, EngineOption<T> option, List<Problem> problems) {
        Fact<T> running = option.reported(engine.info());
        if (file.fact(option).orElse(running) instanceof Fact.Known<T> set
                && running instanceof Fact.Known<T> reported
                && !set.value().equals(reported.value())) {
            problems.add(Problem.at(
                    set.at(),
                    "the running engine reports another value",
                    Evidence.of("file", String.valueOf(set.value())),
                    Evidence.of("reported", String.valueOf(reported.value()))));
        }
    }
}
