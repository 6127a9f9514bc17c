package dev.tallyclerk.trust.tuf.internal.client;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.ROOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.SNAPSHOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TIMESTAMP;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.read.MetadataReader;
import dev.tallyclerk.trust.tuf.internal.read.SignedFile;
import dev.tallyclerk.trust.tuf.internal.state.OpenedFile;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
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
 * The part of one refresh that finds the newest root (TUF 5.3), and that forgets what only keys which are gone have
 * vouched for. For one thread.
 */
final class RootUpdate {
    private static final byte[] NONE = {};

    private final Workflow client;
    private final MetadataFiles files;
    private final TufLimits limits;
    private final StoredState stored;
    private int fetchedRoots;
    private @Nullable Ahead ahead;

    /** What was last seen as root.json, or put there. */
    private byte[] rootJson = NONE;

    RootUpdate(Workflow client, StoredState stored) {
        this.client = client;
        this.files = client.files();
        this.limits = client.verification().limits();
        this.stored = stored;
    }

    /**
     * A root.json of a later version than the chain from the trusted root has come to; that it belongs to the chain is
     * not known. {@code from} is where the chain had come to when it was found.
     */
    private record Ahead(OpenedFile<Root> file, Root from) {
        Root root() {
            return file.content();
        }

        /** {@return whether it would be the next root of a chain that has come to {@code last}} */
        boolean isNextOf(Root last) {
            return root().version() - 1 == last.version();
        }
    }

    /**
     * {@return the state after the newest root}
     *
     * @param reference what is compared with its time of expiry
     */
    TrustedState run(Instant reference) throws TufException {
        // Once more, because another process may have stored more roots than are fetched here.
        do {
            finishRotation();
        } while (fetchRoots() && stored.followRoots());
        if (ahead != null) {
            requireNewest();
            requireForeign(ahead);
        }
        TrustedState state = stored.state();
        // TUF 5.3.10, before anything is given up.
        state.requireValidRoot(reference);
        if (ahead != null) {
            forgetWhatIsOf(ahead, state);
            storeRoot(stored.newestRoot());
            ahead = null;
        }
        return state;
    }

    /**
     * Refuses to go back behind a root.json that may be of this repository, of which somebody shows no more than its
     * first roots. Only of the next version it is known, as the keys of the last one would have signed that.
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
                // They may have, by what this client's engine does not know.
                throw e;
            }
        }
    }

    /** {@code more} is whether this refresh could not ask for more roots. */
    private static TufException rollback(long stored, long last, boolean more) {
        return ROOT.failure(Reason.ROLLBACK, "5.3.5")
                .versions(stored, last)
                .build("version " + last + " is the last that the repository shows of the trusted root's successors,"
                        + " version " + stored + " is in the store, which stays as it is; "
                        + (more
                                ? "refresh again, as one refresh asks for no more roots than TufLimits allow"
                                : "the repository has to have every root, or ship a newer one; a store of another"
                                        + " repository cannot be used for this one"));
    }

    /** {@return the chain of roots up to the newest one, to go on with} */
    RefreshMemory.Roots chain() {
        return stored.chain();
    }

    /**
     * Last, so that a root.json which somebody has put there by mistake does not take the copy with it. Until then the
     * copy is older, and the stored chain leads on from it.
     */
    void keepCopy() throws TufException {
        if (client.trustedRoot().isPresent()) {
            return;
        }
        Optional<byte[]> copy = files.load(ROOT, StoredName.ROOT_COPY);
        if (copy.isEmpty() || !Arrays.equals(copy.get(), stored.newestRoot())) {
            files.store(ROOT, StoredName.ROOT_COPY, stored.newestRoot());
        }
    }

