package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.RegistryLimits;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads lists of referrers, also of registries that do not make them.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers">OCI
 *     distribution-spec v1.1.1, Listing Referrers</a>
 */
final class ReferrerList implements Pages.Page<Descriptor> {
    private final RepositoryPlace place;
    private final Digest subject;

    /** The only one that is wanted, or an empty text for any. */
    private final String artifactType;

    private ReferrerList(RepositoryPlace place, Digest subject, String artifactType) {
        this.place = place;
        this.subject = subject;
        this.artifactType = artifactType;
    }

    static Pages<Descriptor> of(RepositoryPlace place, Digest subject, String artifactType) {
        String query = artifactType.isEmpty()
                ? ""
                : "?artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
        Call call = Call.reading("GET", place.uri("referrers/" + subject + query), place.pull())
                .with("Accept", MediaType.OCI_INDEX);
        return new Pages<>(place.session(), call, new ReferrerList(place, subject, artifactType));
    }

    @Override
    public List<Descriptor> entries(Document document) throws IOException {
        Answer answer = document.answer();
        String type = MediaType.ofContentType(answer.header("Content-Type").orElse(""));
        RegistryLimits limits = place.session()
                .settings()
                .documents()
                .withMaxManifestBytes(place.session().settings().limits().maxPageBytes());
        List<Descriptor> all = index(type, document.bytes(), limits);
        boolean filtered = answer.headers("OCI-Filters-Applied").stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .anyMatch(filter -> filter.strip().equals("artifactType"));
        return wanted(all, filtered);
    }

    /** The referrers tag schema: a client MUST fall back to it. */
    @Override
    public List<Descriptor> withoutList(RegistryException failure) throws IOException {
        Optional<TaggedManifest> found =
                new ManifestFetch(place).tagged(ReferrersTag.of(subject), List.of(MediaType.OCI_INDEX));
        if (found.isEmpty()) {
            return List.of();
        }
        List<Descriptor> all = index(
                found.get().document().mediaType(),
                found.get().document().bytes(),
                place.session().settings().documents());
        return wanted(all, false);
    }

    private List<Descriptor> index(String mediaType, byte[] bytes, RegistryLimits limits) throws IOException {
        if (!mediaType.isEmpty() && !mediaType.equals(MediaType.OCI_INDEX)) {
            throw noIndex(mediaType);
        }
        Manifest document = Manifest.parse(bytes, mediaType, limits);
        if (!(document instanceof ImageIndex index) || !index.mediaType().equals(MediaType.OCI_INDEX)) {
            throw noIndex(document.mediaType());
        }
        return index.manifests();
    }

    /**
     * {@return those that are wanted}
     *
     * @param filtered whether the registry says that it gives no others, so that what has no type has the wanted one
     */
    private List<Descriptor> wanted(List<Descriptor> all, boolean filtered) {
        return artifactType.isEmpty()
                ? all
                : all.stream()
                        .filter(referrer -> referrer.artifactType()
                                .map(artifactType::equals)
                                .orElse(filtered))
                        .toList();
    }

    private RegistryException noIndex(String mediaType) {
        return new RegistryException(
                Reason.PROTOCOL,
                200,
                place.session().host() + " lists the referrers of " + subject + " in what is no OCI index: "
                        + mediaType);
    }
}
