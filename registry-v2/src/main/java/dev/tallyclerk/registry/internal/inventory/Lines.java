package dev.tallyclerk.registry.internal.inventory;

import dev.tallyclerk.internal.stream.SomeBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines that end with a line feed. Bytes that are not UTF-8 become U+FFFD. */
public final class Lines {
    private static final int MAX_LINE = 1 << 20;

    private final InputStream content;
    private final byte[] buffer = new byte[8192];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int end;

    public Lines(InputStream content) {
        this.content = content;
    }

    /**
     * {@return the next line without its end; null after the last one}
     *
     * @throws UnreadableException if a line is longer than a mebibyte
     */
    public @Nullable String next() throws IOException, UnreadableException {
        line.reset();
        boolean any = false;
        while (at < end || fill()) {
            any = true;
            int start = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            if (line.size() + at - start > MAX_LINE) {
                throw UnreadableException.limit("a line is longer than " + MAX_LINE + " bytes");
            }
            line.write(buffer, start, at - start);
            if (at < end) {
                at++;
                return text();
            }
        }
        return any ? text() : null;
    }

    private String text() {
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, SomeBytes.read(content, buffer, 0, buffer.length));
        return end > 0;
    }
}
