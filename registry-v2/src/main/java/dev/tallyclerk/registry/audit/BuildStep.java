package dev.tallyclerk.registry.audit;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.internal.shell.Command;
import dev.tallyclerk.internal.shell.Command.Assignment;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.registry.model.HistoryEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An entry of the build history, taken apart.
 *
 * @param index the position in the history
 * @param layer the position of the layer that the step made, or -1 if it made none
 * @param text what the builder recorded, without its own marks; empty if nothing
 * @param instruction the Dockerfile instruction, for example {@code RUN}; a record that is none counts as a command
 *     that was run, and one that is empty or too long as no instruction
 * @param words the words of an instruction other than RUN
 * @param assignments the variables that ENV, ARG, LABEL or a build argument sets
 * @param script what RUN ran
 * @param commands all commands of the script, collected once because most rules go through them
 * @param passingMounts the paths where, as recorded, a cache or a file system in memory was mounted for RUN
 * @param unread why some of what the step ran was not taken apart, as what is said of the step; empty if all was
 */
record BuildStep(
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
    /** How much recorded text of one image is taken apart: commands need a hundred times the memory of their text. */
    private static final int MAX_TEXT = 1 << 20;

    private static final int MAX_SHELL = 256;

    private static final Pattern COPIED = Pattern.compile("\\b(file|dir|multi):[0-9a-f]{64}\\b");

    BuildStep {
        words = List.copyOf(words);
        assignments = List.copyOf(assignments);
        commands = List.copyOf(commands);
        passingMounts = List.copyOf(passingMounts);
    }

    /**
     * {@return the steps of a history}
     *
     * @param history the entries
     * @param lastShell the shell of the configuration, which the last SHELL instruction has set; empty if none has
     */
    static List<BuildStep> parseAll(List<HistoryEntry> history, List<String> lastShell) {
        List<BuildStep> steps = new ArrayList<>(history.size());
        String last = String.join(" ", lastShell);
        String current = "";
        int layers = 0;
        int budget = MAX_TEXT;
        for (HistoryEntry entry : history) {
            int layer = entry.emptyLayer() ? -1 : layers++;
            budget -= entry.createdBy().length();
            List<String> shells =
                    Stream.of(current, last).filter(BuildStep::isShell).toList();
            BuildStep step = budget >= 0
                    ? BuildStepParser.parse(steps.size(), layer, entry.createdBy(), shells)
                    : BuildStepParser.unread(steps.size(), layer, entry.createdBy());
            steps.add(step);
            current = step.instruction().equals("SHELL") ? String.join(" ", step.words()) : current;
            budget = Math.max(budget, -1);
        }
        return steps;
    }

    /** Longer ones would be compared with each word of each step, and no shell is called so. */
    private static boolean isShell(String words) {
        return words.length() <= MAX_SHELL && !words.isBlank();
    }

    /**
     * {@return whether the builder did not record what the step did, or recorded more than can be taken apart, or
     * commands that cannot be}
     */
    boolean isOpaque() {
        return instruction.isEmpty() || !unread.isEmpty();
    }

    /**
     * {@return what tells this step from others, wherever in the history it stands}
     *
     * <p>The digests that the classic builder writes for copied files are left out: they change with each build, and no
     * rule looks at them.
     */
    Evidence evidence() {
        return Rules.mark("step", COPIED.matcher(text).replaceAll("$1:"));
    }

    boolean isAdd() {
        return instruction.equals("ADD");
    }

    /** {@return what ADD or COPY copies, options and destination left out} */
    List<String> sources() {
        List<String> operands = operands();
        int in = operands.lastIndexOf("in");
        // The classic builder writes "ADD file:… in /"; in BuildKit's form the destination is just the last word.
        int end = in > 0 && in == operands.size() - 2 ? in : operands.size() - 1;
        return operands.subList(0, Math.max(end, 0));
    }

    /** {@return where ADD or COPY copies to, or the empty string} */
    String destination() {
        List<String> operands = operands();
        return operands.isEmpty() ? "" : operands.get(operands.size() - 1);
    }

    /** {@return whether what RUN wrote into a folder is not in the layer, because something else was mounted there} */
    boolean leavesNothingIn(String folder) {
        return passingMounts.stream()
                .map(ImagePath::clean)
                .anyMatch(target -> target.equals("/") || (folder + '/').startsWith(target + '/'));
    }

    boolean hasOption(String name) {
        return words.stream().anyMatch(word -> word.startsWith(name + '='));
    }

    private List<String> operands() {
        return words.stream().filter(word -> !word.startsWith("--")).toList();
    }
}
