package dev.tallyclerk.trust.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Resolves image names to the digests that Notary v1 collections list, as {@code docker pull} does with Docker Content
 * Trust: the collection has the name of the repository, and the target that of the tag.
 *
 * <p>A tag has to be released: listed by the role {@code targets/releases} or by {@code targets}. Immutable, and safe
 * for use by many threads if the function for clients is.
 */
public final class NotaryDigestResolver implements DigestResolver {
    private final Source source;

    private NotaryDigestResolver(Source source) {
        this.source = source;
    }

    @FunctionalInterface
    private interface Source {
        NotaryCollection collection(String gun) throws NotaryException, DigestResolutionException;
    }

    /**
     * {@return a resolver that updates a collection for each image}
     *
     * @param clients returns the client for the name of a collection, such as {@code docker.io/library/debian}; each
     *     needs a store of its own that outlives the process
     */
    public static NotaryDigestResolver updating(Function<String, NotaryClient> clients) {
        Objects.requireNonNull(clients, "clients");
        return new NotaryDigestResolver(gun -> clients.apply(gun).update());
    }

    /**
     * {@return a resolver that answers from one collection and makes no requests}
     *
     * @param collection the result of an update; the caller checks when it {@linkplain NotaryCollection#expires
     *     expires}
     */
    public static NotaryDigestResolver of(NotaryCollection collection) {
        Objects.requireNonNull(collection, "collection");
        return new NotaryDigestResolver(gun -> {
            if (!collection.gun().equals(gun)) {
                throw new DigestResolutionException(
                        Reason.NOT_FOUND, "the collection is that of " + collection.gun() + ", not of " + gun);
            }
            return collection;
        });
    }

    /**
     * {@return the digests that a collection lists for an image}
     *
     * @param reference the full name, with a tag. If it also has a digest, the collection must list that digest
     * @throws DigestResolutionException if the metadata cannot be trusted or fetched, does not list the tag as released
     *     or without SHA-256 and SHA-512, or lists another digest ({@code NOT_TRUSTED})
     */
    @Override
    public ResolvedDigest resolve(Reference reference) throws DigestResolutionException {
        String tag = reference
                .tag()
                .orElseThrow(() -> new DigestResolutionException(
                        Reason.NOT_FOUND, reference + " has no tag, but Notary's targets are named by tag"));
        NotaryCollection collection;
        try {
            collection = source.collection(reference.name());
        } catch (NotaryException e) {
            throw new DigestResolutionException(
                    reason(e.reason()), "Notary collection " + reference.name() + ": " + e.getMessage(), e);
        }
        TargetInfo target = collection
                .releasedTarget(tag)
                .orElseThrow(() -> new DigestResolutionException(
                        Reason.NOT_FOUND, "the Notary collection " + collection.gun() + " has no release of " + tag));
        ResolvedDigest listed = resolved(collection, target);
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

    private static ResolvedDigest resolved(NotaryCollection collection, TargetInfo target)
            throws DigestResolutionException {
        List<Digest> digests = target.digests();
        if (digests.isEmpty()) {
            throw new DigestResolutionException(
                    Reason.UNSUPPORTED,
                    "the Notary collection " + collection.gun() + " lists the tag without a hash that is known here");
        }
        OptionalLong version = collection.version(target.role());
        String voucher = "Notary role " + target.role() + " of " + collection.gun()
                + (version.isPresent() ? ", version " + version.getAsLong() : "") + ", valid until "
                + collection.expires() + (collection.isFresh() ? "" : ", not known to be current");
        // In the order of their names, SHA-256 comes first, which registries prefer.
        return ResolvedDigest.of(digests.get(0), target.length(), voucher)
                .withMoreDigests(digests)
                .withRole(target.role())
                .withValidUntil(collection.expires())
                .withNotChecked(collection.isFresh() ? List.of() : List.of("whether the metadata is current"));
    }

    private static Reason reason(NotaryException.Reason reason) {
        return switch (reason) {
            case FETCH_FAILED, NOT_AVAILABLE, STORE_FAILED -> Reason.UNAVAILABLE;
            default -> Reason.NOT_TRUSTED;
        };
    }
}
