package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes the referrers of one type from a list that its registry has not filtered.
 *
 * <p>Registries give the type of a manifest's configuration where they do not know its type of artifact, which is that
 * of nothing, or no type at all. What has none of its own is looked at.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers">OCI
 *     distribution-spec v1.1.1, Listing Referrers</a>
 */
final class ReferrerTypes {
    /** One request each; a subject has a few of them. */
    private static final int MAX_LOOKED_AT = 100;

    private final String wanted;
    private int looked;

    /**
     * Looks at nothing yet.
     *
     * @param wanted the type of artifact
     */
    ReferrerTypes(String wanted) {
        this.wanted = wanted;
    }

    /**
     * {@return those of the wanted type; one that had to be looked at with that as its type}
     *
     * @param place where the manifests are
     * @param secrets what was sent for the list, and is not to be told if a manifest has it
     */
    List<Descriptor> of(List<Descriptor> all, RepositoryEndpoint place, Secrets secrets) throws IOException {
        int before = looked;
        try {
            return lookedAt(all, place, secrets);
        } catch (IOException | RuntimeException e) {
            looked = before; // the same list is asked for again
            throw e;
        }
    }

    private List<Descriptor> lookedAt(List<Descriptor> all, RepositoryEndpoint place, Secrets secrets)
            throws IOException {
        List<Descriptor> out = new ArrayList<>();
        for (Descriptor referrer : all) {
            String type = referrer.artifactType().orElse("");
            if (type.equals(wanted)) {
                out.add(referrer);
            } else if ((type.isEmpty() || type.equals(MediaType.OCI_EMPTY))
                    && typeOf(referrer, place, secrets).filter(wanted::equals).isPresent()) {
                out.add(referrer.withArtifactType(wanted));
            }
        }
        return out;
    }

    /** {@return the type in the manifest itself, or nothing if there is none that can be read} */
    private Optional<String> typeOf(Descriptor referrer, RepositoryEndpoint place, Secrets secrets) throws IOException {
        if (++looked > MAX_LOOKED_AT) {
            ignore(referrer, place, "more than " + MAX_LOOKED_AT + " of them have to be looked at");
            return Optional.empty();
        }
        ManifestFetch fetch = new ManifestFetch(place);
        try {
            Optional<Manifest> manifest = fetch.manifest(referrer.digest(), "", OptionalLong.empty());
            if (manifest.isEmpty()) {
                ignore(referrer, place, "it is not there");
                return Optional.empty();
            }
            return manifest.get()
                    .artifactType()
                    .or(() -> manifest.filter(ImageManifest.class::isInstance)
                            .map(image -> ((ImageManifest) image).config().mediaType()));
        } catch (MalformedDocumentException | VerificationException e) {
            ignore(referrer, place, secrets.and(fetch.sent()).hide(String.valueOf(e.getMessage())));
            return Optional.empty();
        } catch (HttpException e) {
            if (!isOfIt(e)) {
                throw e;
            }
            ignore(referrer, place, secrets.and(fetch.sent()).hide(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** {@return whether one manifest failed, which must not hide the others} */
    private static boolean isOfIt(HttpException failure) {
        return !failure.details().unprocessed()
                && switch (failure.reason()) {
                    case LIMIT_EXCEEDED, DENIED, NOT_FOUND, PROTOCOL, UNSUPPORTED -> true;
                    default -> false;
                };
    }

    private static void ignore(Descriptor referrer, RepositoryEndpoint place, String why) {
        place.session()
                .listener()
                .ignored(
                        place.session().host(),
                        Quoted.printable("the type of artifact of " + referrer.digest()
                                + " is not in the list of referrers, and is not known: " + why));
    }
}
