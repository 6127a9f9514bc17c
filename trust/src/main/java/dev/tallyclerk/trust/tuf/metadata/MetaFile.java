package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.digest.Digest;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one metadata file says about another: its version and, if listed, length and hashes. Instances are immutable.
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
     * {@return a file of which only the version is listed}
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
     * {@return the same with a length}
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
     * {@return the same with hashes}
     *
     * @param digests the listed hashes of the algorithms that can be computed here; empty if all are of others
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
     * <p>A file whose listed hashes are all of unknown algorithms cannot be verified and is refused.
     */
    public boolean listsHashes() {
        return listsHashes;
    }

    /** {@return the listed hashes of the algorithms that can be computed here} */
    public List<Digest> digests() {
        return digests;
    }

    /** {@return version, length and hashes for a message} */
    @Override
    public String toString() {
        return "version " + version + (length == NOT_LISTED ? "" : ", " + length + " bytes") + ", hashes " + digests;
    }
}
