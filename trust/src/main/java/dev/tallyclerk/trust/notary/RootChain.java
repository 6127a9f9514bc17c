package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.internal.RootCertificates;
import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Fetches the numbered roots of a collection. */
final class RootChain {
    private final String gun;
    private final CollectionFiles files;
    private final Verification verification;

    RootChain(String gun, CollectionFiles files, Verification verification) {
        this.gun = gun;
        this.files = files;
        this.verification = verification;
    }

    /**
     * {@return the roots up to the newest by version, as far as the server has them; the newest is always there}
     *
     * <p>Each is signed by the one before it, if that is there.
     */
    SortedMap<Long, RootFile> upTo(RootFile newest) throws NotaryException {
        NotaryLimits limits = verification.limits();
        if (newest.version() > limits.rootRotations()) {
            throw NotaryException.of(
                    Reason.LIMIT_EXCEEDED,
                    Roles.ROOT,
                    "there are " + newest.version() + " versions, allowed are " + limits.rootRotations());
        }
        SortedMap<Long, RootFile> chain = new TreeMap<>();
        for (long version = 1; version < newest.version(); version++) {
            Optional<byte[]> file = files.fetch(Roles.ROOT, version + ".root.json", limits.rootBytes());
            if (file.isPresent()) {
                RootFile root = verification.root(file.get());
                if (root.version() != version) {
                    throw NotaryException.of(
                                    Reason.WRONG_VERSION,
                                    Roles.ROOT,
                                    "the file " + version + ".root.json has version " + root.version())
                            .withVersions(version, root.version());
                }
                requireLinked(chain, root);
                chain.put(version, root);
            }
        }
        requireLinked(chain, newest);
        chain.put(newest.version(), newest);
        return chain;
    }

    private void requireLinked(SortedMap<Long, RootFile> chain, RootFile root) throws NotaryException {
        RootFile before = chain.get(root.version() - 1);
        if (before != null) {
            RootCertificates.requireChained(before, root, gun);
        }
    }
}
