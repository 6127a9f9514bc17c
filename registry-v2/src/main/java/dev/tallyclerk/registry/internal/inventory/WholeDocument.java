package dev.tallyclerk.registry.internal.inventory;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads documents that only make sense as a whole. */
public final class WholeDocument {
    /** What a value of a JSON document needs in memory for each byte of its text, at most and roughly. */
    private static final int MEMORY_PER_BYTE = 6;

    private static final int MAX_DEPTH = 200;
    private static final char UNREADABLE = '\ufffd';

    private WholeDocument() {}

    /** {@return the bytes of a document} */
    public static byte[] bytes(InputStream content, int maxBytes) throws IOException, UnreadableException {
        byte[] bytes = content.readNBytes(maxBytes);
        if (bytes.length == maxBytes && content.read() >= 0) {
            throw UnreadableException.limit("the document is larger than " + maxBytes + " bytes");
        }
        return bytes;
    }

    /**
     * Does the work on the document's root. As for the tools of its users, the last of duplicate members counts, and
     * bytes that are not UTF-8 become U+FFFD: the names of authors in old packages have some.
     */
    public static void json(InputStream content, FileFindings into, JsonWork work)
            throws IOException, UnreadableException {
        byte[] bytes = bytes(content, into.limits().maxDocumentBytes());
        boolean marked =
                bytes.length > 2 && (bytes[0] & 0xff) == 0xef && (bytes[1] & 0xff) == 0xbb && (bytes[2] & 0xff) == 0xbf;
        byte[] text = marked ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
        long memory = (long) MEMORY_PER_BYTE * text.length;
        into.budget().take(memory);
        try {
            String decoded = new String(text, StandardCharsets.UTF_8);
            if (decoded.indexOf(UNREADABLE) >= 0) {
                text = decoded.getBytes(StandardCharsets.UTF_8);
            }
            int length = Math.max(1, text.length);
            JsonLimits limits = new JsonLimits(length, MAX_DEPTH, length, 1024, JsonLimits.valuesIn(length));
            work.on(JsonCursor.at(StrictJson.parseLastWins(text, limits).value()));
        } catch (JsonException e) {
            throw e.reason() == JsonException.Reason.LIMIT
                    ? UnreadableException.limit(e.problem())
                    : UnreadableException.malformed(e.problem());
        } finally {
            into.budget().free(memory);
        }
    }

    /** Reads a JSON document. */
    @FunctionalInterface
    public interface JsonWork {
        void on(JsonCursor root) throws JsonException, UnreadableException;
    }
}
