package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rules on what a container starts, and on how an engine checks that it works. */
final class StartRules {
    private StartRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(noHealthcheck(), severalHealthchecks(), severalCommands(), shellForm());
    }

    private static Rule<DockerfileSubject> noHealthcheck() {
        return Rule.of(
                info("DKF-007", Severity.LOW, Profile.L1, "4.6", "4.1.2", """
                        No HEALTHCHECK
                        Without a check, an engine considers a container healthy as long as its process exists, even if it
                        hangs or no longer responds.
                        Remedy: Add a HEALTHCHECK instruction that queries the application itself. Waive this rule if an
                        orchestrator probes the container from outside.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    Optional<Step> check = subject.shipped().last(step -> step.is("HEALTHCHECK"));
                    if (check.isPresent()) {
                        boolean isNone =
                                check.get().instruction().text().strip().equalsIgnoreCase("NONE");
                        return Outcome.failIf(
                                isNone, check.get().instruction().at(), "the health check is switched off");
                    }
                    boolean isInBase = subject.base(subject.shipped())
                            .filter(BaseImage::hasHealthcheck)
                            .isPresent();
                    return isInBase
                            ? Outcome.pass()
                            : Outcome.fail(Problem.at(
                                    subject.shipped().end(),
                                    "the stage that is shipped has no HEALTHCHECK, nor has a stage below it"));
                });
    }

    private static Rule<DockerfileSubject> severalHealthchecks() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-008", severity, Profile.STRICT, "4.6", "4.1.2", """
                        Several HEALTHCHECK instructions
                        Only the last one of a stage counts. The others look as if they did.
                        Remedy: Keep the last, and combine what they check in it.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(
                        subject, severity, (stage, found) -> overridden(stage, "HEALTHCHECK", found)));
    }

    private static Rule<DockerfileSubject> severalCommands() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-038", severity, Profile.STRICT, "", "4.1.2", """
                        Several CMD or ENTRYPOINT instructions
                        Only the last one of a stage counts. The others look as if they did.
                        Remedy: Keep one CMD and one ENTRYPOINT, and start several programs from a script or as several
                        containers.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    overridden(stage, "CMD", found);
                    overridden(stage, "ENTRYPOINT", found);
                }));
    }

    private static void overridden(BuiltStage stage, String keyword, Findings found) {
        List<Step> all = new ArrayList<>();
        for (Step step : stage.steps()) {
            if (step.is(keyword) && !step.isInChild()) {
                all.add(step);
            }
        }
        for (int i = 0; i < all.size() - 1; i++) {
            found.add(
                    all.get(i).instruction().at(),
                    keyword + " has no effect, because another one of the stage follows",
                    StepNames.evidence(all.get(i)));
        }
    }

    private static Rule<DockerfileSubject> shellForm() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-041", severity, Profile.STRICT, "", "4.1.2", """
                        CMD or ENTRYPOINT is not in the JSON form
                        A shell as the first process does not forward signals, so stopping ends in a kill, and it expands
                        everything on its command line. A list that is not valid JSON, such as one with single quotes,
                        is a line for the shell too.
                        Remedy: Write ENTRYPOINT and CMD in the JSON form, with the program as the first word: CMD
                        ["program", "argument"].
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    boolean starts = step.is("CMD") || step.is("ENTRYPOINT");
                    if (starts
                            && !step.instruction().isJson()
                            && !step.instruction().text().isEmpty()) {
                        boolean isList = step.instruction().text().startsWith("[");
                        found.add(
                                step.instruction().at(),
                                step.instruction().keyword()
                                        + (isList ? " looks like JSON and is not" : " is in the shell form"),
                                StepNames.evidence(step));
                    }
                }));
    }
}
