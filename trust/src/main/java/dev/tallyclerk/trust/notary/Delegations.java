package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.notary.NotaryCollection.Loaded;
import dev.tallyclerk.trust.notary.internal.Listing;
import dev.tallyclerk.trust.notary.internal.NotaryFile;
import dev.tallyclerk.trust.notary.internal.RoleSigners;
import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.internal.TargetsFile;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/** Loads the targets roles of a collection, breadth first. For one update. */
final class Delegations {
    private final NotaryLimits limits;
    private final Verification verification;
    private final Source source;
    private final Check check;
    private final List<NotaryNotice> notices;
    private final boolean skipsMissing;
    private final List<NotaryFile> skipped = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private long bytes;

    /**
     * Loads from a source.
     *
     * @param skipsMissing whether a delegated role will be skipped that the source does not have: a store has no file
     *     that was never trusted
     */
    Delegations(
            Verification verification, Source source, Check check, List<NotaryNotice> notices, boolean skipsMissing) {
        this.limits = verification.limits();
        this.verification = verification;
        this.source = source;
        this.check = check;
        this.notices = notices;
        this.skipsMissing = skipsMissing;
    }

    /** Finds the file of a role that the snapshot lists. */
    @FunctionalInterface
    interface Source {
        NotaryFile file(String role, Listing.Entry entry) throws NotaryException;
    }

    /** Refuses a file that is not to be trusted. */
    @FunctionalInterface
    interface Check {
        void require(NotaryFile file, RoleSigners signers) throws NotaryException;
    }

    /** {@return {@code targets} and then the delegated roles that are published and trusted, breadth first} */
    List<Loaded> load(RoleSigners signers, Listing snapshot) throws NotaryException {
        Listing.Entry entry = snapshot.entry(Roles.TARGETS).orElseThrow();
        NotaryFile top = counted(source.file(Roles.TARGETS, entry));
        check.require(top, signers);
        seen.add(Roles.TARGETS);
        List<Loaded> all = new ArrayList<>();
        Queue<Loaded> waiting = new ArrayDeque<>();
        waiting.add(Loaded.top(signers, verification.targets(top)));
        while (!waiting.isEmpty()) {
            Loaded parent = waiting.remove();
            all.add(parent);
            for (TargetsFile.Child child : parent.file().children()) {
                load(parent, child, snapshot).ifPresent(waiting::add);
            }
        }
        return all;
    }

    private Optional<Loaded> load(Loaded parent, TargetsFile.Child child, Listing snapshot) throws NotaryException {
        String role = child.role().role();
        seen.add(role);
        requireWithinLimits(role);
        Optional<Listing.Entry> entry = snapshot.entry(role);
        if (entry.isEmpty()) {
            notices.add(new NotaryNotice(Kind.ROLE_NOT_PUBLISHED, role, "the snapshot does not list this role"));
            return Optional.empty();
        }
        NotaryFile file;
        try {
            file = counted(source.file(role, entry.get()));
        } catch (NotaryException e) {
            if (e.reason() != Reason.NOT_AVAILABLE || !skipsMissing) {
                throw e;
            }
            notices.add(new NotaryNotice(Kind.ROLE_SKIPPED, role, "the store does not have this role"));
            return Optional.empty();
        }
        try {
            check.require(file, child.signers());
        } catch (NotaryException e) {
            if (e.reason() != Reason.EXPIRED && e.reason() != Reason.THRESHOLD_NOT_MET) {
                throw e;
            }
            notices.add(new NotaryNotice(Kind.ROLE_SKIPPED, role, String.valueOf(e.getMessage())));
            skipped.add(file);
            return Optional.empty();
        }
        return Optional.of(
                new Loaded(parent.role().restrict(child.role()), child.signers(), verification.targets(file)));
    }

    private void requireWithinLimits(String role) throws NotaryException {
        if (seen.size() - 1 > limits.delegations()) {
            throw NotaryException.of(
                    Reason.LIMIT_EXCEEDED,
                    role,
                    "the collection has more than the " + limits.delegations() + " delegated roles allowed");
        }
        if (role.chars().filter(c -> c == '/').count() > limits.delegationDepth()) {
            throw NotaryException.of(
                    Reason.LIMIT_EXCEEDED,
                    role,
                    "the role is more than the " + limits.delegationDepth() + " levels allowed below targets");
        }
    }

    private NotaryFile counted(NotaryFile file) throws NotaryException {
        bytes += file.bytes().length;
        if (bytes > limits.totalBytes()) {
            throw NotaryException.of(
                    Reason.LIMIT_EXCEEDED,
                    file.role(),
                    "the roles of the collection have more than the " + limits.totalBytes() + " bytes allowed");
        }
        return file;
    }

    /** {@return the files of the roles that were skipped; not trusted} */
    List<NotaryFile> skipped() {
        return skipped;
    }

    /** {@return whether a role delegates to that one} */
    boolean hasSeen(String role) {
        return seen.contains(role);
    }
}
