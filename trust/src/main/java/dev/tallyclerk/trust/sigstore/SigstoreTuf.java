package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Takes trusted roots from the TUF repository of a Sigstore instance, and caches them in a folder.
 *
 * <p>Immutable and safe for use by many threads, as far as the client is. The client needs
 * {@linkplain TufClient#withTargets a source of targets}, and a {@linkplain TufClient#withFreshnessWindow freshness
 * window} if it should not ask the repository each time.
 */
public final class SigstoreTuf {
    private static final String TRUSTED_ROOT = "trusted_root.json";
    private static final int MAX_BYTES = 4 << 20;

    private final TufClient client;
    private final Path folder;
    private final String target;

    private SigstoreTuf(TufClient client, Path folder, String target) {
        this.client = Objects.requireNonNull(client, "client");
        this.folder = Objects.requireNonNull(folder, "folder");
        this.target = Objects.requireNonNull(target, "target");
    }

    /**
     * {@return a source of the target {@code trusted_root.json}}
     *
     * @param client the client of the repository
     * @param folder where targets are cached, which exists
     */
    public static SigstoreTuf of(TufClient client, Path folder) {
        return new SigstoreTuf(client, folder, TRUSTED_ROOT);
    }

    /** {@return a source of another target, for example of a second instance in the same repository} */
    public SigstoreTuf withTarget(String target) {
        return new SigstoreTuf(client, folder, target);
    }

    /**
     * {@return the trusted root that the repository's signers vouch for now}
     *
     * @throws TufException if the repository cannot be refreshed or trusted, or does not have the target
     * @throws EvidenceException if the target is no trusted root
     */
    public TrustedRoot trustedRoot() throws TufException, EvidenceException {
        return read(client.refresh());
    }

    /**
     * {@return the cached trusted root, without any request} It may have been replaced since.
     *
     * @throws TufException if nothing is cached, or what is has expired
     * @throws EvidenceException if the target is no trusted root
     */
    public TrustedRoot offlineTrustedRoot() throws TufException, EvidenceException {
        return read(client.offline());
    }

    private TrustedRoot read(RepositoryMetadata metadata) throws TufException, EvidenceException {
        return TrustedRoot.parse(metadata.bytes(metadata.requireTarget(target), folder, MAX_BYTES));
    }
}
