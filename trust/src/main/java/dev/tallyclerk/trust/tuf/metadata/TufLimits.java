package dev.tallyclerk.trust.tuf.metadata;

/**
 * What a repository may make a client read. A file above its limit is refused unread.
 *
 * <p>What is in a file has limits that follow from its own: a value for every twelve bytes but 10,000 at least, 64
 * levels, 64 characters for a number, and 256 key ids for a role. And in each object that is read, no member may have
 * the name of a known one in another case.
 *
 * @param rootBytes the longest root file, in bytes (W of TUF 5.3.3)
 * @param timestampBytes the longest timestamp file, in bytes (X of TUF 5.4.1)
 * @param snapshotBytes the longest snapshot file, in bytes, also where the timestamp lists a greater length
 * @param targetsBytes the longest targets file, in bytes, also where the snapshot lists a greater length
 * @param rootRotations how many root files one refresh may fetch (Y of TUF 5.3.3); the next refresh goes on from there
 * @param delegations how many delegated roles the search for one target may look at (M of TUF 5.6.7.1); a search that
 *     would need more is refused, and not taken for "nobody lists it"
 * @param storeAttempts how often one refresh may start when other processes keep writing to a shared store
 * @param delegatedBytes how many bytes of delegated roles' files are kept for the next search, in memory of which they
 *     take a few times as much; where there would be more, those of earlier searches are let go, and are loaded from
 *     the store and verified again when a search comes to them. What one search needs is kept until its end
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
     * {@return what python-tuf and go-tuf allow, too} That is 512,000 bytes for a root, 16,384 for a timestamp,
     * 2,000,000 and 5,000,000, 256 rotations and 32 delegations; and 10 starts with a shared store, which they do not
     * have, and 32,000,000 bytes of delegated roles, which they do not limit.
     */
    public static TufLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another one for root files}
     *
     * @param rootBytes at least 1
     */
    public TufLimits withRootBytes(int rootBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another one for timestamp files}
     *
     * @param timestampBytes at least 1
     */
    public TufLimits withTimestampBytes(int timestampBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another one for snapshot files}
     *
     * @param snapshotBytes at least 1
     */
    public TufLimits withSnapshotBytes(int snapshotBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another one for targets files}
     *
     * @param targetsBytes at least 1
     */
    public TufLimits withTargetsBytes(int targetsBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another number of root files for one refresh}
     *
     * @param rootRotations at least 1
     */
    public TufLimits withRootRotations(int rootRotations) {
        return counts(rootRotations, delegations, storeAttempts, delegatedBytes);
    }

    /**
     * {@return these limits with another number of delegated roles for one search}
     *
     * @param delegations not negative; 0 searches the top-level targets alone
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
     * {@return these limits with another number of bytes of delegated roles that are kept}
     *
     * @param delegatedBytes not negative; 0 keeps the role that was searched last
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