    /**
     * A refresh that ended between storing the numbered copy of a root and root.json is gone on with. Where a program
     * with a newer root, or one that has found a link which is missing here, was at work last, root.json is ahead.
     */
    private void finishRotation() throws TufException {
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
                        new OpenedFile<>(kept.get(), before.get()),
                        stored.state().root());
                return;
            }
            forgetIfKeysChanged(before.get(), stored.state());
        }
        storeRoot(stored.newestRoot());
    }

    private void storeRoot(byte[] file) throws TufException {
        files.store(ROOT, StoredName.ROOT, file);
        rootJson = file;
    }

    /** {@return the root in a file; a damaged one is no reason to forget how far the repository had come} */
    private Optional<Root> readable(Optional<byte[]> file) throws TufException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    TrustedState.start(file.get(), client.verification()).root());
        } catch (TufException e) {
            if (!StoredState.isDamage(e) && isLater(file.get())) {
                // Whoever stored it has more than this client's engine, or wants less.
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

    /** {@return whether there were any} */
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
            // TUF 5.3.8. The numbered copy is what proves root.json from the shipped root on.
            files.store(ROOT, StoredName.rootVersion(version), file.get());
            trustRoot(current.root(), next, file.get());
            stored.take(file.get(), next);
            fetchedRoots++;
        }
        return stored.version() > first;
    }

    /** {@return whether root.json itself is the next root} A repository cannot hide it then, and need not be asked. */
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

    /** What is stored was accepted under the root that is ahead, and changes on the way to that one are no news. */
    private void trustRoot(Root before, TrustedState next, byte[] file) throws TufException {
        long version = next.root().version();
        Ahead later = ahead;
        if (later == null) {
            forgetIfKeysChanged(before, next);
            storeRoot(file);
        } else if (later.root().version() == version) {
            // By what it says: anybody can add a signature to the file.
            if (!later.root().equals(next.root())) {
                forgetWhatIsOf(later, next);
            }
            storeRoot(file);
            ahead = null;
        }
        client.listener().fileTrusted(ROOT.name(), version);
    }

    /** What is stored may have been accepted under a root.json that is not of the chain, or before that was there. */
    private void forgetWhatIsOf(Ahead foreign, TrustedState next) throws TufException {
        forgetIfKeysChanged(foreign.root(), next);
        forgetIfKeysChanged(foreign.from(), next);
    }

    /**
     * Starts again if another process has stored the next root meanwhile: what it has forgotten by then would be taken
     * for what nobody has known yet.
     */
    void requireNewest() throws TufException {
        if (!stored.isNewestRoot()) {
            StoredName next = StoredName.rootVersion(stored.version() + 1);
            throw MetadataFiles.conflict(ROOT, "5.3.8", next);
        }
    }

    /**
     * TUF 5.3.11: with new keys, versions may start again. Done after the numbered copy of the new root is stored, by
     * which others see why, and before root.json is: a crash in between must not hide the change from the next refresh,
     * which then could never get past a fast-forwarded version.
     *
     * <p>Where no key is gone all stays, whatever the threshold is now, and else what enough of the keys that are left
     * have signed: a key that is added, or one of several that is taken away, would else let anybody who can answer
     * requests go back to any older file that has not expired.
     */
    private void forgetIfKeysChanged(Root before, TrustedState next) throws TufException {
        boolean noneIsGone = hasAllKeysOf(next.root(), before, TopLevelRole.TIMESTAMP)
                && hasAllKeysOf(next.root(), before, TopLevelRole.SNAPSHOT);
        if (!noneIsGone && !isVouchedFor(before, next)) {
            requireSameRoot();
            forget();
        }
    }

    /** Another process may have gone on from there, and what it has stored under a later root must stay. */
    private void requireSameRoot() throws TufException {
        if (!Arrays.equals(files.load(ROOT).orElse(NONE), rootJson)) {
            throw MetadataFiles.conflict(ROOT, "5.3.11", StoredName.ROOT);
        }
    }

    /** {@return whether no stored version is the word only of keys that are gone} */
    private boolean isVouchedFor(Root before, TrustedState next) throws TufException {
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
            // The timestamp may list a snapshot that was never stored, and that a key which is gone has signed.
            long listed = kept.timestamp().orElseThrow().snapshot().version();
            return hasAllKeysOf(next.root(), before, TopLevelRole.SNAPSHOT)
                    || kept.snapshot().filter(it -> it.version() == listed).isPresent();
        } catch (TufException e) {
            return false;
        }
    }

    /** {@return whether every key that signs for the role under {@code before} still does} */
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

    private void forget() throws TufException {
        files.remove(TIMESTAMP, "5.3.11");
        files.remove(SNAPSHOT, "5.3.11");
    }
}
