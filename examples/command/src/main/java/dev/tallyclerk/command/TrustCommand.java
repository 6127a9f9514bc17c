package dev.tallyclerk.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tallyclerk trust}: who vouches for an image. */
@Command(
        name = "trust",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows what is attached to an image, such as signatures and attestations.")
final class TrustCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private TrustCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new TrustCommand()).addSubcommand(new TrustTreeCommand(terminal));
    }

    @Override
    public void run() {
        throw Usage.error(
                spec,
                "no action given: use " + String.join(" or ", spec.subcommands().keySet()));
    }
}
