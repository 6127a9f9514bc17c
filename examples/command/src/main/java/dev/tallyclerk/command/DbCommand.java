package dev.tallyclerk.command;

import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tallyclerk db}: a mirror of vulnerability records. */
@Command(
        name = "db",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Keeps a mirror of vulnerability records, for the options --database of other commands.")
final class DbCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private DbCommand() {}

    static CommandLine commandLine(Terminal terminal, Clock clock) {
        return new CommandLine(new DbCommand()).addSubcommand(new DbUpdateCommand(terminal, clock));
    }

    @Override
    public void run() {
        throw Usage.error(spec, "no action given: use update");
    }
}
