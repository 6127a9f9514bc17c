package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.internal.RootCertificates;
import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import dev.tallyclerk.trust.store.StoredName;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the root to trust: the stored one, the first, or the next. For one update. */
final class Roots {
    private static final String NEWEST = "root.json";

    private final String gun;
    private final CollectionFiles files;
    private final NotaryRootTrust trust;
    private final NotaryLimits limits;
    private final Verification verification;
    private final Instant now;
    private final boolean allowsExpired;

    Roots(
            String gun,
            CollectionFiles files,
            NotaryRootTrust trust,
            Verification verification,
            Instant now,
            boolean allowsExpired) {
        this.gun = gun;
        this.files = files;
        this.trust = trust;
        this.limits = verification.limits();
        this.verification = verification;
        this.now = now;
        this.allowsExpired = allowsExpired;
    }

    /** {@return the stored root, if there is one} A damaged one is never replaced by what the server has. */
    Optional<RootFile> stored() throws NotaryException {
        NotaryException damage = null;
        for (StoredName name : new StoredName[] {StoredName.ROOT, StoredName.ROOT_COPY}) {
            Optional<byte[]> bytes = files.stored(name, limits.rootBytes());
            if (bytes.isPresent()) {
                try {
                    RootFile root = verification.root(bytes.get());
                    RootCertificates.requireOwn(root, gun, null, key -> true);
                    return Optional.of(root);
                } catch (NotaryException e) {
                    damage = e;
                }
            }
        }
        if (damage != null) {
            throw NotaryException.of(
                            Reason.STORE_DAMAGED,
                            Roles.ROOT,
                            "the stored root is damaged, or of another collection; remove the store only if the root"
                                    + " of the server can be checked in another way")
                    .withCause(damage);
        }
        return Optional.empty();
    }

    /** {@return the server's root, trusted by pins or on first use} */
    RootFile first() throws NotaryException {
        RootFile root = verification.root(files.require(Roles.ROOT, NEWEST, limits.rootBytes()));
        RootCertificates.requireOwn(root, gun, certificateTime(), trust.pins(gun, now, true));
        requireNotExpired(root);
        return root;
    }

    /** Refuses a root that does not fit the pins, or has expired. */
    void requireUsable(RootFile root) throws NotaryException {
        RootCertificates.requireOwn(root, gun, certificateTime(), trust.pins(gun, now, false));
        requireNotExpired(root);
    }

    /**
     * {@return the server's root, trusted because a chain of signatures leads to it from the trusted one}
     *
     * @param listed the name of the root file that the snapshot lists
     * @param failure why the trusted root will not do
     */
    RootFile next(RootFile trusted, Optional<String> listed, NotaryException failure) throws NotaryException {
        byte[] bytes = files.require(Roles.ROOT, listed.orElse(NEWEST), limits.rootBytes());
        if (Arrays.equals(bytes, trusted.file().bytes())) {
            throw failure;
        }
        RootFile next = verification.root(bytes);
        RootCertificates.requireChained(link(trusted, next), next, gun);
        requireUsable(next);
        store(next);
        return next;
    }

    /** {@return the last of the roots between two, or the first before one that is missing and not needed} */
    private RootFile link(RootFile trusted, RootFile next) throws NotaryException {
        RootFile link = trusted;
        for (long version = trusted.version() + 1; version < next.version(); version++) {
            String name = version + "." + NEWEST;
            if (version - trusted.version() > limits.rootRotations()) {
                throw NotaryException.of(
                        Reason.LIMIT_EXCEEDED,
                        Roles.ROOT,
                        "more than " + limits.rootRotations() + " root files lie between the trusted version "
                                + trusted.version() + " and version " + next.version());
            }
            Optional<byte[]> bytes = files.fetch(Roles.ROOT, name, limits.rootBytes());
            if (bytes.isEmpty()) {
                if (RootCertificates.isChained(link, next, gun)) {
                    return link;
                }
                throw NotaryException.of(
                        Reason.NOT_AVAILABLE,
                        Roles.ROOT,
                        "the server does not have " + name + ", without which no signatures lead from version "
                                + link.version() + " to version " + next.version());
            }
            RootFile step = verification.root(bytes.get());
            if (step.version() != version) {
                throw NotaryException.of(Reason.WRONG_VERSION, Roles.ROOT, name + " is version " + step.version())
                        .withVersions(version, step.version());
            }
            RootCertificates.requireChained(link, step, gun);
            RootCertificates.requireOwn(step, gun, null, key -> true);
            link = step;
        }
        return link;
    }

    private @Nullable Instant certificateTime() {
        return allowsExpired ? null : now;
    }

    private void requireNotExpired(RootFile root) throws NotaryException {
        if (!allowsExpired) {
            root.file().requireNotExpired(now);
        }
    }

    void store(RootFile root) throws NotaryException {
        files.store(StoredName.ROOT, root.file().bytes());
        files.store(StoredName.ROOT_COPY, root.file().bytes());
    }
}
