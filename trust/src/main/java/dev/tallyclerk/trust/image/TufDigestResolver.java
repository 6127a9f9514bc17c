package dev.tallyclerk.trust.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.MappedRepositories.MetadataSource;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Resolves image names to the digests that a TUF repository's targets list.
 *
 * <p>By convention, the target's path is the full image name {@code HOST/REPOSITORY:TAG}, for example
 * {@code docker.io/library/debian:12}, and the target file is the image's manifest or index. Immutable, and safe for
 * use by many threads.
 */
public final class TufDigestResolver implements DigestResolver {
    /** Registries prefer SHA-256. */
    private static final List<DigestAlgorithm> PREFERENCE =
            List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA512, DigestAlgorithm.SHA384);

    private final MetadataSource source;
    private final String repository;

    private TufDigestResolver(MetadataSource source, String repository) {
        this.source = source;
        this.repository = Objects.requireNonNull(repository, "repository");
    }

    /**
     * {@return a resolver that refreshes the metadata for each image}
     *
     * <p>A refresh makes at least two requests, or none within the client's {@linkplain TufClient#withFreshnessWindow
     * freshness window}.
     *
     * @param client the client of the repository
     * @param repository the name of the repository in reports, for example its address
     */
    public static TufDigestResolver refreshing(TufClient client, String repository) {
        return new TufDigestResolver(client::refresh, repository);
    }

    /**
     * {@return a resolver that answers from given metadata, and makes requests for delegated roles only}
     *
     * @param metadata the result of a refresh; the caller checks when it {@linkplain RepositoryMetadata#expires
     *     expires}
     * @param repository the name of the repository in reports, for example its address
     */
    public static TufDigestResolver of(RepositoryMetadata metadata, String repository) {
        Objects.requireNonNull(metadata, "metadata");
        return new TufDigestResolver(() -> metadata, repository);
    }

    /**
     * {@return the path of an image's target: its whole name with its tag, such as {@code docker.io/library/debian:12}}
     *
     * @param reference the whole name; a digest is ignored
     * @throws IllegalArgumentException if it has no tag
     */
    public static String targetPath(Reference reference) {
        return reference.name() + ":"
                + reference
                        .tag()
                        .orElseThrow(() -> new IllegalArgumentException(
                                reference + " has no tag, but the TUF targets are named by tag"));
    }

    /**
     * {@return the digests that the targets list for an image}
     *
     * @param reference the full name, with a tag. If it also has a digest, the targets must list that digest, and it is
     *     the one to request
     * @throws DigestResolutionException as {@link #resolveTarget}, and if the name has no tag ({@code NOT_FOUND}) or
     *     has a digest that the targets do not list ({@code NOT_TRUSTED})
     */
    @Override
    public ResolvedDigest resolve(Reference reference) throws DigestResolutionException {
        String path;
        try {
            path = targetPath(reference);
        } catch (IllegalArgumentException e) {
            throw new DigestResolutionException(Reason.NOT_FOUND, String.valueOf(e.getMessage()), e);
        }
        ResolvedDigest listed = resolveTarget(path);
        Optional<Digest> pinned = reference.digest();
        if (pinned.isEmpty()) {
            return listed;
        }
        if (!listed.digests().contains(pinned.get())) {
            throw new DigestResolutionException(
                    Reason.NOT_TRUSTED,
                    listed.voucher() + " vouches for " + listed.digest() + ", not for " + pinned.get());
        }
        return listed.withDigest(pinned.get());
    }

    /**
     * {@return the digests that the targets list for a path, all of which the manifest must have}
     *
     * @param path the target's path, for repositories that do not name targets after images
     * @throws DigestResolutionException if the metadata cannot be trusted or refreshed, or does not list the path
     */
    public ResolvedDigest resolveTarget(String path) throws DigestResolutionException {
        try {
            RepositoryMetadata metadata = source.metadata();
            Optional<TargetInfo> target = metadata.target(path);
            if (target.isEmpty()) {
                throw new DigestResolutionException(
                        Reason.NOT_FOUND, "the TUF targets of " + repository + " do not list " + Quoted.quote(path));
            }
            List<Digest> digests = target.get().digests();
            ResolvedDigest resolved = ResolvedDigest.of(
                            preferred(digests), target.get().length(), voucher(metadata, target.get()))
                    .withMoreDigests(digests)
                    .withRole(target.get().role())
                    .withValidUntil(metadata.trusted().expires())
                    .withNotChecked(metadata.<List<String>>fold(
                            now -> List.of(), stale -> List.of("whether the metadata is current")));
            OptionalLong threshold = threshold(metadata.trusted(), target.get().role());
            return threshold.isPresent() ? resolved.withThreshold(threshold.getAsLong()) : resolved;
        } catch (TufException e) {
            throw new DigestResolutionException(
                    reason(e.reason()), "TUF repository " + repository + ": " + e.getMessage(), e);
        }
    }

    /** {@return the threshold of a role; the lowest if several roles delegate to it, any of which may have counted} */
    private static OptionalLong threshold(TrustedMetadata trusted, String role) {
        if (role.equals(TopLevelRole.TARGETS.roleName())) {
            return OptionalLong.of(trusted.root().keysOf(TopLevelRole.TARGETS).threshold());
        }
        return Stream.concat(trusted.targets().stream(), trusted.delegatedTargets().values().stream())
                .flatMap(delegator -> signersOf(role, delegator.delegations()))
                .mapToLong(RoleKeys::threshold)
                .min();
    }

    private static Stream<RoleKeys> signersOf(String role, Delegations delegations) {
        return delegations.fold(
                Stream::empty,
                listed -> listed.roles().stream()
                        .filter(each -> each.name().equals(role))
                        .map(Delegations.Role::keys),
                bins -> bins.isBin(role) ? Stream.of(bins.signers()) : Stream.empty());
    }

    private String voucher(RepositoryMetadata metadata, TargetInfo target) {
        TrustedMetadata trusted = metadata.trusted();
        // The role may have been dropped from the cache by now.
        String version = trusted.targets(target.role())
                .map(by -> ", version " + by.version())
                .orElse("");
        boolean topLevel = target.role().equals(TopLevelRole.TARGETS.roleName());
        String who = topLevel ? "TUF targets" : "TUF role " + Quoted.quote(target.role());
        String fresh = metadata.<String>fold(now -> "", stale -> ", not known to be current");
        boolean expired =
                metadata.<Boolean>fold(now -> false, stale -> !trusted.expires().isAfter(stale.start()));
        String valid = expired ? ", EXPIRED since " : ", valid until ";
        return who + " of " + repository + version + valid + trusted.expires() + fresh;
    }

    private static Reason reason(TufException.Reason reason) {
        return switch (reason) {
            case FETCH_FAILED, NOT_AVAILABLE, STORE_FAILED, INTERRUPTED -> Reason.UNAVAILABLE;
            case UNSUPPORTED_SPEC_VERSION, NO_KNOWN_HASH, TOO_MANY_DELEGATIONS -> Reason.UNSUPPORTED;
            default -> Reason.NOT_TRUSTED;
        };
    }

    private static Digest preferred(List<Digest> digests) {
        return PREFERENCE.stream()
                .flatMap(wanted ->
                        digests.stream().filter(digest -> digest.algorithm().equals(wanted)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a target without a known hash is refused by the search"));
    }
}
