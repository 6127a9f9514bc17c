package dev.tallyclerk.command;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleKeyCipher;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The private key of commands that sign, and its password. */
final class KeyOptions {
    private static final int MAX_KEY = 64 << 10;
    private static final int MAX_PASSWORD = 64 << 10;

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
            description = "Read the key's password from this file, without a last line break, instead of from"
                    + " TALLYCLERK_KEY_PASSWORD or COSIGN_PASSWORD.")
    private @Nullable Path passwordFile;

    /** {@return the key} */
    SigningKey read(Map<String, String> environment) throws IOException {
        byte[] pem = InputFile.read(key, MAX_KEY);
        char[] password = password(environment);
        SigningKeys keys = SigningKeys.create().withCosignKeys(BouncyCastleKeyCipher.create());
        try {
            return password == null ? keys.read(pem) : keys.read(pem, password);
        } catch (SigningException e) {
            String more = e.reason() == SigningException.Reason.PASSWORD_MISSING
                    ? "; use --key-password-file or set TALLYCLERK_KEY_PASSWORD"
                    : "";
            throw new IOException(key + ": " + e.reason() + ": " + Messages.of(e) + more, e);
        } finally {
            Arrays.fill(pem, (byte) 0);
            if (password != null) {
                Arrays.fill(password, '\0');
            }
        }
    }

    private char @Nullable [] password(Map<String, String> environment) throws IOException {
        Path file = passwordFile;
        if (file == null) {
            String told = environment.getOrDefault("TALLYCLERK_KEY_PASSWORD", environment.get("COSIGN_PASSWORD"));
            return told == null ? null : told.toCharArray();
        }
        byte[] content = InputFile.read(file, MAX_PASSWORD);
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end -= end > 1 && text.charAt(end - 2) == '\r' ? 2 : 1;
        }
        char[] password = Arrays.copyOf(text.array(), end);
        Arrays.fill(text.array(), '\0');
        Arrays.fill(content, (byte) 0);
        return password;
    }
}
