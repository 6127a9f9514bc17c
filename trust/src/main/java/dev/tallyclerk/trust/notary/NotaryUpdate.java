package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.notary.NotaryCollection.Loaded;
import dev.tallyclerk.trust.notary.internal.Listing;
import dev.tallyclerk.trust.notary.internal.NotaryFile;
import dev.tallyclerk.trust.notary.internal.RoleSigners;
import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice.Kind;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One update of a collection: root, timestamp, snapshot, {@code targets}, delegated roles.
 *
 * <p>The root is fetched on first contact and when the rest does not fit the trusted one, as by the original.
 */
final class NotaryUpdate {
    private final NotaryLimits limits;
    private final Verification verification;
    private final Mode mode;
    private final Instant now;
    private final MetadataStore store;
    private final CollectionFiles files;
    private final Roots roots;
    private final String gun;
    private final List<NotaryNotice> notices = new ArrayList<>();
    private boolean fresh;

    /** The name of the root file that the snapshot lists, if it is not the trusted one's. */
    private @Nullable String listedRoot;

    NotaryUpdate(
            String gun,
            MetadataFetcher server,
            MetadataStore store,
            NotaryRootTrust trust,
            Verification verification,
            Mode mode,
            Instant now) {
        this.gun = gun;
        this.limits = verification.limits();
        this.verification = verification;
        this.mode = mode;
        this.now = now;
        this.store = store;
        this.files = new CollectionFiles(server, store);
        this.roots = new Roots(gun, files, trust, verification, now, mode.allowsExpired());
    }

    /**
     * What an update may do.
     *
     * @param asks whether it may make requests
     * @param allowsStored whether the stored timestamp will do if the server gives none
     * @param allowsExpired whether expired files will do
     */
    record Mode(boolean asks, boolean allowsStored, boolean allowsExpired) {}

    @SuppressWarnings("try") // the claim is held, not used
    NotaryCollection run() throws NotaryException {
        try (MetadataStore.Claim claim =
                Objects.requireNonNull(mode.asks() ? store.claim() : store.claimToRead(), "the store gave no claim")) {
            return claimed();
        } catch (IOException e) {
            throw CollectionFiles.storeFailed(e);
        }
    }

    private NotaryCollection claimed() throws NotaryException {
        Optional<RootFile> stored = roots.stored();
        if (stored.isEmpty()) {
            if (!mode.asks()) {
                throw NotaryException.of(
                        Reason.NO_TRUSTED_ROOT, Roles.ROOT, "the store has no root; update with the server first");
            }
            return verified(roots.first());
        }
        RootFile root = stored.get();
        try {
            roots.requireUsable(root);
            return verified(root);
        } catch (NotaryException e) {
            if (!mode.asks() || !mayNeedRoot(e)) {
                throw e;
            }
            boolean byHash = e.reason() == Reason.HASH_MISMATCH;
            notices.clear();
            return verified(roots.next(root, byHash ? Optional.ofNullable(listedRoot) : Optional.empty(), e));
        }
    }

    /** {@return whether a newer root may make the metadata trusted} */
    private static boolean mayNeedRoot(NotaryException failure) {
        return switch (failure.reason()) {
            case THRESHOLD_NOT_MET, KEY_ID_MISMATCH -> true;
            case EXPIRED, NO_VALID_CERTIFICATE, PIN_MISMATCH, HASH_MISMATCH ->
                failure.role().equals(Roles.ROOT);
            default -> false;
        };
    }

    private NotaryCollection verified(RootFile root) throws NotaryException {
        List<NotaryFile> verified = new ArrayList<>();
        Listing timestamp = timestamp(root);
        verified.add(timestamp.file());
        Listing.Entry listedSnapshot = timestamp.entry(Roles.SNAPSHOT).orElseThrow();
        byte[] snapshotBytes = files.listed(Roles.SNAPSHOT, listedSnapshot, limits.snapshotBytes());
        NotaryFile snapshotFile = NotaryFile.parse(Roles.SNAPSHOT, snapshotBytes, limits.snapshotBytes());
        require(snapshotFile, root.signersOf(Roles.SNAPSHOT));
        requireCurrent(snapshotFile);
        Listing snapshot = Listing.of(snapshotFile, List.of(Roles.ROOT, Roles.TARGETS));
        verified.add(snapshotFile);
        requireListed(root, snapshot.entry(Roles.ROOT).orElseThrow());
        Delegations delegations = new Delegations(verification, this::file, this::current, notices, !mode.asks());
        List<Loaded> roles = delegations.load(root.signersOf(Roles.TARGETS), snapshot);
        Instant expires = root.file().expires();
        for (NotaryFile file : verified) {
            expires = earlier(expires, file.expires());
        }
        expires = earlier(expires, roles.get(0).file().file().expires());
        reportExpired(root.file());
        verified.forEach(this::reportExpired);
        roles.forEach(loaded -> reportExpired(loaded.file().file()));
        if (mode.asks()) {
            reportVanished(snapshotBytes, delegations);
            keep(root, roles, verified);
        }
        return new NotaryCollection(gun, fresh, expires, root, verified, roles, notices, delegations.skipped());
    }

