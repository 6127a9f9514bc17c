package dev.tallyclerk.trust.store;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A store that many processes share without waiting for each other: a process that replaces a file names the revision
 * it has seen, and is refused if another process was faster (compare-and-set).
 *
 * <p>This keeps a slow process from overwriting a new timestamp with an old one. {@link SharedStore#of} makes a
 * client's store from it. Implementations are safe for use by many threads, and atomic for each file.
 */
public interface VersionedStore {
    /**
     * Loads a file.
     *
     * @param name which file
     * @param maxBytes the longest content to return, in bytes
     * @return the file's revision, with its content unless it is absent or too long
     * @throws ConflictException if another process is writing and the file cannot be read now; a client then starts
     *     again
     * @throws IOException if the store cannot be read
     */
    Entry load(StoredName name, int maxBytes) throws IOException;

    /**
     * Replaces a file if it still has a revision. After a crash, the store has either the old bytes or the new.
     *
     * @param name which file
     * @param revision the revision that was loaded
     * @param metadata the bytes as they were received, not kept; null removes the file
     * @return the new revision; empty if the file had another revision than {@code revision} and was left unchanged
     * @throws IOException if the store cannot be written
     */
    OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) throws IOException;

    /** A loaded file. Immutable. */
    final class Entry {
        private final long revision;
        private final byte @Nullable [] metadata;

        private Entry(long revision, byte @Nullable [] metadata) {
            this.revision = revision;
            this.metadata = metadata;
        }

        /**
         * {@return a file with its content}
         *
         * @param revision distinguishes this content from every other that the file had or will have, even after a
         *     removal
         * @param metadata the content, copied
         */
        public static Entry of(long revision, byte[] metadata) {
            return new Entry(revision, metadata.clone());
        }

        /**
         * {@return a file that is absent, or too long}
         *
         * @param revision the revision for {@link VersionedStore#replace} to create or replace it
         */
        public static Entry without(long revision) {
            return new Entry(revision, null);
        }

        /** {@return the revision and the number of bytes} */
        @Override
        public String toString() {
            return "revision " + revision + (metadata == null ? ", no content" : ", " + metadata.length + " bytes");
        }

        /** {@return the revision, for {@link VersionedStore#replace}} */
        public long revision() {
            return revision;
        }

        /** {@return a copy of the content} */
        public Optional<byte[]> metadata() {
            return Optional.ofNullable(metadata).map(byte[]::clone);
        }
    }

    /** Thrown when another process has replaced a file since it was loaded. A client then starts again. */
    final class ConflictException extends IOException {
        private static final long serialVersionUID = 1L;

        /**
         * Creates an exception.
         *
         * @param name the file
         */
        public ConflictException(StoredName name) {
            super("another process has replaced "
                    + Objects.requireNonNull(name, "name").fileName() + " since it was loaded");
        }
    }
}
