package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Names the argument that the parser does not know, and suggests the nearest known one. The parser itself takes the
 * value of an unknown option for a positional argument, and reports that.
 */
final class Misspelling {
    /** Words are near if at most a third of so many characters differ. */
    private static final int MAX_COMPARED = 30;

    private Misspelling() {}

    /** {@return the message about an unknown argument, if the failure is about one} */
    static Optional<String> of(ParameterException failure, List<String> arguments) {
        if (!(failure instanceof UnmatchedArgumentException) && !(failure instanceof MissingParameterException)) {
            return Optional.empty();
        }
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        Optional<String> option = unknownOption(command, arguments);
        if (option.isPresent()) {
            Stream<String> known = command.optionsMap().keySet().stream().filter(name -> name.startsWith("--"));
            return Optional.of(
                    "unknown option " + Quoted.quote(option.get()) + didYouMean(option.get(), known.toList()));
        }
        if (!(failure instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()
                || unmatched.getUnmatched().get(0).startsWith("-")) {
            return Optional.empty();
        }
        String first = unmatched.getUnmatched().get(0);
        if (!command.subcommands().isEmpty()) {
            return Optional.of("unknown command " + Quoted.quote(first)
                    + didYouMean(first, command.subcommands().keySet()));
        }
        return Optional.of("unexpected argument " + Quoted.quote(first));
    }

    private static Optional<String> unknownOption(CommandSpec command, List<String> arguments) {
        return arguments.stream()
                .takeWhile(argument -> !argument.equals("--"))
                .filter(argument -> argument.startsWith("--"))
                .map(argument -> argument.split("=", 2)[0])
                .filter(name -> !isKnown(command, name))
                .findFirst();
    }

    private static boolean isKnown(@Nullable CommandSpec command, String option) {
        return command != null
                && (command.optionsMap().containsKey(option)
                        || command.negatedOptionsMap().containsKey(option)
                        || isKnown(command.parent(), option));
    }

    static String didYouMean(String wrong, Collection<String> known) {
        return nearest(wrong, known).map(near -> "; did you mean " + near + "?").orElse("");
    }

    /** {@return the known word with the smallest edit distance, if one is near} */
    static Optional<String> nearest(String wrong, Collection<String> known) {
        int best = 1 + Math.min(wrong.length(), MAX_COMPARED) / 3;
        String found = null;
        for (String word : known) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), word);
            if (distance < best) {
                best = distance;
                found = word;
            }
        }
        return Optional.ofNullable(found);
    }

    /** {@return the number of insertions, deletions and replacements; two swapped neighbours count as two} */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > b.length()) {
            return Integer.MAX_VALUE;
        }
        int[] before = new int[b.length() + 1];
        Arrays.setAll(before, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[b.length()];
    }
}
