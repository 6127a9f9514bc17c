package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import java.util.ArrayList;
import java.util.List;

/** Finds assignments in the words and the input of commands, whatever a program does with them. */
public final class CommandAssignments {
    private CommandAssignments() {}

    /** Adds what a command sets, hands to a program or writes to a file. */
    public static void add(Command command, List<Assignment> all) {
        all.addAll(command.assignments());
        command.arguments().forEach(word -> add(word, all));
        command.inputs().forEach(input -> addInput(command.program(), input, all));
    }

    /** In other languages, the right side may be an expression, and is literal only in quotes. */
    private static void addInput(String program, String input, List<Assignment> all) {
        List<Assignment> written = new ArrayList<>();
        add(input, written);
        boolean isCode = DownloadedPrograms.isInterpreter(program);
        written.stream()
                .filter(assignment -> !isCode
                        || assignment.value().startsWith("'")
                        || assignment.value().startsWith("\""))
                .filter(assignment -> !isSubstituted(assignment.value()))
                .forEach(all::add);
    }

    /** The output of a command or a variable at run time; here the value ends at its first blank. */
    private static boolean isSubstituted(String value) {
        String text = value.startsWith("\"") ? value.substring(1) : value;
        return text.startsWith("$(") || text.startsWith("${") || text.startsWith("`");
    }

    /** Adds the assignments in a word, which is split again: {@code echo "A=1 B=2" > file} sets two variables. */
    public static void add(String word, List<Assignment> all) {
        for (String part : word.split("\\s+", -1)) {
            int start = 0;
            while (start < part.length() && part.charAt(start) == '-') {
                start++;
            }
            Assignment assignment = withoutRegistry(parse(part.substring(start)));
            if (!assignment.name().isEmpty()
                    && assignment.name().chars().allMatch(CommandAssignments::isNameCharacter)) {
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

    private static Assignment parse(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Assignment("", text)
                : new Assignment(text.substring(0, equals), text.substring(equals + 1));
    }
}
