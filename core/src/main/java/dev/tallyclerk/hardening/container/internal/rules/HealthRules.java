package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.Healthcheck;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;

/** Whether a failed or abandoned container is noticed. */
final class HealthRules {
    private static final RuleParameter<Duration> MAXIMUM_AGE = RuleParameter.duration(
            "maximumAge",
            Duration.ofDays(7),
            Duration.ZERO,
            Duration.ofDays(3650),
            "How long a stopped container may be kept.");
    /** In Docker's words and Podman's. */
    private static final Set<String> NOT_STARTED = Set.of("created", "configured", "initialized");

    private static final Set<String> IN_USE = Set.of("running", "paused", "restarting", "removing", "stopping");

    private static final Set<String> STOPPED = Set.of("exited", "dead", "stopped");

    private HealthRules() {}

    static List<ContainerRule> all() {
        return List.of(none(), switchedOff(), leftBehind());
    }

    private static ContainerRule none() {
        return rule(
                info("RUN-045", Severity.LOW, Profile.L1, "5.27", "4.4.4", """
                        No health check
                        Without a health check the engine knows only that the process exists, not that it works, so an
                        outage goes unnoticed.
                        Remedy: Set HEALTHCHECK in the image, or start the container with --health-cmd. In a request the
                        test begins with CMD or CMD-SHELL.
                        """),
                container -> container.config().healthcheck().decideAt((check, at) -> {
                    if (check.filter(Healthcheck::isSwitchedOff).isPresent()) {
                        return Outcome.notApplicable("the health check is disabled; see RUN-046");
                    }
                    if (check.isEmpty() || check.get().test().isEmpty()) {
                        return Outcome.fail(Problem.at(at, "there is no health check"));
                    }
                    return Outcome.failIf(
                            !runs(check.get().test(), container.document().isPodman()),
                            at,
                            "the engine ignores the health check: its test is neither CMD nor CMD-SHELL with"
                                    + " a command");
                }));
    }

    /**
     * Docker supports two kinds of tests and ignores others with a log message; Podman runs others as the command
     * itself.
     */
    private static boolean runs(List<String> test, boolean isPodman) {
        String kind = test.get(0);
        if (kind.equals("CMD") || kind.equals("CMD-SHELL")) {
            return test.size() > 1 && !test.get(1).isBlank();
        }
        return isPodman && !kind.isBlank() && !kind.equalsIgnoreCase("none");
    }

    private static ContainerRule switchedOff() {
        return rule(
                info("RUN-046", Severity.LOW, Profile.L1, "5.27", "4.4.4", """
                        Health check is disabled
                        The image has or could have a health check, and the container was told not to use it.
                        Remedy: Remove --no-healthcheck, or HEALTHCHECK NONE from the image.
                        """),
                container -> container
                        .config()
                        .healthcheck()
                        .decideAt((check, at) -> Outcome.failIf(
                                check.filter(Healthcheck::isSwitchedOff).isPresent(),
                                at,
                                "the health check is disabled")));
    }

    private static ContainerRule leftBehind() {
        return rule(
                info("RUN-059", Severity.INFO, Profile.L1, "6.2", "4.4.5", """
                        Container is stopped and left behind
                        A stopped container keeps its files, including data and secrets, and can be started again with
                        an image that is long out of date.
                        Remedy: Remove it; docker container prune removes all stopped containers. Keep what is needed in
                        volumes.
                        """).parameter(MAXIMUM_AGE),
                (container, context) -> container.status().decideAt((status, at) -> {
                    if (STOPPED.contains(status) || NOT_STARTED.contains(status)) {
                        return leftBehind(container, status, at, context);
                    }
                    return IN_USE.contains(status)
                            ? Outcome.pass()
                            : Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " is not a container status");
                }));
    }

    private static Outcome leftBehind(Container container, String status, Location at, RuleContext context) {
        Fact<String> since = NOT_STARTED.contains(status) ? container.created() : container.finishedAt();
        return since.decide(text -> {
            Instant time;
            try {
                time = OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                return Outcome.unknown(
                        MissingValue.Reason.UNREADABLE, "the time at which the container stopped is malformed");
            }
            boolean isOld = Duration.between(time, context.auditTime()).compareTo(context.value(MAXIMUM_AGE)) > 0;
            return Outcome.failIf(
                    isOld,
                    at,
                    "the container no longer runs",
                    Evidence.of("Status", status),
                    Evidence.of("since", text));
        });
    }
}
