package dev.tallyclerk.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The body of a request, with a known length. Some bodies can be read again for a retry.
 *
 * <p>A transport may open and read it in another thread. The bodies made here that can be read again are safe for use
 * by several threads, each with its own stream; any other belongs to one request.
 */
public interface RequestBody {
    /** {@return no bytes} */
    static RequestBody none() {
        return of(new byte[0]);
    }

    /** {@return a copy of {@code content}, which can be sent any number of times} */
    static RequestBody of(byte[] content) {
        byte[] copy = content.clone();
        return new OpenedBody(copy.length, true, () -> new ByteArrayInputStream(copy));
    }

    /**
     * {@return the content of a file, which can be sent any number of times}
     *
     * @param file a file that nobody changes meanwhile; what is sent of one that changes is not what was promised
     * @throws IOException if there is no such file
     */
    static RequestBody ofFile(Path file) throws IOException {
        return new OpenedBody(Files.size(file), true, () -> Files.newInputStream(file));
    }

    /**
     * {@return what a stream gives, which can be sent once}
     *
     * @param length how many bytes it gives
     * @param content the stream, closed by the sender
     * @throws IllegalArgumentException if {@code length} is negative
     */
    static RequestBody once(long length, InputStream content) {
        Objects.requireNonNull(content, "content");
        if (length < 0) {
            throw new IllegalArgumentException("length is negative: " + length);
        }
        AtomicBoolean opened = new AtomicBoolean();
        return new OpenedBody(length, false, () -> {
            if (opened.getAndSet(true)) {
                throw new IOException("the body was sent already, and cannot be read again");
            }
            return content;
        });
    }

    /** {@return how many bytes there are} */
    long length();

    /** {@return whether {@link #open} gives the same bytes every time} */
    boolean isRepeatable();

    /**
     * {@return the bytes, from the first; closed by the sender}
     *
     * <p>What this or the stream throws ends the call, which throws it too, unchecked exceptions included.
     *
     * @throws IOException if they cannot be read, or not again
     */
    InputStream open() throws IOException;
}
