package dev.tallyclerk.trust.tuf.internal.client;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.SNAPSHOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TARGETS;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TIMESTAMP;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One run of the client workflow: fetches and stores files around a {@link TrustedState}. The package documentation of
 * {@code dev.tallyclerk.trust.tuf} says how it recovers. For one thread.
 */
final class Refresh {
    private final MetadataFiles files;
    private final TufListener listener;
    /** The time to compare expiry with. */
    private final Instant reference;

    private final RootUpdate roots;
    private TrustedState state;

    private Refresh(ClientParts client, Instant reference, RootUpdate roots, TrustedState state) {
        this.files = client.files();
        this.listener = client.listener();
        this.reference = reference;
        this.roots = roots;
        this.state = state;
    }

    static TargetLookup upToTargets(ClientParts client, Instant start, Instant reference) throws TufException {
        RootUpdate roots = new RootUpdate(client, StoredState.roots(client, client.files()));
        TrustedState newest = roots.run(reference);
        Refresh refresh = new Refresh(client, reference, roots, client.memory().recall(newest));
        refresh.timestamp(client.verification().limits().timestampBytes());
        refresh.snapshot();
        refresh.targets();
        roots.replaceCopy();
        TargetLookup lookup = client.lookup(client.files(), start, reference, refresh.state);
        client.memory().remember(roots.chain(), lookup);
        return lookup;
    }

    /** TUF 5.4. */
    private void timestamp(int maxBytes) throws TufException {
        Optional<byte[]> stored = files.load(TIMESTAMP);
        roots.requireNewest();
        if (stored.isPresent()) {
            try {
                state = state.rememberTimestamp(stored.get());
            } catch (TufException e) {
                listener.storedFileRefused(TIMESTAMP.name(), e);
            }
        }
        byte[] file = files.require(TIMESTAMP, TIMESTAMP.listedName(), maxBytes);
        Optional<Timestamp> before = state.timestamp();
        state = state.updateTimestamp(file, reference);
        // TUF 5.4.5, after all checks. A timestamp of the same version was dropped.
        if (!before.equals(state.timestamp())) {
            trust(TIMESTAMP, file, state.timestamp().orElseThrow().version());
        }
    }

    /** TUF 5.5. */
    private void snapshot() throws TufException {
        MetaFile listed = state.timestamp().orElseThrow().snapshot();
        Optional<byte[]> stored = files.load(SNAPSHOT);
        if (stored.isPresent()) {
            try {
                state = state.updateSnapshot(stored.get(), reference);
                return;
            } catch (TufException e) {
                // Remembered below, once it is known that it does not belong to a later timestamp.
            }
        }
        requireStillTrusted(TIMESTAMP, state::isOfTimestamp, SNAPSHOT);
        stored.ifPresent(this::rememberSnapshot);
        byte[] file = files.fetchListed(SNAPSHOT, listed, state.root().consistentSnapshot());
        state = state.updateSnapshot(file, reference);
        // TUF 5.5.7.
        trust(SNAPSHOT, file, listed.version());
    }

    private void rememberSnapshot(byte[] stored) {
        try {
            state = state.rememberSnapshot(stored);
        } catch (TufException e) {
            listener.storedFileRefused(SNAPSHOT.name(), e);
        }
    }

    /** TUF 5.6.1 to 5.6.6. */
    private void targets() throws TufException {
        MetaFile listed = state.listed(TARGETS);
        Optional<byte[]> stored = files.load(TARGETS);
        TufException refused = null;
        if (stored.isPresent()) {
            try {
                state = state.updateTargets(stored.get(), reference);
                return;
            } catch (TufException e) {
                refused = e;
            }
        }
        requireStillTrusted(SNAPSHOT, state::isOfSnapshot, TARGETS);
        if (refused != null && !TargetLookup.OUTDATED.contains(refused.reason())) {
            listener.storedFileRefused(TARGETS.name(), refused);
        }
        byte[] file = files.fetchListed(TARGETS, listed, state.root().consistentSnapshot());
        state = state.updateTargets(file, reference);
        // TUF 5.6.6.
        trust(TARGETS, file, listed.version());
    }

    /**
     * Starts again if another process has replaced the file that lists {@code next}. The stored {@code next} may then
     * be newer: this refresh must neither compare its own file with it nor replace it. Called after {@code next} was
     * loaded, so that any later change of it is a conflict.
     */
    private void requireStillTrusted(MetadataRole lister, Predicate<byte[]> trusted, MetadataRole next)
            throws TufException {
        if (files.load(lister).filter(trusted).isEmpty()) {
            throw MetadataFiles.conflict(next, next.steps().store(), MetadataFiles.storedName(lister));
        }
    }

    private void trust(MetadataRole role, byte[] file, long version) throws TufException {
        files.store(role, file);
        listener.fileTrusted(role.name(), version);
    }
}
