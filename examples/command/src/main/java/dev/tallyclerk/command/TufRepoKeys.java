package dev.tallyclerk.command;

import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The private keys of {@code tuf-repo sign} and {@code publish}, in the files that {@code sign} reads. */
final class TufRepoKeys {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key in PEM: PKCS #8, encrypted or not, or one of cosign. Repeatable.")
    private List<Path> keys = List.of();

    @Option(
            names = "--key-password-file",
            paramLabel = "FILE",
            description = "Read the key's password from this file, without a last line break. One for all keys, or one"
                    + " for each in order. Default: TALLYCLERK_KEY_PASSWORD, then COSIGN_PASSWORD, then a prompt on the"
                    + " terminal.")
    private List<Path> passwordFiles = List.of();

    boolean isEmpty() {
        return keys.isEmpty();
    }

    List<SigningKey> read(Terminal terminal) throws IOException {
        if (passwordFiles.size() > 1 && passwordFiles.size() != keys.size()) {
            throw Usage.error(
                    spec,
                    "--key-password-file is given " + passwordFiles.size() + " times, for " + keys.size()
                            + " keys; give it once, or once for each key");
        }
        List<SigningKey> read = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Path password = passwordFiles.isEmpty() ? null : passwordFiles.get(passwordFiles.size() == 1 ? 0 : i);
            read.add(KeyFile.key(KeyOptions.readPair(keys.get(i), password, terminal)));
        }
        return read;
    }
}
