package dev.tallyclerk.registry.audit.internal;

import dev.tallyclerk.internal.command.CommandSummary;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A build step in words that are never secret: its programs with their options, paths, addresses and, where a program's
 * operands are public, those.
 *
 * <p>A summary identifies a step in reports and baselines. A hash of the step's text would do that too, but would let
 * readers of a report guess a password in it.
 */
public final class StepSummary {
    /** Instructions whose words are files, names and numbers. */
    private static final Set<String> PUBLIC_INSTRUCTIONS =
            Set.of("ADD", "COPY", "EXPOSE", "FROM", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR");

    /** The classic builder's digest of copied files, which changes with each build. */
    private static final Pattern COPIED = Pattern.compile("\\b(file|dir|multi):[0-9a-f]{64}\\b");

    private StepSummary() {}

    /** {@return the summary of a step} */
    public static String of(BuildStep step) {
        StringBuilder out = new StringBuilder(step.instruction());
        if (PUBLIC_INSTRUCTIONS.contains(step.instruction())) {
            for (String word : step.words()) {
                CommandSummary.add(CommandSummary.address(COPIED.matcher(word).replaceAll("$1:")), out);
            }
        }
        for (Assignment assignment : step.assignments()) {
            CommandSummary.add(assignment.name() + '=', out);
        }
        for (Command command : step.commands()) {
            if (CommandSummary.isLong(out)) {
                break;
            }
            CommandSummary.add(command, out);
        }
        return CommandSummary.cut(SecretText.redact(out.toString()));
    }
}
