package dev.tallyclerk.trust.tuf.internal.client;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.ROOT;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.state.Signers;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads what earlier refreshes have stored and verifies it again, starting from the trusted root. Nothing is trusted
 * for being in the store, except a root that the caller trusts there.
 */
final class StoredState {
    /** The reasons for refusing a changed or truncated file. */
    private static final Set<Reason> DAMAGE =
            EnumSet.of(Reason.MALFORMED, Reason.WRONG_TYPE, Reason.DUPLICATE_SIGNATURE, Reason.THRESHOLD_NOT_MET);

    /** The reasons for refusing a file from an earlier refresh than the file that lists it. */
    private static final Set<Reason> UNFINISHED =
            EnumSet.of(Reason.NOT_AVAILABLE, Reason.WRONG_VERSION, Reason.LENGTH_MISMATCH, Reason.HASH_MISMATCH);

    private static final String UNFINISHED_REFRESH =
            "the last refresh ended before it had stored this file, or the file is damaged; refresh once while online";

    private final ClientParts client;
    private final MetadataFiles files;
    private final RefreshMemory.Roots roots;
    private byte[] newestRoot;

    /** The stored next root, if it was refused; null if there was none. */
    private byte @Nullable [] refusedRoot;

    private TrustedState state;

    private final Root first;

    /** Whether the chain starts from root.copy, because root.json is missing or damaged. */
    private boolean fromCopy;

    private StoredState(ClientParts client, MetadataFiles files, byte[] anchor) throws TufException {
        this.client = client;
        this.files = files;
        this.newestRoot = anchor;
        // TUF 5.2: verified against its own keys, before any request.
        this.roots = client.memory().roots();
        TrustedState known = roots.recall(anchor);
        this.state = known != null ? known : TrustedState.start(anchor, client.verification());
        roots.add(anchor, state);
        this.first = state.root();
    }

    /** {@return the stored state after following all stored roots} */
    static StoredState roots(ClientParts client, MetadataFiles files) throws TufException {
        Optional<byte[]> shipped = client.trustedRoot();
        StoredState stored =
                shipped.isPresent() ? new StoredState(client, files, shipped.get()) : fromStore(client, files);
        stored.followRoots();
        return stored;
    }

    private static StoredState fromStore(ClientParts client, MetadataFiles files) throws TufException {
        TufException damage = null;
        for (StoredName name : List.of(StoredName.ROOT, StoredName.ROOT_COPY)) {
            Optional<byte[]> file = files.load(ROOT, name);
            if (file.isEmpty()) {
                continue;
            }
            try {
                StoredState stored = new StoredState(client, files, file.get());
                // Compares strings, because the first call of a record's equals method is slow at startup.
                stored.fromCopy = name.fileName().equals(StoredName.ROOT_COPY.fileName());
                if (stored.fromCopy && damage == null) {
                    client.listener().storedFileRefused(ROOT.name(), lost());
                }
                return stored;
            } catch (TufException e) {
                if (!isDamage(e)) {
                    throw e;
                }
                client.listener().storedFileRefused(ROOT.name(), e);
                damage = e;
            }
        }
        throw noTrustedRoot(damage);
    }

    /** {@return whether a file is damaged, as opposed to undamaged but refused by this client's engine or settings} */
    static boolean isDamage(TufException e) {
        return DAMAGE.contains(e.reason())
                && e.threshold().filter(Signers::mayBeTheClient).isEmpty();
    }

    private static TufException lost() {
        String detail = "root.json is missing, or above the size limit; its copy root.copy is used";
        return ROOT.failure(Reason.NOT_AVAILABLE, "5.2").build(detail);
    }

    private static TufException noTrustedRoot(@Nullable TufException damage) {
        if (damage == null) {
            String detail = "the store has no root.json within the size limit; put the repository's root there first";
            return ROOT.failure(Reason.NO_TRUSTED_ROOT, "5.2").build(detail);
        }
        String detail =
                "the root.json in the store is damaged (" + damage.reason() + "), and its copy is damaged or missing;"
                        + " put the repository's root there again, from a source that you trust";
        return ROOT.failure(Reason.NO_TRUSTED_ROOT, "5.2").cause(damage).build(detail);
    }

