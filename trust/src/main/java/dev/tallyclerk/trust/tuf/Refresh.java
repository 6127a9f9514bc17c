package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.MetadataFetcher.BodyTooLargeException;
import dev.tallyclerk.trust.tuf.TufException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** One run of the client workflow: the fetching and storing around {@link TrustedMetadata}. For one thread. */
final class Refresh {
    /** Why a stored file that is sound is not the current one; nothing to tell anybody. */
    private static final Set<Reason> OUTDATED =
            EnumSet.of(Reason.WRONG_VERSION, Reason.LENGTH_MISMATCH, Reason.HASH_MISMATCH, Reason.EXPIRED);

    private final TufClient client;
    private final Instant start;
    private TrustedMetadata state;

    private Refresh(TufClient client, Instant start, TrustedMetadata state) {
        this.client = client;
        this.start = start;
        this.state = state;
    }

    @SuppressWarnings("try") // the claim is held, not used
    static TrustedMetadata run(TufClient client) throws TufException {
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
            return refresh.state;
        } catch (IOException e) {
            throw TufException.io(Reason.STORE_FAILED, TopLevelRole.ROOT, "5.2", "cannot use the metadata store", e);
        }
    }

    private static byte[] trustedRoot(TufClient client) throws TufException, IOException {
        byte[] shipped = client.trustedRoot();
        if (shipped != null) {
            return shipped;
        }
        return client.store()
                .load(StoredName.ROOT, client.limits().rootBytes())
                .orElseThrow(() -> TufException.of(
                        Reason.NO_TRUSTED_ROOT,
                        TopLevelRole.ROOT,
                        "5.2",
                        "the store has no root within the size limit; put the repository's root there first"));
    }

    /** TUF 5.3. */
    private void roots(byte[] anchor) throws TufException {
        byte[] newest = storedRoots(anchor);
        // Also after a crash between the two stores below.
        if (!load(TopLevelRole.ROOT, StoredName.ROOT)
                .filter(stored -> Arrays.equals(stored, newest))
                .isPresent()) {
            store(TopLevelRole.ROOT, StoredName.ROOT, newest);
        }
        for (int fetched = 0; fetched < client.limits().rootRotations() && hasNextRoot(); fetched++) {
            long version = state.root().version() + 1;
            // TUF 5.3.3: no such file means that the trusted root is the last one.
            Optional<byte[]> file = fetch(
                    TopLevelRole.ROOT,
                    TopLevelRole.ROOT.fileName(version),
                    client.limits().rootBytes());
            if (file.isEmpty()) {
                break;
            }
            TrustedMetadata next = state.updateRoot(file.get());
            forgetIfKeysChanged(next.root());
            // TUF 5.3.8. The numbered copy is what proves root.json from the shipped root on.
            store(TopLevelRole.ROOT, StoredName.rootVersion(version), file.get());
            trust(TopLevelRole.ROOT, file.get(), version);
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
                    load(TopLevelRole.ROOT, StoredName.rootVersion(state.root().version() + 1));
            if (file.isEmpty()) {
                break;
            }
            try {
                state = state.updateRoot(file.get());
                newest = file.get();
            } catch (TufException e) {
                client.listener().storedFileRefused(TopLevelRole.ROOT, e);
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
            remove(TopLevelRole.TIMESTAMP);
            remove(TopLevelRole.SNAPSHOT);
        }
    }

    /** TUF 5.4. */
    private void timestamp() throws TufException {
        TopLevelRole role = TopLevelRole.TIMESTAMP;
        Optional<byte[]> stored = load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.rememberTimestamp(stored.get());
            } catch (TufException e) {
                client.listener().storedFileRefused(role, e);
            }
        }
        byte[] file = require(role, role.fileName(), client.limits().timestampBytes());
        Optional<Timestamp> before = state.timestamp();
        state = state.updateTimestamp(file, start);
        // TUF 5.4.5, after every check; one of the same version was discarded.
        if (!before.equals(state.timestamp())) {
            trust(role, file, state.timestamp().orElseThrow().version());
        }
    }

    /** TUF 5.5. */
    private void snapshot() throws TufException {
        TopLevelRole role = TopLevelRole.SNAPSHOT;
        MetaFile listed = state.timestamp().orElseThrow().snapshot();
        Optional<byte[]> stored = load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.updateSnapshot(stored.get(), start);
                return;
            } catch (TufException e) {
                rememberSnapshot(stored.get());
            }
        }
        byte[] file = require(role, name(role, listed), allowed(role, listed));
        state = state.updateSnapshot(file, start);
        // TUF 5.5.7.
        trust(role, file, listed.version());
    }

    private void rememberSnapshot(byte[] stored) {
        try {
            state = state.rememberSnapshot(stored);
        } catch (TufException e) {
            client.listener().storedFileRefused(TopLevelRole.SNAPSHOT, e);
        }
    }

    /** TUF 5.6.1 to 5.6.6. */
    private void targets() throws TufException {
        TopLevelRole role = TopLevelRole.TARGETS;
        MetaFile listed = state.listedTargets();
        Optional<byte[]> stored = load(role, role.storedName());
        if (stored.isPresent()) {
            try {
                state = state.updateTargets(stored.get(), start);
                return;
            } catch (TufException e) {
                if (!OUTDATED.contains(e.reason())) {
                    client.listener().storedFileRefused(role, e);
                }
            }
        }
        byte[] file = require(role, name(role, listed), allowed(role, listed));
        state = state.updateTargets(file, start);
        // TUF 5.6.6.
        trust(role, file, listed.version());
    }

    /** TUF 6.2: with consistent snapshots the version is part of the name. */
    private String name(TopLevelRole role, MetaFile listed) {
        return state.root().consistentSnapshot() ? role.fileName(listed.version()) : role.fileName();
    }

    private int allowed(TopLevelRole role, MetaFile listed) throws TufException {
        int limit = client.limits().bytesOf(role);
        long length = listed.length().orElse(limit);
        if (length > limit) {
            throw TufException.tooLarge(role, role.steps().download(), limit, null);
        }
        return (int) length;
    }

    private byte[] require(TopLevelRole role, String fileName, int maxBytes) throws TufException {
        return fetch(role, fileName, maxBytes)
                .orElseThrow(() -> TufException.of(
                        Reason.NOT_AVAILABLE,
                        role,
                        role.steps().download(),
                        "the repository has no " + fileName + "; check its address"));
    }

    private Optional<byte[]> fetch(TopLevelRole role, String fileName, int maxBytes) throws TufException {
        String step = role.steps().download();
        Optional<byte[]> file;
        try {
            file = client.fetcher().fetch(fileName, maxBytes);
        } catch (BodyTooLargeException e) {
            throw TufException.tooLarge(role, step, maxBytes, e);
        } catch (IOException e) {
            throw TufException.io(Reason.FETCH_FAILED, role, step, "cannot fetch " + fileName, e);
        }
        // A fetcher of the embedder may not have counted.
        if (file.isPresent() && file.get().length > maxBytes) {
            throw TufException.tooLarge(role, step, maxBytes, null);
        }
        return file;
    }

    private Optional<byte[]> load(TopLevelRole role, StoredName name) throws TufException {
        try {
            return client.store().load(name, client.limits().bytesOf(role));
        } catch (IOException e) {
            throw TufException.io(Reason.STORE_FAILED, role, role.steps().store(), "cannot read the metadata store", e);
        }
    }

    private void trust(TopLevelRole role, byte[] file, long version) throws TufException {
        store(role, role.storedName(), file);
        client.listener().fileTrusted(role, version);
    }

    private void store(TopLevelRole role, StoredName name, byte[] file) throws TufException {
        try {
            client.store().store(name, file);
        } catch (IOException e) {
            throw TufException.io(
                    Reason.STORE_FAILED, role, role.steps().store(), "cannot write the metadata store", e);
        }
    }

    private void remove(TopLevelRole role) throws TufException {
        try {
            client.store().remove(role.storedName());
        } catch (IOException e) {
            throw TufException.io(Reason.STORE_FAILED, role, "5.3.11", "cannot write the metadata store", e);
        }
    }
}
