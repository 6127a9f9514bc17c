package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleKeyCipher;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The private key of commands that use one, and its password. */
final class KeyOptions {
    private static final int MAX_KEY = 64 << 10;

    private static final SigningKeys KEYS = SigningKeys.create().withCosignKeys(BouncyCastleKeyCipher.create());

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "Private key in PEM: one of cosign, or PKCS #8, encrypted or not.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(
            names = "--key-password-file",
            paramLabel = "FILE",
            description = "Read the key's password from this file, without a last line break, or from standard input"
                    + " (-). Default: TALLYCLERK_KEY_PASSWORD, then COSIGN_PASSWORD, then a prompt on the terminal.")
    private @Nullable Path passwordFile;

    /** {@return whether the password comes from standard input} */
    boolean readsStandardInput() {
        return KeyPassword.STANDARD_INPUT.equals(passwordFile);
    }

    /** {@return the key} */
    SigningKey read(Terminal terminal) throws IOException {
        return KeyFile.key(readPair(terminal));
    }

    /** {@return both halves of the key, to write it again} */
    KeyPair readPair(Terminal terminal) throws IOException {
        return readPair(key, passwordFile, terminal);
    }

    /** {@return both halves of the key in a file, with the password in another one, the environment or a prompt} */
    static KeyPair readPair(Path key, @Nullable Path passwordFile, Terminal terminal) throws IOException {
        byte[] pem = InputFile.read(key, MAX_KEY);
        Optional<char[]> password = KeyPassword.given(passwordFile, terminal);
        try {
            if (password.isEmpty()) {
                try {
                    return KEYS.readPair(pem);
                } catch (SigningException e) {
                    if (e.reason() != Reason.PASSWORD_MISSING) {
                        throw e;
                    }
                    password = terminal.prompt().ask("Password of " + Quoted.printable(key.toString()));
                    if (password.isEmpty()) {
                        throw e;
                    }
                }
            }
            return KEYS.readPair(pem, password.get());
        } catch (SigningException e) {
            String more = e.reason() == Reason.PASSWORD_MISSING
                    ? "; use --key-password-file or set TALLYCLERK_KEY_PASSWORD"
                    : "";
            throw new IOException(key + ": " + e.reason() + ": " + Messages.of(e) + more, e);
        } finally {
            Arrays.fill(pem, (byte) 0);
            password.ifPresent(secret -> Arrays.fill(secret, '\0'));
        }
    }
}
