package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.state.Delegation;
import dev.tallyclerk.trust.tuf.internal.state.DepthFirstSearch;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.internal.state.VerifiedTargets;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Searches for targets, and loads or fetches the files of delegated roles on the way. Safe for use by several threads,
 * which may fetch the same file at the same time; one of the copies is kept.
 */
public final class TargetLookup {
    /** The reasons for refusing an undamaged file that is just not current, which the listener is not told. */
    static final Set<Reason> OUTDATED =
            EnumSet.of(Reason.WRONG_VERSION, Reason.LENGTH_MISMATCH, Reason.HASH_MISMATCH, Reason.EXPIRED);

    private final MetadataFiles files;
    private final TufListener listener;
    private final ExpiryNotice notice;
    private final Instant start;
    /** The time to compare expiry with. */
    private final Instant reference;

    private final AtomicReference<TrustedState> state;

    TargetLookup(
            MetadataFiles files,
            TufListener listener,
            ExpiryNotice notice,
            Instant start,
            Instant reference,
            TrustedState state) {
        this.files = files;
        this.listener = listener;
        this.notice = notice;
        this.start = start;
        this.reference = reference;
        this.state = new AtomicReference<>(state);
    }

    public TrustedState state() {
        return state.get();
    }

    public Instant start() {
        return start;
    }

    /** TUF 5.6.7. */
    public Optional<TargetInfo> find(String targetPath) throws TufException {
        // One state for the whole search: other searches may drop roles from the cache meanwhile.
        TrustedState now = state.get();
        DepthFirstSearch search = now.searchFor(targetPath);
        Delegation needed = search.visit(now.topTargets());
        while (needed != null) {
            needed = search.visit(take(now, needed));
        }
        return search.found();
    }

    private VerifiedTargets take(TrustedState now, Delegation delegation) throws TufException {
        MetadataRole role = delegation.role();
        MetaFile listed = now.listed(role);
        VerifiedTargets known = state.get().delegated().get(role.name());
        TufException refused = known == null ? null : refusal(now, delegation, known);
        if (known != null && refused == null) {
            return known;
        }
        Optional<byte[]> stored = stored(role);
        if (stored.isPresent()) {
            try {
                return keep(now.verifyDelegated(delegation, stored.get(), reference));
            } catch (TufException e) {
                if (!OUTDATED.contains(e.reason())) {
                    listener.storedFileRefused(role.name(), e);
                }
            }
        }
        byte[] file;
        try {
            file = files.fetchListed(role, listed, now.root().consistentSnapshot());
        } catch (TufException e) {
            if (refused == null) {
                throw e;
            }
            // The cached file is not signed for this delegator. Why no other file can be had matters less.
            refused.addSuppressed(e);
            throw refused;
        }
        // Cached before it is stored, so that the next search need not fetch it again if storing fails.
        VerifiedTargets verified = keep(now.verifyDelegated(delegation, file, reference));
        store(role, file, listed.version());
        return verified;
    }

    /** {@return why the cached file is refused for this delegator, or null; another delegator's keys have signed it} */
    private static @Nullable TufException refusal(TrustedState now, Delegation delegation, VerifiedTargets file) {
        try {
            now.requireSignedFor(delegation, file);
            return null;
        } catch (TufException e) {
            return e;
        }
    }

    private Optional<byte[]> stored(MetadataRole role) throws TufException {
        try {
            return files.load(role);
        } catch (TufException e) {
            if (!MetadataFiles.isConflict(e)) {
                throw e;
            }
            // Another process is writing it. The repository has the listed file.
            return Optional.empty();
        }
    }

    private VerifiedTargets keep(VerifiedTargets verified) {
        state.updateAndGet(before -> before.caching(verified));
        notice.tell(verified.role().name(), verified.content().expires());
        return verified;
    }

    /**
     * TUF 5.6.6. If the store cannot be claimed, the search goes on without storing: the snapshot guards against
     * rollbacks, and the file will be fetched again.
     */
    private void store(MetadataRole role, byte[] file, long version) throws TufException {
        MetadataStore.Claim claim;
        try {
            claim = files.claim(role, role.steps().store());
        } catch (TufException e) {
            if (e.reason() != Reason.STORE_FAILED) {
                throw e;
            }
            listener.fileNotStored(role.name(), e);
            return;
        }
        storeCurrent(role, file, claim);
        listener.fileTrusted(role.name(), version);
    }

    private void storeCurrent(MetadataRole role, byte[] file, MetadataStore.Claim claim) throws TufException {
        try (claim) {
            Optional<byte[]> there = files.load(role);
            // Another process may have stored a newer snapshot, whose files must not be replaced by older ones. Loaded
            // after the file, so that replacing a newer file is a conflict.
            Optional<byte[]> snapshot = files.load(MetadataRole.SNAPSHOT);
            boolean current = snapshot.isPresent() && state.get().isOfSnapshot(snapshot.get());
            if (current && there.filter(same -> Arrays.equals(same, file)).isEmpty()) {
                files.store(role, file);
            }
        } catch (TufException e) {
            // The file that another process has stored is as good, or will be fetched again.
            if (!MetadataFiles.isConflict(e)) {
                throw e;
            }
        } catch (IOException e) {
            throw MetadataFiles.cannotWrite(role, role.steps().store(), e);
        }
    }
}
