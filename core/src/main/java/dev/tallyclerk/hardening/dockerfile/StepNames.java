package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.CommandSummary;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.util.Set;

/** Instructions in words that are never secret, which identify them in reports wherever they move. */
final class StepNames {
    private static final Set<String> PUBLIC =
            Set.of("ADD", "COPY", "EXPOSE", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR");

    private StepNames() {}

    static Evidence evidence(Step step) {
        return Evidence.of("instruction", of(step));
    }

    static String of(Step step) {
        StringBuilder out = new StringBuilder(step.instruction().keyword());
        if (PUBLIC.contains(step.instruction().keyword())) {
            for (Expansion word : step.words()) {
                CommandSummary.add(CommandSummary.address(word.text().replace(WordExpander.HOLE, '?')), out);
            }
        }
        step.assignments().forEach(set -> CommandSummary.add(set.pair().name() + '=', out));
        for (Command command : step.commands()) {
            if (CommandSummary.isLong(out)) {
                break;
            }
            CommandSummary.add(command, out);
        }
        return CommandSummary.cut(SecretText.redact(out.toString()));
    }
}
