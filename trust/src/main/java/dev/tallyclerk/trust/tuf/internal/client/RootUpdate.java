package dev.tallyclerk.trust.tuf.internal.client;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.ROOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.SNAPSHOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TIMESTAMP;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.read.MetadataReader;
import dev.tallyclerk.trust.tuf.internal.read.SignedFile;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.internal.state.VerifiedFile;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a refresh that finds the newest root (TUF 5.3), and deletes files that only replaced keys have signed.
 * For one thread.
 */
final class RootUpdate {
    private static final byte[] NONE = {};

    private final ClientParts client;
    private final MetadataFiles files;
    private final TufLimits limits;
    private final StoredState stored;
    private int fetchedRoots;
    private @Nullable Ahead ahead;

    /** The content of root.json as last loaded or stored. */
    private byte[] rootJson = NONE;

    RootUpdate(ClientParts client, StoredState stored) {
        this.client = client;
        this.files = client.files();
        this.limits = client.verification().limits();
        this.stored = stored;
    }

    /**
     * A root.json of a later version than the chain from the trusted root has reached. Whether it belongs to the chain
     * is not known.
     *
     * @param from the last root of the chain when root.json was found
     */
    private record Ahead(VerifiedFile<Root> file, Root from) {
        Root root() {
            return file.content();
        }

        /** {@return whether its version follows that of {@code last}} */
        boolean isNextOf(Root last) {
            return root().version() - 1 == last.version();
        }
    }

    /**
     * {@return the state after the newest root}
     *
     * @param reference the time to compare its expiry with
     */
    TrustedState run(Instant reference) throws TufException {
        // Repeated, because another process may meanwhile have stored more roots than this one has fetched.
        do {
            resumeRotation();
        } while (fetchRoots() && stored.followRoots());
        if (ahead != null) {
            requireNewest();
            requireForeign(ahead);
        }
        TrustedState state = stored.state();
        // TUF 5.3.10, before anything is deleted.
        state.requireValidRoot(reference);
        if (ahead != null) {
            deleteFilesOf(ahead, state);
            storeRoot(stored.newestRoot());
            ahead = null;
        }
        return state;
    }

    /**
     * Refuses to replace a root.json that may belong to this repository, whose later roots an attacker may be
     * withholding. It is known not to belong only if it is the next version and the last root's keys have not signed
     * it.
     */
    private void requireForeign(Ahead later) throws TufException {
        TrustedState last = stored.state();
        if (!later.isNextOf(last.root())) {
            boolean more = fetchedRoots >= limits.rootRotations();
            throw rollback(later.root().version(), last.root().version(), more);
        }
        try {
            last.updateRoot(later.file().bytes());
        } catch (TufException e) {
            if (!StoredState.isDamage(e)) {
                // They may have signed it with a scheme that this client's engine does not support.
                throw e;
            }
        }
    }

    /** {@code more} says that this refresh has reached its limit on roots. */
    private static TufException rollback(long stored, long last, boolean more) {
        return ROOT.failure(Reason.ROLLBACK, "5.3.5")
                .versions(stored, last)
                .build("the repository shows roots up to version " + last + ", but the store has version " + stored
                        + ", which was left as it is; "
                        + (more
                                ? "refresh again: one refresh fetches at most TufLimits.rootRotations roots"
                                : "the repository has to have every root, or the program has to ship a newer one; a"
                                        + " store cannot be shared by two repositories"));
    }

    RefreshMemory.Roots chain() {
        return stored.chain();
    }

    /**
     * Replaces root.copy at the end of a refresh, so that a wrong root.json cannot destroy the copy too. Until then the
     * numbered roots lead from the older copy to the newest root.
     */
    void replaceCopy() throws TufException {
        if (client.trustedRoot().isPresent()) {
            return;
        }
        Optional<byte[]> copy = files.load(ROOT, StoredName.ROOT_COPY);
        if (copy.isEmpty() || !Arrays.equals(copy.get(), stored.newestRoot())) {
            files.store(ROOT, StoredName.ROOT_COPY, stored.newestRoot());
        }
    }

