package dev.tallyclerk.command;

import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tuf inspect} has found out.
 *
 * @param place the folder or file
 * @param anchor why the first root is trusted, in words
 * @param now what times of expiry are compared with
 * @param files the top-level files in the order of the client workflow
 */
record TufInspection(String place, String anchor, Instant now, List<InspectedFile> files) {
    /** What is known about a file. */
    enum Verdict {
        /** It passed every check but that of its expiry. */
        VERIFIED,
        /** It failed a check. */
        REFUSED,
        /** Nothing that could have verified it is there, or was verified itself. */
        NOT_VERIFIED,
        /** It is not there. */
        MISSING
    }

    /**
     * A file.
     *
     * @param name its name in the folder, or the role's if there is none
     * @param verdict what is known about it
     * @param why for the verdict, in words
     * @param content what it says, verified or not; nothing if it cannot be read
     * @param repeated whether that is shown where the role is before this
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

        /** {@return the same, of which something is shown elsewhere or not at all, as {@code where} says} */
        InspectedFile elsewhere(boolean isRepeated, String where) {
            return new InspectedFile(name, verdict, why + where, content, isRepeated, delegations, bins);
        }

        InspectedFile withDelegations(List<InspectedRole> roles) {
            return new InspectedFile(name, verdict, why, content, repeated, roles, bins);
        }

        InspectedFile withBins(InspectedBins found) {
            return new InspectedFile(name, verdict, why, content, repeated, delegations, found);
        }

        /** {@return the worst that is known about this file and those below it} */
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
     * @param keys who signs for it
     * @param terminating whether a search ends with it
     * @param paths which targets it is about
     * @param file its file, as this delegator's keys verify it
     */
    record InspectedRole(String name, RoleKeys keys, boolean terminating, PathSelector paths, InspectedFile file) {}

    /**
     * Hash bins.
     *
     * @param namePrefix what their names begin with
     * @param bitLength how many bits of a path's hash number a bin
     * @param keys who signs for them
     * @param listed how many of them the snapshot lists
     * @param files the files of those that are here
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
     * {@return the exit status: a role whose file was never fetched is usual, a top-level one that is missing is not}
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
