package dev.tallyclerk.registry.audit;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.internal.command.Assignments;
import dev.tallyclerk.internal.command.CommandSummary;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import dev.tallyclerk.registry.audit.internal.StepSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** Helpers of the image rules: iteration over the build history, and evidence. */
final class Rules {
    /** The most pieces of evidence of a kind in one problem or build step; more are of no use and cost memory. */
    static final int MAX_SHOWN = 20;

    private Rules() {}

    static Rule<ImageSubject> rule(
            RuleInfo.Builder info, String rationale, String remediation, Function<ImageSubject, Outcome> decision) {
        return Rule.of(
                info.rationale(rationale).remediation(remediation).build(),
                ImageSubject.class,
                (image, context) -> decision.apply(image));
    }

    /** {@return a rule that depends on the policy} */
    static Rule<ImageSubject> rule(
            RuleInfo.Builder info,
            String rationale,
            String remediation,
            BiFunction<ImageSubject, RuleContext, Outcome> decision) {
        return Rule.of(info.rationale(rationale).remediation(remediation).build(), ImageSubject.class, decision);
    }

    /** {@return a failure if there is a problem, and a pass otherwise} */
    static Outcome failIf(boolean isProblem, Location at, String message, Evidence... evidence) {
        return isProblem ? Outcome.fail(Problem.at(at, message, evidence)) : Outcome.pass();
    }

    /** Applies a rule to each step of the build; a step has at most one problem. */
    static Outcome overSteps(ImageSubject image, Predicate<BuildStep> isProblem, String message) {
        return overSteps(image, step -> isProblem.test(step) ? List.of(problem(step, message)) : List.of());
    }

    /**
     * Applies a rule to each step of the build. A step without a usable record could contain anything: unless another
     * step has a problem, the outcome is unknown.
     */
    static Outcome overSteps(ImageSubject image, Function<BuildStep, List<Problem>> problems) {
        return image.steps().decide(steps -> {
            List<Problem> found = new ArrayList<>();
            for (BuildStep step : steps) {
                found.addAll(problems.apply(step));
            }
            List<BuildStep> opaque = steps.stream().filter(BuildStep::isOpaque).toList();
            return opaque.isEmpty() || !found.isEmpty() ? Outcome.ofProblems(found) : unknown(opaque);
        });
    }

    private static Outcome unknown(List<BuildStep> opaque) {
        BuildStep first = opaque.get(0);
        boolean isRecorded = !first.text().isEmpty();
        String why = !isRecorded
                ? " has no record of what it did"
                : first.unread().isEmpty() ? " is too long to parse" : first.unread();
        String others = opaque.size() == 1 ? "" : ", and " + (opaque.size() - 1) + " other steps are unreadable too";
        return Outcome.unknown(
                isRecorded ? MissingValue.Reason.UNREADABLE : MissingValue.Reason.KEY_MISSING,
                new Location.History(first.index()) + why + others);
    }

    /** Applies a rule to each command of the build; a step has at most one problem. */
    static Outcome overCommands(ImageSubject image, Predicate<Command> isProblem, String message) {
        return overSteps(image, step -> step.commands().stream().anyMatch(isProblem), message);
    }

    /** Applies a rule to each environment variable. */
    static Outcome overVariables(ImageSubject image, Predicate<Assignment> isProblem, String message) {
        return Elements.failIf(
                image.env(),
                variable -> isProblem.test(Assignments.parse(variable)),
                (variable, at) -> Problem.at(
                        at,
                        message,
                        Evidence.of("variable", Assignments.parse(variable).name())));
    }

    /** Applies a rule to each element of a set, which the configuration stores as member names. */
    static Outcome overKeys(
            Fact<List<String>> set, Predicate<String> isProblem, BiFunction<String, Location, Problem> problem) {
        return set.decideAt((keys, at) -> Outcome.ofProblems(keys.stream()
                .filter(isProblem)
                .map(key -> problem.apply(key, at.child(key)))
                .toList()));
    }

    /** {@return evidence that identifies a step wherever it is in the history, and depends on no secret in it} */
    static Evidence mark(BuildStep step) {
        return Evidence.of("step", StepSummary.of(step));
    }

    /**
     * {@return evidence that shows a URL without its user, query and fragment, which may contain credentials}
     *
     * <p>Of the query, it has the names of the members, and the values of those that select a file.
     */
    static List<Evidence> url(String url) {
        Evidence shown = Evidence.of("url", CommandSummary.address(url));
        String query = CommandSummary.query(url);
        return query.isEmpty() ? List.of(shown) : List.of(shown, Evidence.of("url.query", query));
    }

    /** {@return a problem of a step for each of the first values, which are its evidence under {@code name}} */
    static List<Problem> problems(BuildStep step, String message, String name, Collection<String> values) {
        if (values.isEmpty()) {
            return List.of();
        }
        Location at = new Location.History(step.index());
        // A step may be a MiB long: it is summarised once, and not for each of its words.
        Evidence mark = mark(step);
        return values.stream()
                .limit(MAX_SHOWN)
                .map(value -> Problem.at(at, message, Evidence.of(name, value), mark))
                .toList();
    }

    /** {@return a problem of a step} */
    static Problem problem(BuildStep step, String message) {
        return Problem.at(new Location.History(step.index()), message, mark(step));
    }
}
