package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.CommandAssignments;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.subject.LineSecrets;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rules on secrets that everyone who pulls the image can read.
 *
 * <p>Reports contain the names of secrets, and nothing that depends on their values.
 */
final class SecretRules {
    private static final String REPLACE = " Treat the secret as public, and replace it.";

    private SecretRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(secretInEnvironment(), secretInHistory(), secretInLabel());
    }

    private static Rule<ImageSubject> secretInEnvironment() {
        return rule(
                info("IMG-006", "Environment variable holds a secret", Severity.HIGH, Profile.L1, "4.10", "4.1.4"),
                "Anyone who can pull the image can read its variables, and so can every process in its containers.",
                "Pass the secret at run time, as a mounted file named by a *_FILE variable or from the"
                        + " orchestrator's secret store." + REPLACE,
                (image, context) -> image.env().decideAt((variables, at) -> {
                    SecretPatterns more = SecretPatterns.of(context.secretPatterns());
                    List<Problem> problems = new ArrayList<>();
                    for (int i = 0; i < variables.size(); i++) {
                        Location place = at.child(Integer.toString(i));
                        Assignment variable = assignment(variables.get(i));
                        // The builder has already substituted the references of an ENV instruction.
                        secretIn(variable, more)
                                .map(what -> LineSecrets.problem(what, variable.name(), place))
                                .ifPresent(problems::add);
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static Rule<ImageSubject> secretInHistory() {
        return rule(
                info("IMG-007", "History or command line holds a secret", Severity.HIGH, Profile.L1, "4.10", "4.1.4"),
                "The configuration keeps the text of each build step and the values of build arguments, even if a"
                        + " later step removes the file that they went into, and the entry point, command and"
                        + " health check as given.",
                "Pass secrets to a build with RUN --mount=type=secret, which leaves no trace in the history, and to"
                        + " a container at run time." + REPLACE,
                (image, context) -> {
                    SecretPatterns more = SecretPatterns.of(context.secretPatterns());
                    return Outcome.allOf(
                            Rules.overSteps(image, step -> inStep(step, more)),
                            LineSecrets.judgeWords(image.entrypoint(), more),
                            LineSecrets.judgeWords(image.command(), more),
                            image.healthcheck()
                                    .decideAt((check, at) -> LineSecrets.judgeHealthcheck(check.test(), at, more)));
                });
    }

    private static Optional<String> secretIn(Assignment assignment, SecretPatterns more) {
        Optional<String> known = SecretAssignment.judgeLiteral(assignment.name(), assignment.value());
        return known.isPresent()
                ? known
                : more.namesIn(assignment.value()).stream().findFirst();
    }

    private static Rule<ImageSubject> secretInLabel() {
        return rule(
                info("IMG-008", "Label holds a secret", Severity.MEDIUM, Profile.L1, "4.10", "4.1.4"),
                "Registries and engines show labels to everyone who lists images or containers.",
                "Remove the label." + REPLACE,
                (image, context) -> image.labels().decideAt((labels, at) -> {
                    SecretPatterns more = SecretPatterns.of(context.secretPatterns());
                    List<Problem> problems = new ArrayList<>();
                    for (Map.Entry<String, String> label : labels.entrySet()) {
                        Assignment given = new Assignment(label.getKey(), label.getValue());
                        secretIn(given, more)
                                .map(what -> LineSecrets.problem(what, given.name(), at.child(given.name())))
                                .ifPresent(problems::add);
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static List<Problem> inStep(BuildStep step, SecretPatterns more) {
        return LineSecrets.problems(
                new Location.History(step.index()), step.text(), assignments(step), step.commands(), more);
    }

    private static List<Assignment> assignments(BuildStep step) {
        List<Assignment> all = new ArrayList<>(step.assignments());
        // A label is text, and may explain how to start the image.
        if (!step.instruction().equals("LABEL")) {
            step.words().forEach(word -> CommandAssignments.add(word, all));
        }
        step.commands().forEach(command -> CommandAssignments.add(command, all));
        return all;
    }

    private static Assignment assignment(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Assignment("", text)
                : new Assignment(text.substring(0, equals), text.substring(equals + 1));
    }
}
