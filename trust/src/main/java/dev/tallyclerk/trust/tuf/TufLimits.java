package dev.tallyclerk.trust.tuf;

/**
 * What a repository may make a client read. A file above its limit is refused unread.
 *
 * @param rootBytes the longest root file, in bytes (W of TUF 5.3.3)
 * @param timestampBytes the longest timestamp file, in bytes (X of TUF 5.4.1)
 * @param snapshotBytes the longest snapshot file, in bytes, also where the timestamp lists a greater length
 * @param targetsBytes the longest targets file, in bytes, also where the snapshot lists a greater length
 * @param rootRotations how many root files one refresh may fetch (Y of TUF 5.3.3); the next refresh goes on from there
 */
public record TufLimits(int rootBytes, int timestampBytes, int snapshotBytes, int targetsBytes, int rootRotations) {
    private static final TufLimits DEFAULTS = new TufLimits(512_000, 16_384, 2_000_000, 5_000_000, 256);

    public TufLimits {
        if (rootBytes < 1 || timestampBytes < 1 || snapshotBytes < 1 || targetsBytes < 1) {
            throw new IllegalArgumentException("a limit in bytes is below 1");
        }
        if (rootRotations < 1) {
            throw new IllegalArgumentException("rootRotations " + rootRotations + " is below 1");
        }
    }

    /** {@return 512,000 bytes for a root, 16,384 for a timestamp, 2,000,000 and 5,000,000, and 256 rotations} */
    public static TufLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another one for root files}
     *
     * @param bytes at least 1
     */
    public TufLimits withRootBytes(int bytes) {
        return new TufLimits(bytes, timestampBytes, snapshotBytes, targetsBytes, rootRotations);
    }

    /**
     * {@return these limits with another one for timestamp files}
     *
     * @param bytes at least 1
     */
    public TufLimits withTimestampBytes(int bytes) {
        return new TufLimits(rootBytes, bytes, snapshotBytes, targetsBytes, rootRotations);
    }

    /**
     * {@return these limits with another one for snapshot files}
     *
     * @param bytes at least 1
     */
    public TufLimits withSnapshotBytes(int bytes) {
        return new TufLimits(rootBytes, timestampBytes, bytes, targetsBytes, rootRotations);
    }

    /**
     * {@return these limits with another one for targets files}
     *
     * @param bytes at least 1
     */
    public TufLimits withTargetsBytes(int bytes) {
        return new TufLimits(rootBytes, timestampBytes, snapshotBytes, bytes, rootRotations);
    }

    /**
     * {@return these limits with another number of root files for one refresh}
     *
     * @param rotations at least 1
     */
    public TufLimits withRootRotations(int rotations) {
        return new TufLimits(rootBytes, timestampBytes, snapshotBytes, targetsBytes, rotations);
    }

    int bytesOf(TopLevelRole role) {
        return switch (role) {
            case ROOT -> rootBytes;
            case TIMESTAMP -> timestampBytes;
            case SNAPSHOT -> snapshotBytes;
            case TARGETS -> targetsBytes;
        };
    }
}
