package dev.tallyclerk.internal.socket;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How much of what a server sends may be no content while a thread reads a body: OkHttp keeps the line before a chunk
 * in memory until it ends, and a server need never end it. Safe for use by several threads.
 */
public final class FramingLimit {
    /** Many times as much as a read of content takes from the socket, read ahead and encrypted, with what frames it. */
    private static final int MAX_BYTES = 1024 * 1024;

    /**
     * What is left to the thread that reads a body; other readers, such as that of HTTP/2, have limits of their own.
     */
    @SuppressWarnings("ThreadLocalUsage") // One for each transport, which lives long, and empty between two reads.
    private final ThreadLocal<int @Nullable []> left = new ThreadLocal<>();

    /** One read of a body. */
    @FunctionalInterface
    public interface Read {
        /** Reads from the body. */
        int read() throws IOException;
    }

    /** {@return what {@code body} read} */
    public int within(Read body) throws IOException {
        left.set(new int[] {MAX_BYTES});
        try {
            return body.read();
        } finally {
            left.remove();
        }
    }

    /** Counts what the socket has given. */
    void spend(int bytes) throws IOException {
        int[] mine = left.get();
        if (mine != null && (mine[0] -= bytes) < 0) {
            throw new IOException("more than " + MAX_BYTES + " bytes and no content among them");
        }
    }
}