    /**
     * {@return the state up to the top-level targets, as the last refresh left it}
     *
     * @param reference the time to compare expiry with
     */
    TrustedState upToTargets(Instant reference) throws TufException {
        try {
            return checkedUpToTargets(reference);
        } catch (TufException e) {
            throw isMissingRoot(e) ? missingRoot(e) : e;
        }
    }

    /** {@return whether a file was refused because of an old root, and root.json is a later one} */
    private boolean isMissingRoot(TufException e) throws TufException {
        boolean byRoot = e.reason() == Reason.THRESHOLD_NOT_MET
                || (e.reason() == Reason.EXPIRED && e.role().equals(ROOT.name()));
        Optional<byte[]> kept = byRoot ? files.load(ROOT) : Optional.empty();
        try {
            return kept.isPresent()
                    && TrustedState.start(kept.get(), client.verification())
                                    .root()
                                    .version()
                            > version();
        } catch (TufException damaged) {
            return false;
        }
    }

    private TufException missingRoot(TufException e) {
        String missing = StoredName.rootVersion(version() + 1).fileName();
        String detail = "the store does not have " + missing
                + ", which leads from the trusted root to root.json; refresh once while"
                + " online, or ship a newer root";
        return ROOT.failure(Reason.NOT_AVAILABLE, "5.3.3").cause(e).build(detail);
    }

    /** A step that fails if a refresh has ended before it stored the file. */
    @FunctionalInterface
    private interface ListedStep {
        TrustedState take(byte[] file) throws TufException;
    }

    private TrustedState listed(TopLevelRole role, ListedStep step) throws TufException {
        try {
            return step.take(require(role));
        } catch (TufException e) {
            throw UNFINISHED.contains(e.reason()) ? e.withProblem(UNFINISHED_REFRESH) : e;
        }
    }

    private TrustedState checkedUpToTargets(Instant reference) throws TufException {
        TrustedState next = client.memory().recall(state);
        // TUF 5.3.10, before other failures are reported.
        next.requireValidRoot(reference);
        TrustedState timestamp = next.updateTimestamp(require(TopLevelRole.TIMESTAMP), reference);
        TrustedState snapshot = listed(TopLevelRole.SNAPSHOT, file -> timestamp.updateSnapshot(file, reference));
        return listed(TopLevelRole.TARGETS, file -> snapshot.updateTargets(file, reference));
    }

    TrustedState state() {
        return state;
    }

    /** {@return the version of the last root} */
    long version() {
        return state.root().version();
    }

    /** {@return the chain of roots up to the newest one} */
    RefreshMemory.Roots chain() {
        return roots;
    }

    byte[] newestRoot() {
        return newestRoot;
    }

    /** {@return the root that the chain starts from} */
    Root first() {
        return first;
    }

    /** {@return whether the chain starts from root.copy; the listener was told then} */
    boolean isFromCopy() {
        return fromCopy;
    }

    /**
     * Follows the stored roots, which saves fetching them.
     *
     * @return whether there were any new ones
     */
    boolean followRoots() throws TufException {
        long from = version();
        while (version() < Long.MAX_VALUE) {
            refusedRoot = null;
            Optional<byte[]> file = nextRoot();
            if (file.isEmpty()) {
                break;
            }
            try {
                TrustedState known = roots.recall(file.get());
                take(file.get(), known != null ? known : state.updateRoot(file.get()));
            } catch (TufException e) {
                client.listener().storedFileRefused(ROOT.name(), e);
                refusedRoot = file.get();
                break;
            }
        }
        return version() > from;
    }

    private Optional<byte[]> nextRoot() throws TufException {
        return files.load(ROOT, StoredName.rootVersion(version() + 1));
    }

    /** Continues from {@code next}, which trusts {@code file}. */
    void take(byte[] file, TrustedState next) {
        roots.add(file, next);
        newestRoot = file;
        state = next;
    }

    /** {@return whether no other process has stored the next root since the last look} */
    boolean isNewestRoot() throws TufException {
        if (version() == Long.MAX_VALUE) {
            return true;
        }
        Optional<byte[]> next = nextRoot();
        return next.isPresent() ? Arrays.equals(next.get(), refusedRoot) : refusedRoot == null;
    }

    private byte[] require(TopLevelRole role) throws TufException {
        MetadataRole of = MetadataRole.of(role);
        return files.load(of)
                .orElseThrow(() -> of.failure(Reason.NOT_AVAILABLE, of.steps().download())
                        .build("the store does not have this file; refresh once while online"));
    }
}
