package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk key encrypt}: writes a key in another form, or with another password. */
@Command(
        name = "encrypt",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a private key to a new file, encrypted with a new password or in another form. The file that is there"
                    + " stays as it is."
        },
        footer = {"", "Exit status: 0 written; 3 usage error or unreadable input, such as a wrong password."})
final class KeyEncryptCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeyOptions key;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The new file; must not exist.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(
            names = "--new-password-file",
            paramLabel = "FILE",
            description = "Read the new password from this file, without a last line break, or from standard input (-);"
                    + " default a prompt on the terminal.")
    private @Nullable Path newPasswordFile;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeyOutput output;

    KeyEncryptCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path file = newPasswordFile;
        if (key.readsStandardInput() && KeyPassword.STANDARD_INPUT.equals(file)) {
            throw Usage.error(spec, "standard input can have one of the two passwords only");
        }
        KeyFile.requireNew(out);
        KeyPair pair = key.readPair(terminal);
        Optional<char[]> given = file == null ? Optional.empty() : Optional.of(KeyPassword.read(file, terminal));
        char[] password = KeyPassword.chosen(given, out, "use --new-password-file", spec, terminal);
        try {
            KeyFile.writePrivate(out, output.encrypted(pair.getPrivate(), password));
        } finally {
            Arrays.fill(password, '\0');
        }
        output.write(KeyFile.key(pair), out, null, terminal);
        return ExitCode.ACCEPTED;
    }
}