    /** Only a caller that allows expired files gets here with one. */
    private void reportExpired(NotaryFile file) {
        if (file.expires().isBefore(now)) {
            notices.add(new NotaryNotice(
                    Kind.EXPIRED, file.role(), "version " + file.version() + " expired at " + file.expires()));
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Listing timestamp(RootFile root) throws NotaryException {
        byte[] bytes = timestampBytes();
        NotaryFile file = NotaryFile.parse(Roles.TIMESTAMP, bytes, limits.timestampBytes());
        require(file, root.signersOf(Roles.TIMESTAMP));
        requireCurrent(file);
        return Listing.of(file, List.of(Roles.SNAPSHOT));
    }

    private byte[] timestampBytes() throws NotaryException {
        NotaryException failure = null;
        if (mode.asks()) {
            try {
                byte[] bytes = files.require(Roles.TIMESTAMP, "timestamp.json", limits.timestampBytes());
                fresh = true;
                return bytes;
            } catch (NotaryException e) {
                boolean unanswered = e.reason() == Reason.NOT_AVAILABLE || e.reason() == Reason.FETCH_FAILED;
                if (!mode.allowsStored() || !unanswered) {
                    throw e;
                }
                failure = e;
            }
        }
        fresh = false;
        Optional<byte[]> stored = files.stored(CollectionFiles.storedName(Roles.TIMESTAMP), limits.timestampBytes());
        if (stored.isEmpty()) {
            throw failure != null
                    ? failure
                    : NotaryException.of(
                            Reason.NOT_AVAILABLE, Roles.TIMESTAMP, "the store has none; update with the server first");
        }
        if (failure != null) {
            notices.add(new NotaryNotice(
                    Kind.STORED_TIMESTAMP,
                    Roles.TIMESTAMP,
                    "the server gave no timestamp, so newer metadata may exist: " + failure.getMessage()));
        }
        return stored.get();
    }

    /** Fetches the file of a targets role that a snapshot lists, or takes it from the store. */
    private NotaryFile file(String role, Listing.Entry entry) throws NotaryException {
        return NotaryFile.parse(role, files.listed(role, entry, limits.targetsBytes()), limits.targetsBytes());
    }

    /** Refuses a file of a targets role that is not signed, older than the stored one, or expired. */
    private void current(NotaryFile file, RoleSigners signers) throws NotaryException {
        require(file, signers);
        requireCurrent(file);
    }

    private void require(NotaryFile file, RoleSigners signers) throws NotaryException {
        signers.require(file, Reason.THRESHOLD_NOT_MET, "the keys that are declared for it");
        Optional<NotaryFile> before = storedFile(file.role());
        // A role whose keys were replaced may count anew. Not the timestamp: the original does not let it either.
        if (before.isPresent() && (file.role().equals(Roles.TIMESTAMP) || signers.accept(before.get()))) {
            file.refuseRollback(before.get());
        }
    }

    private void requireCurrent(NotaryFile file) throws NotaryException {
        if (!mode.allowsExpired()) {
            file.requireNotExpired(now);
        }
    }

    /** {@return the stored file of a role, as far as it can be read} The length listed for the new file is no limit. */
    private Optional<NotaryFile> storedFile(String role) throws NotaryException {
        int maxBytes = switch (role) {
            case Roles.TIMESTAMP -> limits.timestampBytes();
            case Roles.SNAPSHOT -> limits.snapshotBytes();
            default -> limits.targetsBytes();
        };
        Optional<byte[]> bytes = files.stored(CollectionFiles.storedName(role), maxBytes);
        try {
            return bytes.isEmpty() ? Optional.empty() : Optional.of(NotaryFile.parse(role, bytes.get(), maxBytes));
        } catch (NotaryException e) {
            return Optional.empty();
        }
    }

    /** Refuses a root other than the one that the snapshot lists. */
    private void requireListed(RootFile root, Listing.Entry listed) throws NotaryException {
        if (listed.mismatch(root.file().bytes()).isPresent()) {
            listedRoot = "root." + listed.sha256().orElseThrow().encoded() + ".json";
            throw NotaryException.of(
                    Reason.HASH_MISMATCH, Roles.ROOT, "the snapshot lists another root than version " + root.version());
        }
    }

    /** Reports roles that the stored metadata delegates to and the new one does not. */
    private void reportVanished(byte[] snapshot, Delegations delegations) throws NotaryException {
        Optional<byte[]> before = files.stored(CollectionFiles.storedName(Roles.SNAPSHOT), limits.snapshotBytes());
        if (before.isEmpty() || Arrays.equals(before.get(), snapshot)) {
            return;
        }
        List<String> waiting = new ArrayList<>(List.of(Roles.TARGETS));
        for (int i = 0; i < waiting.size() && i <= limits.delegations(); i++) {
            String role = waiting.get(i);
            if (!delegations.hasSeen(role)) {
                notices.add(new NotaryNotice(
                        Kind.ROLE_VANISHED, role, "an earlier version of the collection delegates to this role"));
            }
            Optional<NotaryFile> stored = storedFile(role);
            if (stored.isPresent()) {
                try {
                    verification
                            .targets(stored.get())
                            .children()
                            .forEach(child -> waiting.add(child.role().role()));
                } catch (NotaryException e) {
                    // The stored file is damaged, and says nothing.
                }
            }
        }
    }

    /** Stores what is verified: the timestamp last, so that what it leads to is there. */
    private void keep(RootFile root, List<Loaded> roles, List<NotaryFile> others) throws NotaryException {
        roots.store(root);
        for (int i = roles.size() - 1; i >= 0; i--) {
            NotaryFile file = roles.get(i).file().file();
            files.store(CollectionFiles.storedName(file.role()), file.bytes());
        }
        for (int i = others.size() - 1; i >= 0; i--) {
            files.store(
                    CollectionFiles.storedName(others.get(i).role()),
                    others.get(i).bytes());
        }
    }
}
