package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** Rules on whether an engine can detect a container that does not work. */
final class HealthRules {
    private HealthRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(noHealthcheck(), healthcheckOff());
    }

    private static Rule<ImageSubject> noHealthcheck() {
        return rule(
                info("IMG-004", "Image has no health check", Severity.LOW, Profile.L1, "4.6", "4.1.2"),
                "Without a check, an engine considers a container healthy as long as its process exists, even if it"
                        + " hangs or no longer responds.",
                "Add a HEALTHCHECK instruction that queries the application itself. Waive this rule if an"
                        + " orchestrator probes the container from outside.",
                image -> image.healthcheck().decideAt((check, at) -> {
                    if (check.isDisabled()) {
                        return Outcome.notApplicable("the health check is switched off, see IMG-005");
                    }
                    if (!check.isSet()) {
                        return Outcome.fail(Problem.at(at, "there is no health check"));
                    }
                    return Rules.failIf(
                            !runs(check.test()),
                            at.child("Test"),
                            "engines ignore the health check, whose test is neither CMD nor CMD-SHELL with a"
                                    + " command");
                }));
    }

    /** Docker supports these two kinds of tests, and logs that it ignores others. */
    private static boolean runs(List<String> test) {
        return (test.get(0).equals("CMD") || test.get(0).equals("CMD-SHELL"))
                && test.size() > 1
                && !test.get(1).isBlank();
    }

    private static Rule<ImageSubject> healthcheckOff() {
        return rule(
                info("IMG-005", "Health check is switched off", Severity.LOW, Profile.L1, "4.6", "4.1.2"),
                "HEALTHCHECK NONE removes the check of the base image, so a container that hangs keeps receiving"
                        + " work.",
                "Replace HEALTHCHECK NONE with a check that fits the application.",
                image -> image.healthcheck().decideAt((check, at) -> {
                    if (!check.isSet()) {
                        return Outcome.notApplicable("there is no health check, see IMG-004");
                    }
                    return Rules.failIf(check.isDisabled(), at.child("Test"), "the health check is NONE");
                }));
    }
}
