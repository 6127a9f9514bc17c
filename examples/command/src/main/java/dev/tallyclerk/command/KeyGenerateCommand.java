package dev.tallyclerk.command;

import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk key generate}: makes a key to sign with. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a key pair. Writes the encrypted private key to NAME.key, which only its owner may read, and the public"
                    + " key to NAME.pub. Overwrites no file.",
            "NAME may begin with a folder."
        },
        footer = {"", "Exit status: 0 written; 3 usage error, or a file cannot be written."})
final class KeyGenerateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Name of both files, without .key and .pub.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Option(
            names = "--algorithm",
            paramLabel = "ALGORITHM",
            defaultValue = "p256",
            description = "p256 or p384, for ECDSA, or ed25519; default p256, as cosign makes.")
    private Algorithm algorithm = Algorithm.P256;

    @Option(
            names = "--key-password-file",
            paramLabel = "FILE",
            description = "Read the key's password from this file, without a last line break, or from standard input"
                    + " (-). Default: TALLYCLERK_KEY_PASSWORD, then COSIGN_PASSWORD, then a prompt on the terminal.")
    private @Nullable Path passwordFile;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeyOutput output;

    /** Kinds of keys. */
    private enum Algorithm {
        P256(SigningKeys.Kind.ECDSA_P256),
        P384(SigningKeys.Kind.ECDSA_P384),
        ED25519(SigningKeys.Kind.ED25519);

        private final SigningKeys.Kind kind;

        Algorithm(SigningKeys.Kind kind) {
            this.kind = kind;
        }
    }

    KeyGenerateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path privateFile = Usage.parsed(spec, () -> Path.of(name + ".key"));
        Path publicFile = Usage.parsed(spec, () -> Path.of(name + ".pub"));
        KeyFile.requireNew(privateFile);
        KeyFile.requireNew(publicFile);
        char[] password = KeyPassword.chosen(
                KeyPassword.given(passwordFile, terminal),
                privateFile,
                "use --key-password-file or set TALLYCLERK_KEY_PASSWORD",
                spec,
                terminal);
        SigningKey key;
        try {
            KeyPair pair = SigningKeys.generate(algorithm.kind);
            key = KeyFile.key(pair);
            KeyFile.writePrivate(privateFile, output.encrypted(pair.getPrivate(), password));
        } finally {
            Arrays.fill(password, '\0');
        }
        try {
            KeyFile.writePublic(
                    publicFile, SigningKeys.publicPem(key.publicKey()).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // Nobody uses a key whose public half was never seen.
            Files.deleteIfExists(privateFile);
            throw e;
        }
        output.write(key, privateFile, publicFile, terminal);
        return ExitCode.ACCEPTED;
    }
}
