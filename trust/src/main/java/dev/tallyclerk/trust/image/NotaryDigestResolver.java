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
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Resolves image names to the digests that Notary v1 collections list, as {@code docker pull} does with Docker Content
 * Trust: the collection has the name of the repository, and the target that of the tag.
 *
 * <p>A tag has to be released: listed by the role {@code targets/releases} or by {@code targets}, unless
 * {@link #withRoles} says otherwise. Immutable, and safe for use by many threads if the source of collections is.
 */
public final class NotaryDigestResolver implements DigestResolver {
    /** What {@link ResolvedDigest#notChecked} says of a collection that no server has confirmed. */
    public static final String NOT_CURRENT = "whether the metadata is current";

    private final CollectionSource source;
    private final List<String> roles;

    private NotaryDigestResolver(CollectionSource source, List<String> roles) {
        this.source = source;
        this.roles = roles;
    }

    /** Where collections come from, for example {@code gun -> client(gun).updateOrStored()}. */
    @FunctionalInterface
    public interface CollectionSource {
        /**
         * {@return the verified collection of a name}
         *
         * @param gun the name of the collection, such as {@code docker.io/library/debian}
         * @throws NotaryException if it cannot be trusted or fetched
         * @throws IOException if no client can be made
         */
        NotaryCollection collection(String gun) throws NotaryException, IOException;
    }

    /** {@return a resolver that asks a source for each image} */
    public static NotaryDigestResolver asking(CollectionSource source) {
        return new NotaryDigestResolver(Objects.requireNonNull(source, "source"), NotaryCollection.RELEASING_ROLES);
    }

    /**
     * {@return a resolver that updates a collection for each image}
     *
     * @param clients returns the client for the name of a collection, such as {@code docker.io/library/debian}; each
     *     needs a store of its own that outlives the process
     */
    public static NotaryDigestResolver updating(Function<String, NotaryClient> clients) {
        Objects.requireNonNull(clients, "clients");
        return asking(gun -> clients.apply(gun).update());
    }

    /**
     * {@return a resolver that answers from one collection and makes no requests}
     *
     * @param collection the result of an update; the caller checks when it {@linkplain NotaryCollection#expires
     *     expires}
     */
    public static NotaryDigestResolver of(NotaryCollection collection) {
        Objects.requireNonNull(collection, "collection");
        return asking(gun -> {
            if (!collection.gun().equals(gun)) {
                throw new DigestResolutionException(
                        Reason.NOT_FOUND, "the collection is that of " + collection.gun() + ", not of " + gun);
            }
            return collection;
        });
    }

    /**
     * {@return this resolver, for which other roles have to list a tag}
     *
     * @param roles the full names, searched in this order as by {@link NotaryCollection#target(String, List)}
     * @throws IllegalArgumentException if there is none
     */
    public NotaryDigestResolver withRoles(List<String> roles) {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("give at least one role");
        }
        return new NotaryDigestResolver(source, List.copyOf(roles));
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
        } catch (DigestResolutionException e) {
            throw e;
        } catch (IOException e) {
            throw new DigestResolutionException(
                    Reason.UNAVAILABLE, "Notary collection " + reference.name() + ": " + e.getMessage(), e);
        }
        TargetInfo target = collection
                .target(tag, roles)
                .orElseThrow(() -> new DigestResolutionException(
                        Reason.NOT_FOUND,
                        "the Notary collection " + collection.gun() + " does not list " + tag + " in "
                                + String.join(" or ", roles)));
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
        ResolvedDigest resolved = ResolvedDigest.of(digests.get(0), target.length(), voucher)
                .withMoreDigests(digests)
                .withRole(target.role())
                .withValidUntil(validUntil(collection, target.role()))
                .withNotChecked(notChecked(collection));
        return collection.roles().stream()
                .filter(role -> role.role().equals(target.role()))
                .findFirst()
                .map(role -> resolved.withThreshold(role.keys().threshold()))
                .orElse(resolved);
    }

    private static Instant validUntil(NotaryCollection collection, String role) {
        Instant whole = collection.expires();
        return collection.expires(role).filter(own -> own.isBefore(whole)).orElse(whole);
    }

    private static List<String> notChecked(NotaryCollection collection) {
        List<String> unchecked = new ArrayList<>();
        if (!collection.isFresh()) {
            unchecked.add(NOT_CURRENT);
        }
        if (collection.notices().stream().anyMatch(notice -> notice.kind() == NotaryNotice.Kind.EXPIRED)) {
            unchecked.add("whether the metadata has expired");
        }
        return unchecked;
    }

    private static Reason reason(NotaryException.Reason reason) {
        return switch (reason) {
            case FETCH_FAILED, STORE_FAILED -> Reason.UNAVAILABLE;
            // An answer: the server has no such collection, so nobody vouches for the image.
            case NOT_AVAILABLE -> Reason.NOT_FOUND;
            default -> Reason.NOT_TRUSTED;
        };
    }
}
