package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.digest.Digest;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one metadata file lists about another: its version and, optionally, its length and hashes. Immutable.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#metafiles">TUF 1.0.34, 4.4, METAFILES</a>
 */
public final class MetaFile {
    private static final long NOT_LISTED = -1;

    private final long version;
    private final long length;
    private final boolean listsHashes;
    private final List<Digest> digests;

    private MetaFile(long version, long length, boolean listsHashes, List<Digest> digests) {
        this.version = version;
        this.length = length;
        this.listsHashes = listsHashes;
        this.digests = List.copyOf(digests);
    }

    /**
     * {@return a listing of a version alone}
     *
     * @param version the version, at least 1
     */
    public static MetaFile of(long version) {
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
        return new MetaFile(version, NOT_LISTED, false, List.of());
    }

    /**
     * {@return this listing with a length}
     *
     * @param length the exact length in bytes, not negative
     */
    public MetaFile withLength(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
        return new MetaFile(version, length, listsHashes, digests);
    }

    /**
     * {@return this listing with hashes}
     *
     * @param digests the listed hashes whose algorithms can be computed here; empty if none can
     */
    public MetaFile withDigests(List<Digest> digests) {
        return new MetaFile(version, length, true, digests);
    }

    /** {@return the version, at least 1} */
    public long version() {
        return version;
    }

    /** {@return the exact length in bytes, if listed} */
    public OptionalLong length() {
        return length == NOT_LISTED ? OptionalLong.empty() : OptionalLong.of(length);
    }

    /**
     * {@return whether hashes are listed}
     *
     * <p>A file whose listed hashes all have unknown algorithms cannot be verified and is refused.
     */
    public boolean listsHashes() {
        return listsHashes;
    }

    /** {@return the listed hashes whose algorithms can be computed here} */
    public List<Digest> digests() {
        return digests;
    }

    /** {@return version, length and hashes} */
    @Override
    public String toString() {
        return "version " + version + (length == NOT_LISTED ? "" : ", " + length + " bytes") + ", hashes " + digests;
    }
}
