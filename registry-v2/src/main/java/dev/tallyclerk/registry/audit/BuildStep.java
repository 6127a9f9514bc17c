package dev.tallyclerk.registry.audit;

import dev.tallyclerk.internal.shell.Command;
import dev.tallyclerk.internal.shell.Command.Assignment;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.registry.model.ImageConfig.HistoryEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of the build history, taken apart.
 *
 * @param index the position in the history
 * @param layer the position of the layer that the step made, or -1 if it made none
 * @param text what the builder recorded, without its own mark; empty if nothing
 * @param instruction the Dockerfile instruction, for example {@code RUN}; a record that is none counts as a command
 *     that was run, and one that is empty as no instruction
 * @param words the words of an instruction other than RUN
 * @param assignments the variables that ENV, ARG, LABEL or a build argument sets
 * @param script what RUN ran
 */
record BuildStep(
        int index,
        int layer,
        String text,
        String instruction,
        List<String> words,
        List<Assignment> assignments,
        ShellScript script) {
    BuildStep {
        words = List.copyOf(words);
        assignments = List.copyOf(assignments);
    }

    static List<BuildStep> parseAll(List<HistoryEntry> history) {
        List<BuildStep> steps = new ArrayList<>(history.size());
        int layers = 0;
        for (HistoryEntry entry : history) {
            int layer = entry.emptyLayer() ? -1 : layers++;
            steps.add(BuildStepParser.parse(steps.size(), layer, entry.createdBy()));
        }
        return steps;
    }

    /** {@return whether the builder did not record what the step did} */
    boolean isOpaque() {
        return text.isEmpty();
    }

    boolean isAdd() {
        return instruction.equals("ADD");
    }

    List<Command> commands() {
        return script.everyCommand();
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

    boolean hasOption(String name) {
        return words.stream().anyMatch(word -> word.startsWith(name + '='));
    }

    private List<String> operands() {
        return words.stream().filter(word -> !word.startsWith("--")).toList();
    }
}
