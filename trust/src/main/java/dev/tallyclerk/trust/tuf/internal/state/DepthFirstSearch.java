package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One search for a target (TUF 5.6.7). It stops where it needs the file of a role and continues there when it has the
 * file, so that each role's paths are compared once. For one use.
 */
public final class DepthFirstSearch {
    private final String targetPath;
    private final Verification verification;
    private final int maxDelegations;
    private final Deque<Delegation> toVisit = new ArrayDeque<>();
    private final Set<String> visited = new HashSet<>();
    private @Nullable TargetInfo found;

    DepthFirstSearch(String targetPath, Verification verification) {
        this.targetPath = targetPath;
        this.verification = verification;
        this.maxDelegations = verification.limits().delegations();
    }

    /**
     * Continues with the top-level targets, or with the file that was needed.
     *
     * @return the delegation to the role whose file is needed next; null if the search is over
     */
    public @Nullable Delegation visit(VerifiedTargets at) throws TufException {
        TargetInfo listed = at.content().targets().get(targetPath);
        if (listed != null) {
            found = computable(listed);
            requireHash(at.role(), found);
            return null;
        }
        pushDelegationsOf(at);
        Delegation next = nextUnvisited();
        // TUF 5.6.7.1.
        if (next != null && visited.size() > maxDelegations) {
            throw MetadataRole.TARGETS
                    .failure(Reason.TOO_MANY_DELEGATIONS, "5.6.7.1")
                    .limit(maxDelegations)
                    .targetPath(targetPath)
                    .build(Quoted.quote(targetPath) + " may be listed by more delegated roles than the "
                            + maxDelegations + " that TufLimits.delegations allows; raise that limit to search them");
        }
        return next;
    }

    /** {@return what the first role that lists the target says about it; empty if none does so far} */
    public Optional<TargetInfo> found() {
        return Optional.ofNullable(found);
    }

    /** Pushes them in reverse, because the last one pushed is visited first. */
    private void pushDelegationsOf(VerifiedTargets at) {
        List<Delegation> matching = at.delegations().matching(targetPath);
        int end = 0;
        while (end < matching.size() && !matching.get(end).terminating()) {
            end++;
        }
        // TUF 5.6.7.2.1: nothing after a terminating delegation is visited, neither here nor above.
        if (end < matching.size()) {
            toVisit.clear();
            end++;
        }
        for (int i = end - 1; i >= 0; i--) {
            toVisit.push(matching.get(i));
        }
    }

    private @Nullable Delegation nextUnvisited() {
        while (true) {
            Delegation next = toVisit.poll();
            if (next == null || visited.add(next.role().name())) {
                return next;
            }
        }
    }

    /** {@return the target with the hashes that can be computed here} */
    private TargetInfo computable(TargetInfo target) {
        List<Digest> digests = verification.computable(target.digests());
        return digests.equals(target.digests())
                ? target
                : new TargetInfo(target.path(), target.length(), digests, target.role(), target.custom());
    }

    private static void requireHash(MetadataRole role, TargetInfo target) throws TufException {
        // TUF 5.7: without a hash there is nothing to verify the file with.
        if (target.digests().isEmpty()) {
            throw role.failure(Reason.NO_KNOWN_HASH, "5.7")
                    .targetPath(target.path())
                    .build(
                            Quoted.quote(target.path())
                                    + " is listed without a hash that can be computed here, or with a malformed one; the repository has to list sha256 or sha512");
        }
    }
}
