package dev.tallyclerk.command;

import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tallyclerk key public}: shows the public half of a key. */
@Command(
        name = "public",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints the public half of a private key in PEM, for --key of verify.",
        footer = {"", "Exit status: 0 printed; 3 usage error or unreadable input, such as a wrong password."})
final class KeyPublicCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeyOptions key;

    KeyPublicCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        terminal.out().print(SigningKeys.publicPem(key.read(terminal).publicKey()));
        terminal.out().flush();
        return ExitCode.ACCEPTED;
    }
}
