package dev.tallyclerk.command;

import dev.tallyclerk.trust.key.TrustedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A public key in a PEM file, as OpenSSL and cosign write it. */
final class PublicKeyFile {
    private static final int MAX_KEY = 64 << 10;

    private PublicKeyFile() {}

    static TrustedKey read(Path file) throws IOException {
        String pem = new String(InputFile.read(file, MAX_KEY), StandardCharsets.UTF_8);
        try {
            return TrustedKey.parse(pem);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + Messages.of(e), e);
        }
    }
}
