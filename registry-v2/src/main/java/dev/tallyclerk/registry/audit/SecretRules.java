package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.registry.audit.Rules.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.Command;
import dev.tallyclerk.internal.shell.Command.Assignment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What everybody who pulls the image can read. Values go into a report as short hashes only. */
final class SecretRules {
    private static final String REPLACE = " Treat what was found as public, and replace it.";

    private SecretRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(secretInEnvironment(), secretInHistory(), secretInLabel());
    }

    private static Rule<ImageSubject> secretInEnvironment() {
        return rule(
                info("IMG-006", "Environment variable holds a secret", Severity.HIGH, Profile.L1, "4.10", "4.1.4")
                        .rationale(
                                "A variable of the image is readable by everybody who can pull it, and by every process in"
                                        + " every container of it.")
                        .remediation(
                                "Hand the secret over at run time, as a mounted file named by a *_FILE variable or from"
                                        + " the orchestrator's secret store." + REPLACE),
                image -> image.env().decideAt((variables, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (int i = 0; i < variables.size(); i++) {
                        Location place = at.child(Integer.toString(i));
                        Assignment variable = assignment(variables.get(i));
                        // The builder has put in what an ENV instruction refers to.
                        SecretAssignment.judgeLiteral(variable.name(), variable.value())
                                .map(what -> problem(what, variable, place))
                                .ifPresent(problems::add);
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static Rule<ImageSubject> secretInHistory() {
        return rule(
                info("IMG-007", "Build history holds a secret", Severity.HIGH, Profile.L1, "4.10", "4.1.4")
                        .rationale(
                                "The configuration keeps the text of each build step and the values of build arguments,"
                                        + " even when a later step removes the file they went into.")
                        .remediation(
                                "Give secrets to a build with RUN --mount=type=secret, which leaves no trace in the"
                                        + " history." + REPLACE),
                image -> Rules.overSteps(image, SecretRules::inStep));
    }

    private static Rule<ImageSubject> secretInLabel() {
        return rule(
                info("IMG-008", "Label holds a secret", Severity.MEDIUM, Profile.L1, "4.10", "4.1.4")
                        .rationale(
                                "Labels are shown by registries and engines to everybody who lists images or containers.")
                        .remediation("Remove the label." + REPLACE),
                image -> image.labels().decideAt((labels, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (Map.Entry<String, String> label : labels.entrySet()) {
                        judge(label.getKey(), label.getValue(), at.child(label.getKey()))
                                .ifPresent(problems::add);
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static Optional<Problem> judge(String name, String value, Location at) {
        return SecretAssignment.judge(name, value).map(what -> problem(what, new Assignment(name, value), at));
    }

    private static Problem problem(String what, Assignment secret, Location at) {
        return Problem.at(at, "holds a secret (" + what + ")", Evidence.redacted(secret.name(), secret.value()));
    }

    private static List<Problem> inStep(BuildStep step) {
        Location at = new Location.History(step.index());
        List<Problem> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (SecretText.Span span : SecretText.find(step.text())) {
            String secret = step.text().substring(span.start(), span.end());
            if (problems.size() < Rules.MAX_SHOWN && seen.add(secret)) {
                problems.add(
                        Problem.at(at, "holds a secret (" + span.what() + ")", Evidence.redacted(span.what(), secret)));
            }
        }
        for (Assignment assignment : assignments(step)) {
            if (problems.size() >= Rules.MAX_SHOWN) {
                break;
            }
            if (!isSeen(assignment.value(), seen) && seen.add(assignment.name() + '=' + assignment.value())) {
                judge(assignment.name(), assignment.value(), at).ifPresent(problems::add);
            }
        }
        for (Command command : step.commands()) {
            for (Assignment given : CommandSecrets.of(command)) {
                if (problems.size() < Rules.MAX_SHOWN && seen.add(given.value())) {
                    problems.add(problem("given to " + command.program(), given, at));
                }
            }
        }
        return problems;
    }

    /** A token that the step's text shows as it is was reported; quoting may have hidden it there. */
    private static boolean isSeen(String value, Set<String> seen) {
        List<SecretText.Span> tokens = SecretText.find(value);
        return !tokens.isEmpty()
                && tokens.stream().allMatch(token -> seen.contains(value.substring(token.start(), token.end())));
    }

    private static List<Assignment> assignments(BuildStep step) {
        List<Assignment> all = new ArrayList<>(step.assignments());
        step.words().forEach(word -> addAssignments(word, all));
        for (Command command : step.commands()) {
            all.addAll(command.assignments());
            command.arguments().forEach(word -> addAssignments(word, all));
            command.inputs().forEach(input -> addInput(command.program(), input, all));
        }
        return all;
    }

    /** What a program in another language sets may be an expression, and is literal in quotes only. */
    private static void addInput(String program, String input, List<Assignment> all) {
        List<Assignment> written = new ArrayList<>();
        addAssignments(input, written);
        boolean isCode = BuildRules.isInterpreter(program);
        written.stream()
                .filter(assignment -> !isCode
                        || assignment.value().startsWith("'")
                        || assignment.value().startsWith("\""))
                .forEach(all::add);
    }

    /** Words are taken apart again, because {@code echo "A=1 B=2" > file} sets two variables for somebody. */
    private static void addAssignments(String word, List<Assignment> all) {
        for (String part : word.split("\\s+", -1)) {
            int start = 0;
            while (start < part.length() && part.charAt(start) == '-') {
                start++;
            }
            Assignment assignment = withoutRegistry(assignment(part.substring(start)));
            if (!assignment.name().isEmpty() && assignment.name().chars().allMatch(SecretRules::isNameCharacter)) {
                all.add(assignment);
            }
        }
    }

    /** {@code //registry.example/:_authToken=…}, a line of .npmrc. */
    private static Assignment withoutRegistry(Assignment assignment) {
        String name = assignment.name();
        return name.startsWith("//")
                ? new Assignment(name.substring(name.lastIndexOf(':') + 1), assignment.value())
                : assignment;
    }

    private static boolean isNameCharacter(int c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private static Assignment assignment(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Assignment("", text)
                : new Assignment(text.substring(0, equals), text.substring(equals + 1));
    }
}
