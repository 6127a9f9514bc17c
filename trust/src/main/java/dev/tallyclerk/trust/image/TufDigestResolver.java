package dev.tallyclerk.trust.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.trust.tuf.TargetInfo;
import dev.tallyclerk.trust.tuf.Targets;
import dev.tallyclerk.trust.tuf.TopLevelRole;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.TufException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Resolves image names to the digests that a TUF repository's targets list.
 *
 * <p>By convention the target's path is the normalised image name {@code HOST/REPOSITORY:TAG}, for example
 * {@code registry.example.org/team/app:1.0}, and the target file is the image's manifest. Instances are immutable and
 * may be used by many threads.
 */
public final class TufDigestResolver {
    /** Registries address content by SHA-256 first. */
    private static final List<DigestAlgorithm> PREFERENCE =
            List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA512, DigestAlgorithm.SHA384);

    private final MetadataSource source;

    private TufDigestResolver(MetadataSource source) {
        this.source = source;
    }

    @FunctionalInterface
    private interface MetadataSource {
        TrustedMetadata metadata() throws TufException;
    }

    /**
     * {@return a resolver that refreshes the metadata for each question, with at least two requests}
     *
     * @param client the client of the repository
     */
    public static TufDigestResolver refreshing(TufClient client) {
        return new TufDigestResolver(client::refresh);
    }

    /**
     * {@return a resolver that answers from metadata as it is, without any request}
     *
     * @param metadata the result of a refresh; when it {@linkplain TrustedMetadata#expires expires} is for the caller
     *     to watch
     */
    public static TufDigestResolver of(TrustedMetadata metadata) {
        Objects.requireNonNull(metadata, "metadata");
        return new TufDigestResolver(() -> metadata);
    }

    /**
     * {@return the digest that the targets list for an image, or nothing if they do not list it}
     *
     * @param targetPath the normalised image name
     * @throws TufException if the metadata cannot be trusted or refreshed, if the target has no hash of a supported
     *     algorithm, or if only a delegated role may list it
     */
    public Optional<VouchedDigest> resolve(String targetPath) throws TufException {
        TrustedMetadata metadata = source.metadata();
        Optional<TargetInfo> target = metadata.target(targetPath);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        Targets targets = metadata.targets().orElseThrow();
        return Optional.of(new VouchedDigest(
                preferred(target.get().digests()),
                target.get().length(),
                TopLevelRole.TARGETS.roleName(),
                targets.version(),
                metadata.expires()));
    }

    private static Digest preferred(List<Digest> digests) {
        for (DigestAlgorithm algorithm : PREFERENCE) {
            for (Digest digest : digests) {
                if (digest.algorithm().equals(algorithm)) {
                    return digest;
                }
            }
        }
        throw new IllegalStateException("a target without a known hash is refused before");
    }
}