    /**
     * Resumes a refresh that ended between storing a numbered root and root.json. If a program that is shipped with a
     * newer root, or that found a root which is missing here, refreshed last, root.json is ahead of the chain.
     */
    private void resumeRotation() throws TufException {
        ahead = null;
        Optional<byte[]> kept = files.load(ROOT);
        rootJson = kept.orElse(NONE);
        if (kept.isPresent() && Arrays.equals(kept.get(), stored.newestRoot())) {
            return;
        }
        requireNewest();
        Optional<Root> before = stored.isFromCopy() ? Optional.of(stored.first()) : readable(kept);
        if (before.isPresent()) {
            if (before.get().version() > stored.version()) {
                ahead = new Ahead(
                        new VerifiedFile<>(kept.get(), before.get()),
                        stored.state().root());
                return;
            }
            deleteIfKeysWereReplaced(before.get(), stored.state());
        }
        storeRoot(stored.newestRoot());
    }

    private void storeRoot(byte[] file) throws TufException {
        files.store(ROOT, StoredName.ROOT, file);
        rootJson = file;
    }

    /** {@return the root in a file; empty if it is damaged, which is no reason to delete the other files} */
    private Optional<Root> readable(Optional<byte[]> file) throws TufException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    TrustedState.start(file.get(), client.verification()).root());
        } catch (TufException e) {
            if (!StoredState.isDamage(e) && isLater(file.get())) {
                // Stored by a client with an engine that supports more schemes, or with another rule for key ids.
                throw e;
            }
            client.listener().storedFileRefused(ROOT.name(), e);
            return Optional.empty();
        }
    }

    private boolean isLater(byte[] file) {
        try {
            SignedFile unverified = SignedFile.parse(ROOT, "5.2", file, limits.rootBytes());
            return unverified.read(MetadataReader::root).version() > stored.version();
        } catch (TufException e) {
            return false;
        }
    }

    /** {@return whether there were new roots} */
    private boolean fetchRoots() throws TufException {
        long first = stored.version();
        while (true) {
            TrustedState current = stored.state();
            if (followAhead(current)) {
                continue;
            }
            if (current.root().version() == Long.MAX_VALUE || fetchedRoots >= limits.rootRotations()) {
                break;
            }
            long version = current.root().version() + 1;
            // TUF 5.3.3: no such file means that the trusted root is the last one.
            Optional<byte[]> file = files.fetch(ROOT, ROOT.fileName(true, version), limits.rootBytes());
            if (file.isEmpty()) {
                break;
            }
            TrustedState next = current.updateRoot(file.get());
            // TUF 5.3.8. The numbered roots prove root.json, starting from the shipped root.
            files.store(ROOT, StoredName.rootVersion(version), file.get());
            trustRoot(current.root(), next, file.get());
            stored.take(file.get(), next);
            fetchedRoots++;
        }
        return stored.version() > first;
    }

    /** {@return whether root.json is the next root} The repository is then not asked for it, and cannot withhold it. */
    private boolean followAhead(TrustedState current) throws TufException {
        Ahead later = ahead;
        if (later == null || !later.isNextOf(current.root())) {
            return false;
        }
        TrustedState next;
        try {
            next = current.updateRoot(later.file().bytes());
        } catch (TufException e) {
            return false;
        }
        long version = next.root().version();
        files.store(ROOT, StoredName.rootVersion(version), later.file().bytes());
        ahead = null;
        client.listener().fileTrusted(ROOT.name(), version);
        stored.take(later.file().bytes(), next);
        return true;
    }

    /** The stored files were accepted under a root that is ahead, so key changes on the way to it delete nothing. */
    private void trustRoot(Root before, TrustedState next, byte[] file) throws TufException {
        long version = next.root().version();
        Ahead later = ahead;
        if (later == null) {
            deleteIfKeysWereReplaced(before, next);
            storeRoot(file);
        } else if (later.root().version() == version) {
            // Compared by content: anybody can add a signature to the file.
            if (!later.root().equals(next.root())) {
                deleteFilesOf(later, next);
            }
            storeRoot(file);
            ahead = null;
        }
        client.listener().fileTrusted(ROOT.name(), version);
    }

    /** The stored files may have been accepted under a foreign root.json, or before it was there. */
    private void deleteFilesOf(Ahead foreign, TrustedState next) throws TufException {
        deleteIfKeysWereReplaced(foreign.root(), next);
        deleteIfKeysWereReplaced(foreign.from(), next);
    }

    /**
     * Starts again if another process has stored the next root meanwhile. Files that it has deleted by then would look
     * as if they had never been there.
     */
    void requireNewest() throws TufException {
        if (!stored.isNewestRoot()) {
            StoredName next = StoredName.rootVersion(stored.version() + 1);
            throw MetadataFiles.conflict(ROOT, "5.3.8", next);
        }
    }

    /**
     * Deletes the timestamp and the snapshot if their keys were replaced: versions may then start again (TUF 5.3.11).
     *
     * <p>Happens after the numbered root is stored, which tells other processes why, and before root.json is: a crash
     * in between must not hide the change from the next refresh, which could then never get past a fast-forwarded
     * version.
     *
     * <p>Keeps the files if no key is gone, whatever the threshold is now, or if enough of the remaining keys have
     * signed them. Otherwise adding a key, or removing one of several, would let an attacker who answers requests roll
     * back to any older file that has not expired.
     */
    private void deleteIfKeysWereReplaced(Root before, TrustedState next) throws TufException {
        boolean noneIsGone = hasAllKeysOf(next.root(), before, TopLevelRole.TIMESTAMP)
                && hasAllKeysOf(next.root(), before, TopLevelRole.SNAPSHOT);
        if (!noneIsGone && !isSignedByRemainingKeys(before, next)) {
            requireSameRoot();
            delete();
        }
    }

    /** Another process may have found a later root; what it has stored under that root must stay. */
    private void requireSameRoot() throws TufException {
        if (!Arrays.equals(files.load(ROOT).orElse(NONE), rootJson)) {
            throw MetadataFiles.conflict(ROOT, "5.3.11", StoredName.ROOT);
        }
    }

    /** {@return whether remaining keys have signed every stored version} */
    private boolean isSignedByRemainingKeys(Root before, TrustedState next) throws TufException {
        Optional<byte[]> timestamp = files.load(TIMESTAMP);
        Optional<byte[]> snapshot = files.load(SNAPSHOT);
        if (timestamp.isEmpty()) {
            return false;
        }
        try {
            TrustedState kept = next.rememberTimestamp(timestamp.get());
            if (snapshot.isPresent()) {
                kept = kept.rememberSnapshot(snapshot.get());
            }
            // The timestamp may list a snapshot that was never stored and that only a removed key has signed.
            long listed = kept.timestamp().orElseThrow().snapshot().version();
            return hasAllKeysOf(next.root(), before, TopLevelRole.SNAPSHOT)
                    || kept.snapshot().filter(it -> it.version() == listed).isPresent();
        } catch (TufException e) {
            return false;
        }
    }

    /** {@return whether every key of the role under {@code before} is still a key of it} */
    private static boolean hasAllKeysOf(Root next, Root before, TopLevelRole role) {
        return declaredFor(next, role).containsAll(declaredFor(before, role));
    }

    private static Set<Object> declaredFor(Root root, TopLevelRole role) {
        Set<Object> declared = new HashSet<>();
        for (String keyId : root.keysOf(role).keyIds()) {
            DeclaredKey key = root.keys().get(keyId);
            declared.add(key == null ? keyId : key.<Object>fold(usable -> usable, unusable -> keyId));
        }
        return declared;
    }

    private void delete() throws TufException {
        files.remove(TIMESTAMP, "5.3.11");
        files.remove(SNAPSHOT, "5.3.11");
    }
}
