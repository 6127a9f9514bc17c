package dev.tallyclerk.trust.store;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps metadata for many processes that do not wait for each other: whoever replaces a file says which revision of it
 * was seen, and is told when there is another one by now.
 *
 * <p>This is what keeps a slow process from putting an old timestamp over a new one. {@link MetadataStore#shared} makes
 * a store for clients of it. Implementations may be used by many threads and are atomic for each file.
 */
public interface VersionedStore {
    /**
     * Loads what was stored last.
     *
     * @param name which file
     * @param maxBytes the longest content of interest, in bytes
     * @return the file's revision and, unless it is absent or longer, its content
     * @throws ConflictException if another process is writing, and so nothing can be said now; a client starts again
     * @throws IOException if the store cannot be read
     */
    Entry load(StoredName name, int maxBytes) throws IOException;

    /**
     * Replaces a file if it still has a revision. After a crash the store has either the old bytes or the new.
     *
     * @param name which file
     * @param revision the revision that was loaded
     * @param metadata the bytes as they were received, not kept; null removes the file
     * @return the revision that it has now, or nothing if it had another than {@code revision} and was left alone
     * @throws IOException if the store cannot be written
     */
    OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) throws IOException;

    /** A file as it was loaded. Immutable. */
    final class Entry {
        private final long revision;
        private final byte @Nullable [] metadata;

        private Entry(long revision, byte @Nullable [] metadata) {
            this.revision = revision;
            this.metadata = metadata;
        }

        /**
         * {@return a file that is there and was read}
         *
         * @param revision tells this content from every other that the file had or will have, also after a removal
         * @param metadata the content, copied
         */
        public static Entry of(long revision, byte[] metadata) {
            return new Entry(revision, metadata.clone());
        }

        /**
         * {@return a file that is not there, or is longer than was wanted}
         *
         * @param revision what {@link VersionedStore#replace} takes to make or replace it
         */
        public static Entry without(long revision) {
            return new Entry(revision, null);
        }

        /** {@return the revision and how many bytes there are} */
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

    /** Thrown when another process has replaced a file since it was loaded. A client starts again then. */
    final class ConflictException extends IOException {
        private static final long serialVersionUID = 1L;

        /**
         * Makes an exception.
         *
         * @param name the file
         */
        public ConflictException(StoredName name) {
            super("another process has replaced "
                    + Objects.requireNonNull(name, "name").fileName() + " meanwhile");
        }
    }
}
