package dev.tallyclerk.registry.audit.internal;

import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import java.util.List;

/**
 * A parsed entry of the build history.
 *
 * @param index the position in the history
 * @param layer the position of the step's layer, or -1 if it has none
 * @param text the record of the builder, without its own markers; empty if there is none
 * @param instruction the Dockerfile instruction, for example {@code RUN}; another record counts as a command that was
 *     run, and an empty or too long one has no instruction
 * @param words the words of an instruction other than RUN
 * @param assignments the variables that ENV, ARG, LABEL or a build argument sets
 * @param script the script of RUN
 * @param commands all commands of the script, collected once because most rules iterate over them
 * @param passingMounts the recorded mount points of caches and in-memory file systems for RUN
 * @param unread why some of the step could not be parsed, as a predicate of the step; empty if all was parsed
 */
public record BuildStep(
        int index,
        int layer,
        String text,
        String instruction,
        List<String> words,
        List<Assignment> assignments,
        ShellScript script,
        List<Command> commands,
        List<String> passingMounts,
        String unread) {
    public BuildStep {
        words = List.copyOf(words);
        assignments = List.copyOf(assignments);
        commands = List.copyOf(commands);
        passingMounts = List.copyOf(passingMounts);
    }

    /** {@return whether the record is missing, too long to parse, or has commands that cannot be parsed} */
    public boolean isOpaque() {
        return instruction.isEmpty() || !unread.isEmpty();
    }

    public boolean isAdd() {
        return instruction.equals("ADD");
    }

    /** {@return the sources of ADD or COPY, without options and destination} */
    public List<String> sources() {
        List<String> operands = operands();
        int in = operands.lastIndexOf("in");
        // The classic builder writes "ADD file:… in /"; in BuildKit's form the destination is the last word.
        int end = in > 0 && in == operands.size() - 2 ? in : operands.size() - 1;
        return operands.subList(0, Math.max(end, 0));
    }

    /** {@return the destination of ADD or COPY; empty if there is none} */
    public String destination() {
        List<String> operands = operands();
        return operands.isEmpty() ? "" : operands.get(operands.size() - 1);
    }

    /**
     * {@return whether files that RUN wrote into a directory are not in the layer, because another file system was
     * mounted there}
     */
    public boolean leavesNothingIn(String folder) {
        return passingMounts.stream()
                .map(ImagePath::clean)
                .anyMatch(target -> target.equals("/") || (folder + '/').startsWith(target + '/'));
    }

    public boolean hasOption(String name) {
        return words.stream().anyMatch(word -> word.startsWith(name + '='));
    }

    private List<String> operands() {
        return words.stream().filter(word -> !word.startsWith("--")).toList();
    }
}
