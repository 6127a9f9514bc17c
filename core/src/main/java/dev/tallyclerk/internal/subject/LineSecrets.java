package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds secrets in command lines: by their form, as options and assignments, in the form of the program that gets them,
 * and by the patterns of a policy.
 */
public final class LineSecrets {
    /** More problems of one place are of no use and cost memory. */
    private static final int MAX_SHOWN = 20;

    private LineSecrets() {}

    /** A secret given to a program in that program's form. */
    private record Given(String to, Assignment secret) {}

    /** {@return the decision on the command line of a container} */
    public static Outcome judgeWords(Fact<List<String>> words, SecretPatterns more) {
        return words.decideAt((line, at) -> judge(ShellParser.ofWords(line), line, at, at, more));
    }

    /**
     * {@return the decision on a health check}
     *
     * @param test its words, the first of which is its form
     */
    public static Outcome judgeHealthcheck(List<String> test, Location at, SecretPatterns more) {
        List<String> words = test.subList(Math.min(1, test.size()), test.size());
        boolean isScript = !test.isEmpty() && test.get(0).equals("CMD-SHELL") && !words.isEmpty();
        ShellScript script = isScript ? ShellParser.parse(words.get(0)) : ShellParser.ofWords(words);
        return judge(script, words, at.child("Test"), at, more);
    }

    private static Outcome judge(
            ShellScript script, List<String> words, Location at, Location outer, SecretPatterns more) {
        List<Assignment> all = new ArrayList<>();
        List<Given> given = new ArrayList<>();
        for (Command command : script.everyCommand()) {
            CommandAssignments.add(command, all);
            given.addAll(given(command));
        }
        // CMD may consist only of options for the entry point.
        words.stream().limit(1).forEach(word -> CommandAssignments.add(word, all));
        CommandSecrets.ofOptions(words).forEach(secret -> given.add(new Given("the entry point", secret)));
        List<Problem> problems = problems(at, words, all, given);
        problems.addAll(ofPolicy(words, outer, more));
        return problems.isEmpty() && script.hasUnread()
                ? Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " has a script that cannot be read to its end")
                : Outcome.ofProblems(problems);
    }

    /**
     * {@return a problem for each secret in a script}
     *
     * @param at where it is
     * @param text its text
     * @param assignments what it sets
     * @param commands its commands
     */
    public static List<Problem> problems(
            Location at, String text, List<Assignment> assignments, Collection<Command> commands, SecretPatterns more) {
        List<Given> given =
                commands.stream().flatMap(command -> given(command).stream()).toList();
        List<Problem> problems = problems(at, List.of(text), assignments, given);
        problems.addAll(ofPolicy(List.of(text), at, more));
        return problems;
    }

    private static List<Problem> ofPolicy(List<String> texts, Location at, SecretPatterns more) {
        Set<String> names = new TreeSet<>();
        texts.forEach(text -> names.addAll(more.namesIn(text)));
        return names.stream().map(name -> problem(name, name, at)).toList();
    }

    private static List<Given> given(Command command) {
        return CommandSecrets.of(command).stream()
                .map(secret -> new Given(command.program(), secret))
                .toList();
    }

    private static List<Problem> problems(
            Location at, List<String> texts, List<Assignment> assignments, List<Given> given) {
        List<Problem> problems = new ArrayList<>();
        // Names and kinds, not values: whether two secrets are equal must not show in the number of problems.
        Set<String> seen = new HashSet<>();
        for (String text : texts) {
            for (FoundSecret span : SecretText.find(text)) {
                if (problems.size() < MAX_SHOWN && seen.add(kind(span))) {
                    problems.add(problem(span.name(), span.name(), at));
                }
            }
        }
        for (Assignment assignment : assignments) {
            if (problems.size() >= MAX_SHOWN) {
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
            if (problems.size() < MAX_SHOWN && !isSeen(option.value(), seen) && seen.add(option.name())) {
                problems.add(problem("given to " + secret.to(), option.name(), at));
            }
        }
        return problems;
    }

    /** {@return the problem that something holds a secret, without its value} */
    public static Problem problem(String what, String name, Location at) {
        return Problem.at(at, "holds a secret (" + what + ")", Evidence.redacted(name));
    }

    private static String kind(FoundSecret span) {
        return "kind " + span.name();
    }

    /** Returns true for tokens whose kinds were already reported from the text. */
    private static boolean isSeen(String value, Set<String> seen) {
        List<FoundSecret> tokens = SecretText.find(value);
        return !tokens.isEmpty() && tokens.stream().allMatch(token -> seen.contains(kind(token)));
    }
}
