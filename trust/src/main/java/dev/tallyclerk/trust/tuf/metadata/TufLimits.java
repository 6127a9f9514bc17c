package dev.tallyclerk.trust.tuf.metadata;

/**
 * Limits on what a repository can make a client read. A file above its limit is refused without being read to its end.
 *
 * <p>Limits on the content of a file follow from the file's limit: one JSON value per twelve bytes, but at least
 * 10,000, 64 levels of nesting, 64 characters per number, and 256 key ids per role. An object with a member whose name
 * differs only in case from a known one is refused.
 *
 * @param rootBytes the longest root file, in bytes (W of TUF 5.3.3)
 * @param timestampBytes the longest timestamp file, in bytes (X of TUF 5.4.1)
 * @param snapshotBytes the longest snapshot file, in bytes, even if the timestamp lists a greater length
 * @param targetsBytes the longest targets file, in bytes, even if the snapshot lists a greater length
 * @param rootRotations how many root files one refresh may fetch (Y of TUF 5.3.3); the next refresh continues from
 *     there
 * @param delegations how many delegated roles the search for one target may visit (M of TUF 5.6.7.1); a search that
 *     needs more is refused, which is not the same as "not listed"
 * @param storeAttempts how often one refresh may start if other processes keep writing to a shared store
 * @param delegatedBytes how many bytes of delegated roles' files to cache for the next search; they take a few times as
 *     much memory. If there are more, those of earlier searches are dropped, and loaded from the store and verified
 *     again when a search needs them. What one search needs is kept until it ends
 */
public record TufLimits(
        int rootBytes,
        int timestampBytes,
        int snapshotBytes,
        int targetsBytes,
        int rootRotations,
        int delegations,
        int storeAttempts,
        int delegatedBytes) {
    private static final TufLimits DEFAULTS =
            new TufLimits(512_000, 16_384, 2_000_000, 5_000_000, 256, 32, 10, 32_000_000);

    public TufLimits {
        requireAtLeast(1, "rootBytes", rootBytes);
        requireAtLeast(1, "timestampBytes", timestampBytes);
        requireAtLeast(1, "snapshotBytes", snapshotBytes);
        requireAtLeast(1, "targetsBytes", targetsBytes);
        requireAtLeast(1, "rootRotations", rootRotations);
        requireAtLeast(0, "delegations", delegations);
        requireAtLeast(1, "storeAttempts", storeAttempts);
        requireAtLeast(0, "delegatedBytes", delegatedBytes);
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be at least " + least);
        }
    }

    /**
     * {@return the limits of python-tuf and go-tuf: 512,000 bytes for a root, 16,384 for a timestamp, 2,000,000 for a
     * snapshot and 5,000,000 for targets, 256 rotations and 32 delegations}
     *
     * <p>In addition, which they do not have: 10 starts with a shared store, and 32,000,000 bytes of delegated roles.
     */
    public static TufLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another length for root files}
     *
     * @param rootBytes at least 1
     */
    public TufLimits withRootBytes(int rootBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another length for timestamp files}
     *
     * @param timestampBytes at least 1
     */
    public TufLimits withTimestampBytes(int timestampBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another length for snapshot files}
     *
     * @param snapshotBytes at least 1
     */
    public TufLimits withSnapshotBytes(int snapshotBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another length for targets files}
     *
     * @param targetsBytes at least 1
     */
    public TufLimits withTargetsBytes(int targetsBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another number of root files per refresh}
     *
     * @param rootRotations at least 1
     */
    public TufLimits withRootRotations(int rootRotations) {
        return counts(rootRotations, delegations, storeAttempts, delegatedBytes);
    }

    /**
     * {@return these limits with another number of delegated roles per search}
     *
     * @param delegations not negative; 0 searches the top-level targets only
     */
    public TufLimits withDelegations(int delegations) {
        return counts(rootRotations, delegations, storeAttempts, delegatedBytes);
    }

    /**
     * {@return these limits with another number of starts with a shared store}
     *
     * @param storeAttempts at least 1
     */
    public TufLimits withStoreAttempts(int storeAttempts) {
        return counts(rootRotations, delegations, storeAttempts, delegatedBytes);
    }

    /**
     * {@return these limits with another number of cached bytes of delegated roles}
     *
     * @param delegatedBytes not negative; 0 keeps only the last role
     */
    public TufLimits withDelegatedBytes(int delegatedBytes) {
        return counts(rootRotations, delegations, storeAttempts, delegatedBytes);
    }

    private TufLimits files(int root, int timestamp, int snapshot, int targets) {
        return new TufLimits(
                root, timestamp, snapshot, targets, rootRotations, delegations, storeAttempts, delegatedBytes);
    }

    private TufLimits counts(int rotations, int roles, int attempts, int bytes) {
        return new TufLimits(rootBytes, timestampBytes, snapshotBytes, targetsBytes, rotations, roles, attempts, bytes);
    }
}
