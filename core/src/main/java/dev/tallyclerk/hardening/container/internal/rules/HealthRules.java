package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
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

/** Whether somebody notices that a container does not work, or that nobody needs it any more. */
final class HealthRules {
    private static final RuleParameter<Duration> MAXIMUM_AGE = RuleParameter.duration(
            "maximumAge",
            Duration.ofDays(7),
            Duration.ZERO,
            Duration.ofDays(3650),
            "How long a container may be left behind after it stopped.");
    /** As Docker names them, and as Podman does. */
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
                        Without a check the engine knows only that the process is there, not that it works, so nobody is
                        told when it was stopped from working.
                        Remedy: Set HEALTHCHECK in the image, or start the container with --health-cmd. In a request the
                        test begins with CMD or CMD-SHELL.
                        """),
                container -> container.config().healthcheck().decideAt((check, at) -> {
                    if (check.filter(Healthcheck::isSwitchedOff).isPresent()) {
                        return Outcome.notApplicable("the health check is switched off; see RUN-046");
                    }
                    if (check.isEmpty() || check.get().test().isEmpty()) {
                        return Outcome.fail(Problem.at(at, "there is no health check"));
                    }
                    return Outcome.failIf(
                            !runs(check.get().test(), container.document().isPodman()),
                            at,
                            "the engine ignores the health check, whose test is neither CMD nor CMD-SHELL with"
                                    + " a command",
                            Evidence.of("Test", check.get().test().toString()));
                }));
    }

    /** Docker knows two kinds of tests, and logs that it ignores others; Podman takes those for the command itself. */
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
                        The health check is switched off
                        The image has a check, or could have one, and the container was told not to use it.
                        Remedy: Remove --no-healthcheck, or the HEALTHCHECK NONE of the image.
                        """),
                container -> container
                        .config()
                        .healthcheck()
                        .decideAt((check, at) -> Outcome.failIf(
                                check.filter(Healthcheck::isSwitchedOff).isPresent(),
                                at,
                                "the health check is switched off")));
    }

    private static ContainerRule leftBehind() {
        return rule(
                info("RUN-059", Severity.INFO, Profile.L1, "6.2", "4.4.5", """
                        Container is stopped and left behind
                        A stopped container keeps its files, with whatever data and secrets are in them, and somebody
                        can start it again with an image that is long out of date.
                        Remedy: Remove it, with docker container prune for all of them; keep what is needed in volumes.
                        """).parameter(MAXIMUM_AGE),
                (container, context) -> container.status().decideAt((status, at) -> {
                    if (STOPPED.contains(status) || NOT_STARTED.contains(status)) {
                        return leftBehind(container, status, at, context);
                    }
                    return IN_USE.contains(status)
                            ? Outcome.pass()
                            : Outcome.unknown(Fact.Reason.UNREADABLE, at + " is no status of a container");
                }));
    }

    private static Outcome leftBehind(Container container, String status, Location at, RuleContext context) {
        Fact<String> since = NOT_STARTED.contains(status) ? container.created() : container.finishedAt();
        return since.decide(text -> {
            Instant time;
            try {
                time = OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                return Outcome.unknown(Fact.Reason.UNREADABLE, "when the container stopped is not a time");
            }
            boolean isOld = Duration.between(time, context.auditTime()).compareTo(context.value(MAXIMUM_AGE)) > 0;
            return Outcome.failIf(
                    isOld,
                    at,
                    "the container is not running any more",
                    Evidence.of("Status", status),
                    Evidence.of("since", text));
        });
    }
}
