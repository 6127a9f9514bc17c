package dev.tallyclerk.trust.notary.metadata;

/**
 * Limits on what a Notary server can make a client read. A file above its limit is refused without being read to its
 * end.
 *
 * <p>Limits on the content of a file follow from the file's limit: one JSON value per twelve bytes, but at least
 * 10,000, 64 levels of nesting, 256 signatures, 256 key ids per role and 8 certificates per key.
 *
 * @param rootBytes the longest root file, in bytes
 * @param timestampBytes the longest timestamp file, in bytes
 * @param snapshotBytes the longest snapshot file, in bytes, even if the timestamp lists a greater length
 * @param targetsBytes the longest file of one targets role, in bytes, even if the snapshot lists a greater length
 * @param rootRotations how many root files one update may fetch between the trusted root and the newest
 * @param delegations how many delegated roles a collection may have
 * @param delegationDepth how many delegations may lie between {@code targets} and a role
 * @param totalBytes how many bytes the files of all targets roles may have together
 */
public record NotaryLimits(
        int rootBytes,
        int timestampBytes,
        int snapshotBytes,
        int targetsBytes,
        int rootRotations,
        int delegations,
        int delegationDepth,
        int totalBytes) {
    private static final NotaryLimits DEFAULTS =
            new NotaryLimits(1 << 20, 1 << 20, 8 << 20, 32 << 20, 256, 256, 16, 64 << 20);

    public NotaryLimits {
        requireAtLeast(1, "rootBytes", rootBytes);
        requireAtLeast(1, "timestampBytes", timestampBytes);
        requireAtLeast(1, "snapshotBytes", snapshotBytes);
        requireAtLeast(1, "targetsBytes", targetsBytes);
        requireAtLeast(1, "rootRotations", rootRotations);
        requireAtLeast(0, "delegations", delegations);
        requireAtLeast(0, "delegationDepth", delegationDepth);
        requireAtLeast(1, "totalBytes", totalBytes);
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be at least " + least);
        }
    }

    /**
     * {@return the default limits}
     *
     * <p>They are 1 MiB for a root and a timestamp, 8 MiB for a snapshot, 32 MiB for a targets role and 64 MiB for all
     * of them, 256 rotations, and 256 delegated roles in up to 16 levels.
     */
    public static NotaryLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another length for root files}
     *
     * @param rootBytes at least 1
     */
    public NotaryLimits withRootBytes(int rootBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another length for timestamp files}
     *
     * @param timestampBytes at least 1
     */
    public NotaryLimits withTimestampBytes(int timestampBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another length for snapshot files}
     *
     * @param snapshotBytes at least 1
     */
    public NotaryLimits withSnapshotBytes(int snapshotBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another length for files of targets roles}
     *
     * @param targetsBytes at least 1
     */
    public NotaryLimits withTargetsBytes(int targetsBytes) {
        return files(rootBytes, timestampBytes, snapshotBytes, targetsBytes);
    }

    /**
     * {@return these limits with another number of root files per update}
     *
     * @param rootRotations at least 1
     */
    public NotaryLimits withRootRotations(int rootRotations) {
        return counts(rootRotations, delegations, delegationDepth, totalBytes);
    }

    /**
     * {@return these limits with another number of delegated roles}
     *
     * @param delegations not negative
     */
    public NotaryLimits withDelegations(int delegations) {
        return counts(rootRotations, delegations, delegationDepth, totalBytes);
    }

    /**
     * {@return these limits with another number of levels of delegated roles}
     *
     * @param delegationDepth not negative
     */
    public NotaryLimits withDelegationDepth(int delegationDepth) {
        return counts(rootRotations, delegations, delegationDepth, totalBytes);
    }

    /**
     * {@return these limits with another length for the files of all targets roles together}
     *
     * @param totalBytes at least 1
     */
    public NotaryLimits withTotalBytes(int totalBytes) {
        return counts(rootRotations, delegations, delegationDepth, totalBytes);
    }

    private NotaryLimits files(int root, int timestamp, int snapshot, int targets) {
        return new NotaryLimits(
                root, timestamp, snapshot, targets, rootRotations, delegations, delegationDepth, totalBytes);
    }

    private NotaryLimits counts(int rotations, int roles, int depth, int bytes) {
        return new NotaryLimits(rootBytes, timestampBytes, snapshotBytes, targetsBytes, rotations, roles, depth, bytes);
    }
}
