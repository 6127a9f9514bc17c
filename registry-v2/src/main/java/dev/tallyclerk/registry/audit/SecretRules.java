package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.CommandAssignments;
import dev.tallyclerk.internal.command.CommandSecrets;
import dev.tallyclerk.internal.secret.FoundSecret;
import dev.tallyclerk.internal.secret.SecretAssignment;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.ShellParser;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
                                .map(what -> problem(what, variable.name(), place))
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
                            inLine(image.entrypoint()),
                            inLine(image.command()),
                            inHealthcheck(image.healthcheck()),
                            inWords(image.entrypoint(), more),
                            inWords(image.command(), more),
                            image.healthcheck().decideAt((check, at) -> inWords(check.test(), at, more)));
                });
    }

    private static Outcome inWords(Fact<List<String>> words, SecretPatterns more) {
        return words.decideAt((line, at) -> inWords(line, at, more));
    }

    /** {@return the secrets of the policy's kinds in a command line} */
    private static Outcome inWords(List<String> words, Location at, SecretPatterns more) {
        Set<String> names = new TreeSet<>();
        words.forEach(word -> names.addAll(more.namesIn(word)));
        return Outcome.ofProblems(
                names.stream().map(name -> problem(name, name, at)).toList());
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
                                .map(what -> problem(what, given.name(), at.child(given.name())))
                                .ifPresent(problems::add);
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static Problem problem(String what, String name, Location at) {
        return Problem.at(at, "holds a secret (" + what + ")", Evidence.redacted(name));
    }

    private static List<Problem> inStep(BuildStep step, SecretPatterns more) {
        Location at = new Location.History(step.index());
        List<Given> given = step.commands().stream()
                .flatMap(command -> given(command).stream())
                .toList();
        List<Problem> problems = problems(at, List.of(step.text()), assignments(step), given);
        more.namesIn(step.text()).forEach(name -> problems.add(problem(name, name, at)));
        return problems;
    }

    /** A secret given to a program in that program's form. */
    private record Given(String to, Assignment secret) {}

    private static List<Given> given(Command command) {
        return CommandSecrets.of(command).stream()
                .map(secret -> new Given(command.program(), secret))
                .toList();
    }

    /** {@return the secrets in a container's command line} */
    private static Outcome inLine(Fact<List<String>> words) {
        return words.decideAt((line, at) -> inLine(ShellParser.ofWords(line), line, at));
    }

    private static Outcome inHealthcheck(Fact<Healthcheck> healthcheck) {
        return healthcheck.decideAt((check, at) -> {
            List<String> test = check.test();
            List<String> words = test.subList(Math.min(1, test.size()), test.size());
            boolean isScript = !test.isEmpty() && test.get(0).equals("CMD-SHELL") && !words.isEmpty();
            ShellScript script = isScript ? ShellParser.parse(words.get(0)) : ShellParser.ofWords(words);
            return inLine(script, words, at.child("Test"));
        });
    }

    private static Outcome inLine(ShellScript script, List<String> words, Location at) {
        List<Command> commands = script.everyCommand();
        List<Assignment> all = new ArrayList<>();
        List<Given> given = new ArrayList<>();
        for (Command command : commands) {
            CommandAssignments.add(command, all);
            given.addAll(given(command));
        }
        // CMD may consist only of options for the entry point.
        words.stream().limit(1).forEach(word -> CommandAssignments.add(word, all));
        CommandSecrets.ofOptions(words).forEach(secret -> given.add(new Given("the entry point", secret)));
        List<Problem> problems = problems(at, words, all, given);
        return problems.isEmpty() && script.hasUnread()
                ? Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " has a script that cannot be read to its end")
                : Outcome.ofProblems(problems);
    }

    private static List<Problem> problems(
            Location at, List<String> texts, List<Assignment> assignments, List<Given> given) {
        List<Problem> problems = new ArrayList<>();
        // Names and kinds, not values: whether two secrets are equal must not show in the number of problems.
        Set<String> seen = new HashSet<>();
        for (String text : texts) {
            for (FoundSecret span : SecretText.find(text)) {
                if (problems.size() < Rules.MAX_SHOWN && seen.add(kind(span))) {
                    problems.add(problem(span.name(), span.name(), at));
                }
            }
        }
        for (Assignment assignment : assignments) {
            if (problems.size() >= Rules.MAX_SHOWN) {
                break;
            }
            if (!isSeen(assignment.value(), seen) && !seen.contains(assignment.name())) {
                SecretAssignment.judge(assignment.name(), assignment.value()).ifPresent(what -> {
                    seen.add(assignment.name());
                    problems.add(problem(what, assignment.name(), at));
                });
            }
        }
        for (Given secret : given) {
            Assignment option = secret.secret();
            if (problems.size() < Rules.MAX_SHOWN && !isSeen(option.value(), seen) && seen.add(option.name())) {
                problems.add(problem("given to " + secret.to(), option.name(), at));
            }
        }
        return problems;
    }

    private static String kind(FoundSecret span) {
        return "kind " + span.name();
    }

    /** Returns true for tokens whose kinds were already reported from the step's text. */
    private static boolean isSeen(String value, Set<String> seen) {
        List<FoundSecret> tokens = SecretText.find(value);
        return !tokens.isEmpty() && tokens.stream().allMatch(token -> seen.contains(kind(token)));
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
