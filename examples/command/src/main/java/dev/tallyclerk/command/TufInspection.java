package dev.tallyclerk.command;

import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code tuf inspect}.
 *
 * @param place the folder or file
 * @param anchor why the first root is trusted, in words
 * @param now the time that expiry is compared with
 * @param files the top-level files in the order of the client workflow
 */
record TufInspection(String place, String anchor, Instant now, List<InspectedFile> files) {
    /** The verification of a file. */
    enum Verdict {
        /** It passed every check; its expiry was not checked. */
        VERIFIED,
        /** It failed a check. */
        REFUSED,
        /** The files that could verify it are missing, or were not verified themselves. */
        NOT_VERIFIED,
        /** It is missing. */
        MISSING
    }

    /**
     * A file.
     *
     * @param name its name in the folder, or the role's name if there is no file
     * @param verdict whether it was verified
     * @param why the reason for the verdict
     * @param content its content, verified or not; null if unreadable
     * @param repeated whether the content is shown at an earlier place of the role
     * @param delegations the roles that it delegates to, in its order
     * @param bins the hash bins that it delegates to
     */
    record InspectedFile(
            String name,
            Verdict verdict,
            String why,
            @Nullable UnverifiedMetadata content,
            boolean repeated,
            List<InspectedRole> delegations,
            @Nullable InspectedBins bins) {
        static InspectedFile of(String name, Verdict verdict, String why, @Nullable UnverifiedMetadata content) {
            return new InspectedFile(name, verdict, why, content, false, List.of(), null);
        }

        /** {@return the same file, with a note on what is shown elsewhere or not at all} */
        InspectedFile elsewhere(boolean isRepeated, String where) {
            return new InspectedFile(name, verdict, why + where, content, isRepeated, delegations, bins);
        }

        InspectedFile withDelegations(List<InspectedRole> roles) {
            return new InspectedFile(name, verdict, why, content, repeated, roles, bins);
        }

        InspectedFile withBins(InspectedBins found) {
            return new InspectedFile(name, verdict, why, content, repeated, delegations, found);
        }

        /** {@return the worst verdict of this file and those below it} */
        Verdict worst() {
            Verdict worst = verdict;
            for (InspectedRole role : delegations) {
                worst = worse(worst, role.file().worst());
            }
            if (bins != null) {
                for (InspectedFile bin : bins.files()) {
                    worst = worse(worst, bin.verdict());
                }
            }
            return worst;
        }
    }

    /**
     * A delegation to one role.
     *
     * @param name the role's name
     * @param keys the keys that sign for it
     * @param terminating whether a search ends with it
     * @param paths the targets it is trusted for
     * @param file its file, as this delegator's keys verify it
     */
    record InspectedRole(String name, RoleKeys keys, boolean terminating, PathSelector paths, InspectedFile file) {}

    /**
     * Hash bins.
     *
     * @param namePrefix the prefix of their names
     * @param bitLength the number of bits of a path's hash that select a bin
     * @param keys the keys that sign for them
     * @param listed the number of bins that the snapshot lists
     * @param files the files of the bins in the folder
     */
    record InspectedBins(String namePrefix, int bitLength, RoleKeys keys, long listed, List<InspectedFile> files) {}

    private static Verdict worse(Verdict one, Verdict other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case VERIFIED -> 0;
            case MISSING -> 1;
            case NOT_VERIFIED -> 2;
            case REFUSED -> 3;
        };
    }

    boolean isExpired(UnverifiedMetadata file) {
        return !file.content().expires().isAfter(now);
    }

    /**
     * {@return the exit status; only top-level roles must have a file, because delegated ones are fetched on demand}
     */
    int exitCode() {
        int code = ExitCode.ACCEPTED;
        for (InspectedFile file : files) {
            Verdict worst = file.worst();
            if (worst == Verdict.REFUSED) {
                return ExitCode.REJECTED;
            }
            if (worst == Verdict.NOT_VERIFIED || file.verdict() == Verdict.MISSING) {
                code = ExitCode.INCOMPLETE;
            }
        }
        return code;
    }
}
