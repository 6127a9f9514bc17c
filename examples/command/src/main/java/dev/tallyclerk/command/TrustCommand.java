package dev.tallyclerk.command;

import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tallyclerk trust}: who vouches for an image. */
@Command(
        name = "trust",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows and verifies what is attached to an image, such as signatures and attestations; lists,"
                + " inspects, saves and migrates collections of Notary v1.")
final class TrustCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private TrustCommand() {}

    static CommandLine commandLine(Terminal terminal, Clock clock) {
        return new CommandLine(new TrustCommand())
                .addSubcommand(new TrustVerifyCommand(terminal, clock))
                .addSubcommand(new TrustTreeCommand(terminal))
                .addSubcommand(new TrustExplainCommand(terminal, clock))
                .addSubcommand(new TrustListCommand(terminal, clock))
                .addSubcommand(new TrustInspectCommand(terminal, clock))
                .addSubcommand(new TrustSaveCommand(terminal, clock))
                .addSubcommand(new TrustMigrateCommand(terminal, clock))
                .addSubcommand(new TrustBundleCommand(terminal, clock))
                .addSubcommand(new TrustJudgeCommand(terminal, clock));
    }

    @Override
    public void run() {
        throw Usage.error(
                spec,
                "no action given: use " + String.join(" or ", spec.subcommands().keySet()));
    }
}
