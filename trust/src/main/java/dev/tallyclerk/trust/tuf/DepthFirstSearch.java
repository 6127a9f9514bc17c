package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search of TUF 5.6.7 for one target. For one use, in which it goes on with each role's file where it stopped for
 * that, so that the paths of a role are compared once.
 */
final class DepthFirstSearch {
    private final String targetPath;
    private final int maxDelegations;
    private final Listing snapshot;
    private final Deque<Edge> toVisit = new ArrayDeque<>();
    private final Set<String> visited = new HashSet<>();
    private @Nullable Delegation needed;

    private record Edge(String delegator, Delegation delegation) {}

    /** Says what the snapshot lists about a role. */
    @FunctionalInterface
    interface Listing {
        MetaFile of(MetadataRole role) throws TufException;
    }

    DepthFirstSearch(String targetPath, int maxDelegations, Listing snapshot) {
        this.targetPath = targetPath;
        this.maxDelegations = maxDelegations;
        this.snapshot = snapshot;
    }

    /** {@return how far it comes with the top-level targets, or with the file of the role that was needed} */
    TargetSearch goOn(VerifiedTargets at) throws TufException {
        TargetInfo target = at.content().targets().get(targetPath);
        if (target != null) {
            return found(at.role(), target);
        }
        pushDelegationsOf(at);
        Edge next = nextUnvisited();
        if (next == null) {
            return new TargetSearch.NotFound();
        }
        // TUF 5.6.7.1.
        if (visited.size() > maxDelegations) {
            throw TufException.tooManyDelegations(targetPath, maxDelegations);
        }
        needed = next.delegation();
        MetadataRole role = needed.role();
        return new TargetSearch.Needs(next.delegator(), role.name(), snapshot.of(role));
    }

    /** {@return the delegation to the role that is needed, whose signers the file must have} */
    Delegation needed() {
        return Objects.requireNonNull(needed, "no role is needed yet");
    }

    /** In reverse, because the last one pushed is visited first. */
    private void pushDelegationsOf(VerifiedTargets at) {
        List<Delegation> matching = at.delegations().matching(targetPath);
        int end = 0;
        while (end < matching.size() && !matching.get(end).terminating()) {
            end++;
        }
        // TUF 5.6.7.2.1: nothing after a terminating delegation, neither here nor above.
        if (end < matching.size()) {
            toVisit.clear();
            end++;
        }
        for (int i = end - 1; i >= 0; i--) {
            toVisit.push(new Edge(at.role().name(), matching.get(i)));
        }
    }

    private @Nullable Edge nextUnvisited() {
        while (true) {
            Edge next = toVisit.poll();
            if (next == null || visited.add(next.delegation().role().name())) {
                return next;
            }
        }
    }

    private static TargetSearch found(MetadataRole role, TargetInfo target) throws TufException {
        // TUF 5.7: without a hash there is nothing to verify the file with.
        if (target.digests().isEmpty()) {
            throw TufException.ofTarget(
                    Reason.NO_KNOWN_HASH,
                    role,
                    "5.7",
                    target.path(),
                    "has no sha256, sha384 or sha512 hash; the repository has to list one");
        }
        return new TargetSearch.Found(target);
    }
}
