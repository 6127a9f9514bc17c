package dev.tallyclerk.registry.analysis;

import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Receives the content of one file while it is read.
 *
 * <p>Used by one thread. A consumer that wants files of some kind only looks at the first bytes, and declines the rest.
 */
public interface ContentConsumer {
    /** The size of every chunk of a file's content but its last, in bytes. */
    int CHUNK_BYTES = 64 * 1024;

    /**
     * Receives the next bytes: {@link #CHUNK_BYTES}, or fewer at the end of the content.
     *
     * @param buffer holds the bytes; not to be changed, or kept after the call
     * @param offset the index of the first byte
     * @param length how many bytes there are, at least one
     * @return whether more is wanted; if not, this is not called again
     */
    boolean update(byte[] buffer, int offset, int length);

    /** Called after the last byte, if all of the content was wanted. */
    void finish();

    /**
     * {@return a consumer that keeps the content in memory}
     *
     * <p>Does not limit it: ask for the content of entries of an acceptable size only.
     *
     * @param whole receives the content, all of it
     */
    static ContentConsumer whole(Consumer<byte[]> whole) {
        Objects.requireNonNull(whole, "whole");
        return new ContentConsumer() {
            private final ByteArrayOutputStream content = new ByteArrayOutputStream();

            @Override
            public boolean update(byte[] buffer, int offset, int length) {
                content.write(buffer, offset, length);
                return true;
            }

            @Override
            public void finish() {
                whole.accept(content.toByteArray());
            }
        };
    }
}
