package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** One run of the client workflow: the fetching and storing around {@link TrustedMetadata}. For one thread. */
final class Refresh {
    private static final MetadataRole ROOT = MetadataRole.of(TopLevelRole.ROOT);

    private final TufClient client;
    private final MetadataFiles files;
    private final Instant start;
    private TrustedMetadata state;

    private Refresh(TufClient client, Instant start, TrustedMetadata state) {
        this.client = client;
        this.files = client.files();
        this.start = start;
        this.state = state;
    }

    @SuppressWarnings("try") // the claim is held, not used
    static FreshMetadata run(TufClient client) throws TufException {
        // TUF 5.1: one reading, so that no file can expire in the middle of a refresh.
        Instant start = client.clock().instant();
        try (MetadataStore.Claim claim = client.store().claim()) {
            byte[] rootFile = trustedRoot(client);
            // TUF 5.2, and verified against itself before any request.
            TrustedMetadata anchor = TrustedMetadata.start(rootFile, client.engine(), client.limits());
            Refresh refresh = new Refresh(client, start, anchor);
            refresh.roots(rootFile);
            refresh.timestamp();
            refresh.snapshot();
            refresh.targets();
            return new FreshMetadata(new TargetLookup(client.files(), client.listener(), start, refresh.state));
        } catch (IOException e) {
            throw TufException.io(Reason.STORE_FAILED, ROOT, "5.2", "cannot use the metadata store", e);
        }
    }

    private static byte[] trustedRoot(TufClient client) throws TufException {
        byte[] shipped = client.trustedRoot();
        if (shipped != null) {
            return shipped;
        }
        return client.files()
                .load(ROOT, StoredName.ROOT)
                .orElseThrow(() -> TufException.of(
                        Reason.NO_TRUSTED_ROOT,
                        ROOT,
                        "5.2",
                        "the store has no root within the size limit; put the repository's root there first"));
    }

    /** TUF 5.3. */
    private void roots(byte[] anchor) throws TufException {
        byte[] newest = storedRoots(anchor);
        // Also after a crash between the two stores below.
        if (!files.load(ROOT, StoredName.ROOT)
                .filter(stored -> Arrays.equals(stored, newest))
                .isPresent()) {
            files.store(ROOT, StoredName.ROOT, newest);
        }
        for (int fetched = 0; fetched < client.limits().rootRotations() && hasNextRoot(); fetched++) {
            long version = state.root().version() + 1;
            // TUF 5.3.3: no such file means that the trusted root is the last one.
            Optional<byte[]> file = files.fetch(
                    ROOT, ROOT.fileName(true, version), client.limits().rootBytes());
            if (file.isEmpty()) {
                break;
            }
            TrustedMetadata next = state.updateRoot(file.get());
            forgetIfKeysChanged(next.root());
            // TUF 5.3.8. The numbered copy is what proves root.json from the shipped root on.
            files.store(ROOT, StoredName.rootVersion(version), file.get());
            trust(ROOT, file.get(), version);
            state = next;
        }
        // TUF 5.3.10.
        state.requireValidRoot(start);
    }

    /** Follows the chain as far as it is stored, which saves the requests for it. */
    private byte[] storedRoots(byte[] anchor) throws TufException {
        byte[] newest = anchor;
        while (hasNextRoot()) {
            Optional<byte[]> file =
                    files.load(ROOT, StoredName.rootVersion(state.root().version() + 1));
            if (file.isEmpty()) {
                break;
            }
            try {
                state = state.updateRoot(file.get());
                newest = file.get();
            } catch (TufException e) {
                client.listener().storedFileRefused(ROOT.name(), e);
                break;
            }
        }
        return newest;
    }

    private boolean hasNextRoot() {
        return state.root().version() < Long.MAX_VALUE;
    }

    /**
     * TUF 5.3.11: with new keys, versions may start again. Done before the new root is stored: a crash in between would
     * hide the change from the next refresh, which then could never get past a fast-forwarded version.
     */
    private void forgetIfKeysChanged(Root next) throws TufException {
        if (!next.hasSameKeys(state.root(), TopLevelRole.TIMESTAMP)
                || !next.hasSameKeys(state.root(), TopLevelRole.SNAPSHOT)) {
            files.remove(MetadataRole.of(TopLevelRole.TIMESTAMP), "5.3.11");
            files.remove(MetadataRole.of(TopLevelRole.SNAPSHOT), "5.3.11");
        }
    }

    /** TUF 5.4. */
    private void timestamp() throws TufException {
        MetadataRole role = MetadataRole.of(TopLevelRole.TIMESTAMP);
        Optional<byte[]> stored = files.load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.rememberTimestamp(stored.get());
            } catch (TufException e) {
                client.listener().storedFileRefused(role.name(), e);
            }
        }
        byte[] file = files.require(role, role.listedName(), client.limits().timestampBytes());
        Optional<Timestamp> before = state.timestamp();
        state = state.updateTimestamp(file, start);
        // TUF 5.4.5, after every check; one of the same version was discarded.
        if (!before.equals(state.timestamp())) {
            trust(role, file, state.timestamp().orElseThrow().version());
        }
    }

    /** TUF 5.5. */
    private void snapshot() throws TufException {
        MetadataRole role = MetadataRole.of(TopLevelRole.SNAPSHOT);
        MetaFile listed = state.timestamp().orElseThrow().snapshot();
        Optional<byte[]> stored = files.load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.updateSnapshot(stored.get(), start);
                return;
            } catch (TufException e) {
                rememberSnapshot(stored.get());
            }
        }
        byte[] file = files.fetchListed(role, listed, state.root().consistentSnapshot());
        state = state.updateSnapshot(file, start);
        // TUF 5.5.7.
        trust(role, file, listed.version());
    }

    private void rememberSnapshot(byte[] stored) {
        try {
            state = state.rememberSnapshot(stored);
        } catch (TufException e) {
            client.listener().storedFileRefused(TopLevelRole.SNAPSHOT.roleName(), e);
        }
    }

    /** TUF 5.6.1 to 5.6.6. */
    private void targets() throws TufException {
        MetadataRole role = MetadataRole.of(TopLevelRole.TARGETS);
        MetaFile listed = state.listed(role);
        Optional<byte[]> stored = files.load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.updateTargets(stored.get(), start);
                return;
            } catch (TufException e) {
                if (!TargetLookup.OUTDATED.contains(e.reason())) {
                    client.listener().storedFileRefused(role.name(), e);
                }
            }
        }
        byte[] file = files.fetchListed(role, listed, state.root().consistentSnapshot());
        state = state.updateTargets(file, start);
        // TUF 5.6.6.
        trust(role, file, listed.version());
    }

    private void trust(MetadataRole role, byte[] file, long version) throws TufException {
        files.store(role, role.storedName(), file);
        client.listener().fileTrusted(role.name(), version);
    }
}
