package dev.tallyclerk.internal.call;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The User-Agent header of every request: this library and its version, and the embedder's own product. */
final class UserAgent {
    private static final String LIBRARY = "tallyclerk/" + version();

    private UserAgent() {}

    /** {@return the header's value} */
    static String of(String embedder) {
        return embedder.isEmpty() ? LIBRARY : LIBRARY + " (" + embedder + ")";
    }

    private static String version() {
        try (InputStream in = UserAgent.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException("version.txt is missing beside " + UserAgent.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
