package dev.tallyclerk.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tallyclerk key}: makes and converts the keys that images are signed with. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes keys to sign images with, shows their public halves, and changes how they are encrypted.")
final class KeyCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private KeyCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new KeyCommand())
                .addSubcommand(new KeyGenerateCommand(terminal))
                .addSubcommand(new KeyPublicCommand(terminal))
                .addSubcommand(new KeyEncryptCommand(terminal));
    }

    @Override
    public void run() {
        throw Usage.error(spec, "no action given: use generate, public or encrypt");
    }
}
