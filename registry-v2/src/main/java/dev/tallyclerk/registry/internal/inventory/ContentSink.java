package dev.tallyclerk.registry.internal.inventory;

/** Reads a file of which the bytes are handed over one chunk after the other. Belongs to one thread. */
public interface ContentSink {
    /**
     * Takes the next bytes.
     *
     * @throws UnreadableException if the rest of the file cannot be read; nothing may be called then but {@link #close}
     */
    void update(byte[] bytes, int offset, int length) throws UnreadableException;

    /**
     * Is told that all bytes were handed over.
     *
     * @throws UnreadableException if they do not end as they should
     */
    void finish() throws UnreadableException;

    /** Frees what this uses, whether or not the file was read to its end. */
    default void close() {}
}
