package dev.tallyclerk.registry.audit.internal;

import dev.tallyclerk.internal.shell.ShellBudget;
import dev.tallyclerk.registry.model.HistoryEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Parses build histories, within limits. */
public final class BuildHistory {
    /** The most text of one image's history that is parsed: commands need a hundred times the memory of their text. */
    private static final int MAX_TEXT = 1 << 20;

    private static final int MAX_SHELL = 256;

    private BuildHistory() {}

    /**
     * {@return the steps of a history}
     *
     * @param history the entries
     * @param lastShell the shell in the configuration, set by the last SHELL instruction; empty if there is none
     */
    public static List<BuildStep> steps(List<HistoryEntry> history, List<String> lastShell) {
        List<BuildStep> steps = new ArrayList<>(history.size());
        String last = String.join(" ", lastShell);
        String current = "";
        int layers = 0;
        int budget = MAX_TEXT;
        ShellBudget commands = ShellBudget.create();
        for (HistoryEntry entry : history) {
            int layer = entry.emptyLayer() ? -1 : layers++;
            budget -= entry.createdBy().length();
            List<String> shells =
                    Stream.of(current, last).filter(BuildHistory::isShell).toList();
            BuildStep step = budget >= 0 && !commands.isSpent()
                    ? BuildStepParser.parse(steps.size(), layer, entry.createdBy(), shells, commands)
                    : BuildStepParser.unread(steps.size(), layer, entry.createdBy());
            steps.add(step);
            current = step.instruction().equals("SHELL") ? String.join(" ", step.words()) : current;
            budget = Math.max(budget, -1);
        }
        return steps;
    }

    /** {@return the step of an instruction in a build file, such as an ONBUILD trigger} */
    public static BuildStep instruction(String instruction) {
        return instruction.length() <= MAX_TEXT
                ? BuildStepParser.parse(0, -1, instruction, List.of())
                : BuildStepParser.unread(0, -1, instruction);
    }

    /** Longer ones would be compared with each word of each step, and are not names of shells. */
    private static boolean isShell(String words) {
        return words.length() <= MAX_SHELL && !words.isBlank();
    }
}
