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

/** Reads what earlier refreshes have stored: never trusted for being there, and followed from the trusted root. */
final class StoredState {
    /** What a file that was changed or cut off is refused for. */
    private static final Set<Reason> DAMAGE =
            EnumSet.of(Reason.MALFORMED, Reason.WRONG_TYPE, Reason.DUPLICATE_SIGNATURE, Reason.THRESHOLD_NOT_MET);

    /** What a file is refused for that is of an earlier refresh than the one that lists it. */
    private static final Set<Reason> UNFINISHED =
            EnumSet.of(Reason.NOT_AVAILABLE, Reason.WRONG_VERSION, Reason.LENGTH_MISMATCH, Reason.HASH_MISMATCH);

    private static final String HALF_REFRESHED =
            "the last refresh ended before it had the file that is listed, or the stored one is damaged; refresh once"
                    + " while the repository can be reached";

    private final Workflow client;
    private final MetadataFiles files;
    private final RefreshMemory.Roots roots;
    private byte[] newestRoot;

    /** What was stored in the place of the next root when that was last looked for, and does not follow. */
    private byte @Nullable [] refusedRoot;

    private TrustedState state;

    private final Root first;

    /** Whether root.json was of no use, and its copy was. */
    private boolean fromCopy;

    private StoredState(Workflow client, MetadataFiles files, byte[] anchor) throws TufException {
        this.client = client;
        this.files = files;
        this.newestRoot = anchor;
        // TUF 5.2, and verified against itself before any request.
        this.roots = client.memory().roots();
        TrustedState known = roots.recall(anchor);
        this.state = known != null ? known : TrustedState.start(anchor, client.verification());
        roots.add(anchor, state);
        this.first = state.root();
    }

    /** {@return the state after the last root that is stored, from the trusted one on} */
    static StoredState roots(Workflow client, MetadataFiles files) throws TufException {
        Optional<byte[]> shipped = client.trustedRoot();
        StoredState stored =
                shipped.isPresent() ? new StoredState(client, files, shipped.get()) : fromStore(client, files);
        stored.followRoots();
        return stored;
    }

    private static StoredState fromStore(Workflow client, MetadataFiles files) throws TufException {
        TufException damage = null;
        for (StoredName name : List.of(StoredName.ROOT, StoredName.ROOT_COPY)) {
            Optional<byte[]> file = files.load(ROOT, name);
            if (file.isEmpty()) {
                continue;
            }
            try {
                StoredState stored = new StoredState(client, files, file.get());
                // By its text: the runtime would make a record's methods when the first one is called, which takes
                // time.
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

    /**
     * {@return whether a file is not as it was stored; what the client does not want of a whole one is something else}
     */
    static boolean isDamage(TufException e) {
        return DAMAGE.contains(e.reason())
                && e.threshold().filter(Signers::mayBeTheClient).isEmpty();
    }

    private static TufException lost() {
        String detail = "root.json is lost, or above the size limit; the copy beside it is trusted";
        return ROOT.failure(Reason.NOT_AVAILABLE, "5.2").build(detail);
    }

    private static TufException noTrustedRoot(@Nullable TufException damage) {
        if (damage == null) {
            String detail = "the store has no root within the size limit; put the repository's root there first";
            return ROOT.failure(Reason.NO_TRUSTED_ROOT, "5.2").build(detail);
        }
        String detail = "the root in the store is damaged (" + damage.reason() + "), and there is no whole copy of it;"
                + " put the repository's root there again, from a source that you trust";
        return ROOT.failure(Reason.NO_TRUSTED_ROOT, "5.2").cause(damage).build(detail);
    }

    /**
     * {@return the state up to the top-level targets, as the last refresh left it}
     *
     * @param reference what is compared with the times of expiry
     */
    TrustedState upToTargets(Instant reference) throws TufException {
        try {
            return checkedUpToTargets(reference);
        } catch (TufException e) {
            throw isCutShort(e) ? cutShort(e) : e;
        }
    }

    /** {@return whether it is because of the root that a file was refused, and root.json is a later one} */
    private boolean isCutShort(TufException e) throws TufException {
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

    /** Neither the clock nor the repository is to blame then. */
    private TufException cutShort(TufException e) {
        String missing = StoredName.rootVersion(version() + 1).fileName();
        String detail = "the store does not have " + missing + ", through which the trusted root leads on to root.json;"
                + " refresh once while the repository can be reached, or ship a newer root";
        return ROOT.failure(Reason.NOT_AVAILABLE, "5.3.3").cause(e).build(detail);
    }

    /** A step that fails where a refresh has stored what lists the file, and nothing after it. */
    @FunctionalInterface
    private interface ListedStep {
        TrustedState take(byte[] file) throws TufException;
    }

    private TrustedState listed(TopLevelRole role, ListedStep step) throws TufException {
        try {
            return step.take(require(role));
        } catch (TufException e) {
            throw UNFINISHED.contains(e.reason()) ? e.withProblem(HALF_REFRESHED) : e;
        }
    }

    private TrustedState checkedUpToTargets(Instant reference) throws TufException {
        TrustedState next = client.memory().recall(state);
        // TUF 5.3.10, before anybody is told what else is missing.
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

    /** {@return the chain of roots up to the newest one, to go on with} */
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

    /** {@return whether root.json was of no use, which the listener knows, and its copy is trusted instead} */
    boolean isFromCopy() {
        return fromCopy;
    }

    /**
     * Follows the chain as far as it is stored, which saves the requests for it.
     *
     * @return whether it went any further
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

    /** Goes on from {@code next}, which trusts {@code file}. */
    void take(byte[] file, TrustedState next) {
        roots.add(file, next);
        newestRoot = file;
        state = next;
    }

    /** {@return whether no other process has stored the next root since it was last looked for} */
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
                        .build("the store does not have it; refresh once while the repository can be reached"));
    }
}
