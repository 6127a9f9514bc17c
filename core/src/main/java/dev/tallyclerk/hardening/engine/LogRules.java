package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is logged, and where logs are kept. */
final class LogRules {
    private static final Set<String> STAYS_ON_HOST = Set.of("json-file", "local", "none");

    private LogRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(logLevel(), debug(), staysOnHost(), unbounded());
    }

    private static Rule<EngineSubject> logLevel() {
        return Rules.rule(
                info("DMN-002", Severity.LOW, Profile.L1, "2.3", "4.5.3", """
                        Log level is not info
                        Above info, the engine's log lacks what an investigation needs; at debug it contains request
                        bodies and their secrets.
                        Remedy: Set "log-level": "info", or remove the key.
                        """),
                engine -> Rules.failIf(
                        engine,
                        EngineOption.LOG_LEVEL,
                        level -> !level.equalsIgnoreCase("info"),
                        "the log level is not info"));
    }

    private static Rule<EngineSubject> debug() {
        return Rules.rule(
                info("DMN-003", Severity.LOW, Profile.L1, "2.3", "4.5.3", """
                        Engine runs in debug mode
                        In debug mode the engine logs request bodies, including environment variables with secrets, and
                        serves memory profiles on its socket.
                        Remedy: Remove "debug" from the configuration, or --debug from the command line.
                        """),
                engine -> Rules.failIf(engine, EngineOption.DEBUG, on -> on, "debug mode is on"));
    }

    private static Rule<EngineSubject> staysOnHost() {
        return Rules.rule(
                info("DMN-015", Severity.LOW, Profile.L2, "2.13", "4.5.3", """
                        Logs stay on the host
                        An attacker who takes over the host can delete the containers' logs there, and the driver none
                        never keeps any.
                        Remedy: Set "log-driver" to one that sends logs elsewhere, such as syslog, fluentd, gelf,
                        awslogs, gcplogs or splunk, or to journald with a forwarder.
                        """),
                engine -> Rules.failIf(
                        engine, EngineOption.LOG_DRIVER, STAYS_ON_HOST::contains, "container logs stay on the host"));
    }

    private static Rule<EngineSubject> unbounded() {
        return Rules.rule(
                info("DMN-016", Severity.LOW, Profile.STRICT, "2.13", "4.5.3", """
                        Log files grow without limit
                        The driver json-file keeps everything that a container prints until the container is removed. A
                        container that prints enough fills the host's disk, for all its neighbours.
                        Remedy: Set "log-opts": {"max-size": "10m", "max-file": "3"}, or use the driver local, which
                        limits itself.
                        """),
                engine -> Rules.each(
                        engine,
                        EngineOption.LOG_DRIVER,
                        (driver, at) -> driver.equals("json-file")
                                ? engine.configured(EngineOption.LOG_OPTS).decideAt(LogRules::bounded)
                                : Outcome.pass()));
    }

    private static Outcome bounded(Map<String, String> options, Location at) {
        String size = options.getOrDefault("max-size", "");
        if (size.isBlank()) {
            return Outcome.fail(Problem.at(at, "the driver is json-file, and max-size is not set"));
        }
        boolean positive = !size.startsWith("-") && size.chars().anyMatch(c -> c >= '1' && c <= '9');
        return Outcome.failIf(
                !positive, at.child("max-size"), "max-size does not limit the size", Evidence.of("max-size", size));
    }
}
