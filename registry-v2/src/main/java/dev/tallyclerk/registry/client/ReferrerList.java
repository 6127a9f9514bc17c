package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.reference.ReferrersTag;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads lists of referrers, also of registries that do not make them.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers">OCI
 *     distribution-spec v1.1.1, Listing Referrers</a>
 */
final class ReferrerList implements Pages.Page<Descriptor> {
    private final RepositoryEndpoint place;
    private final Digest subject;

    /** The only one that is wanted, or an empty text for any. */
    private final String artifactType;

    private final ReferrerTypes types;

    private ReferrerList(RepositoryEndpoint place, Digest subject, String artifactType) {
        this.place = place;
        this.subject = subject;
        this.artifactType = artifactType;
        this.types = new ReferrerTypes(artifactType);
    }

    static Pages<Descriptor> of(RepositoryEndpoint place, Digest subject, String artifactType) {
        String query = artifactType.isEmpty()
                ? ""
                : "?artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
        Call call = call(place.uri("referrers/" + subject + query), place.pull());
        return new Pages<>(place.session(), call, new ReferrerList(place, subject, artifactType));
    }

    static Call call(URI target, Scope scope) {
        return Call.reading("GET", target, scope)
                .with("Accept", MediaType.OCI_INDEX)
                .ofItsOwn();
    }

    /**
     * {@return whether a failure means that the registry does not list referrers}
     *
     * <p>Registries that do not know the path take it for something else of theirs, or for the path of an HTML page, so
     * it is not only 404. One that knows it and fails is believed.
     */
    static boolean isNone(HttpException failure) {
        if (failure.details().unprocessed()) {
            return false; // it is the token service's, and the registry was not asked
        }
        return switch (failure.reason()) {
            case NOT_FOUND, UNSUPPORTED -> true;
            default ->
                failure.status() == 400
                        || failure.status() == 406
                        || failure.details().redirected();
        };
    }

    @Override
    public boolean isNotOffered(HttpException failure) {
        return isNone(failure);
    }

    @Override
    public List<Descriptor> entries(Document document) throws IOException {
        CallResponse answer = document.answer();
        DocumentLimits limits = place.session()
                .settings()
                .documents()
                .withMaxManifestBytes(place.session().settings().limits().maxPageBytes());
        try {
            return index(document, limits)
                    .orElseThrow(() -> new RegistryException(
                            Reason.UNSUPPORTED,
                            answer.status(),
                            lists() + " in a document that is not an OCI index: "
                                    + Quoted.quote(answer.header("Content-Type").orElse(""))))
                    .manifests();
        } catch (MalformedDocumentException e) {
            throw broken(e, answer);
        }
    }

    @Override
    public List<Descriptor> wanted(List<Descriptor> entries, Document document, RegistrySession asked)
            throws IOException {
        boolean filtered = document.answer().headers("OCI-Filters-Applied").stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .anyMatch(filter -> filter.strip().equals("artifactType"));
        return wanted(entries, filtered, at(asked), document.answer().secrets());
    }

    /**
     * {@return the index that is the registry's own list, or nothing if what it answers is something else}
     *
     * @throws MalformedDocumentException if it says that it is one and cannot be read, or passes a limit
     * @throws HttpException if its Content-Type headers disagree
     */
    static Optional<ImageIndex> index(Document document, DocumentLimits limits)
            throws MalformedDocumentException, HttpException {
        String type = ManifestFetch.mediaType(document.answer());
        try {
            return index(type, document.bytes(), limits);
        } catch (MalformedDocumentException e) {
            if (type.isEmpty() && !isOfAList(e)) {
                return Optional.empty(); // it does not say that it is one
            }
            throw e;
        }
    }

    /** {@return whether what is broken is a list, and not a page of something else} */
    private static boolean isOfAList(MalformedDocumentException e) {
        return e.pointer().toLowerCase(Locale.ROOT).startsWith("/manifests")
                || e.reason() == MalformedDocumentException.Reason.LIMIT_EXCEEDED;
    }

    /** The referrers tag schema: a client MUST fall back to it, and SHOULD treat an invalid index as no referrers. */
    @Override
    public List<Descriptor> withoutList(HttpException failure, RegistrySession asked) throws IOException {
        Optional<Document> found = new ManifestFetch(at(asked)).index(ReferrersTag.of(subject));
        if (found.isEmpty() || ReferrersTag.isSubjectItself(subject, found.get().bytes())) {
            return List.of();
        }
        CallResponse answer = found.get().answer();
        String type = ManifestFetch.mediaType(answer);
        try {
            Optional<ImageIndex> index =
                    index(type, found.get().bytes(), place.session().settings().documents());
            if (index.isPresent()) {
                return wanted(index.get().manifests(), false, at(asked), answer.secrets());
            }
            ignore("a document of the type " + Quoted.quote(type), answer.secrets());
        } catch (MalformedDocumentException e) {
            if (e.reason() == MalformedDocumentException.Reason.LIMIT_EXCEEDED) {
                throw broken(e, answer);
            }
            ignore(String.valueOf(e.getMessage()), answer.secrets());
        }
        return List.of();
    }

    private void ignore(String why, Secrets secrets) {
        String what = "what stands under the tag " + ReferrersTag.of(subject) + " of " + place.path()
                + " is no list of referrers: " + why;
        place.session().listener().ignored(place.session().host(), Quoted.printable(secrets.hide(what)));
    }

    /**
     * {@return the index that a document is, or nothing if it is something else}
     *
     * @param type its type as it was announced, or an empty text
     * @throws MalformedDocumentException if it is no valid document
     */
    private static Optional<ImageIndex> index(String type, byte[] bytes, DocumentLimits limits)
            throws MalformedDocumentException {
        if (!type.isEmpty() && !type.equals(MediaType.OCI_INDEX)) {
            return Optional.empty();
        }
        return Manifest.parse(bytes, type, limits) instanceof ImageIndex index
                        && index.mediaType().equals(MediaType.OCI_INDEX)
                ? Optional.of(index)
                : Optional.empty();
    }

    /**
     * {@return those that are wanted}
     *
     * @param filtered whether the registry says that it gives no others, so that what has no type has the wanted one
     * @param secrets what was sent for the list
     */
    private List<Descriptor> wanted(List<Descriptor> all, boolean filtered, RepositoryEndpoint asked, Secrets secrets)
            throws IOException {
        if (artifactType.isEmpty()) {
            return all;
        }
        if (!filtered) {
            return types.of(all, asked, secrets);
        }
        return all.stream()
                .filter(referrer ->
                        referrer.artifactType().map(artifactType::equals).orElse(true))
                .toList();
    }

    private RepositoryEndpoint at(RegistrySession asked) {
        return new RepositoryEndpoint(asked, place.path(), place.namespace(), place.tags());
    }

    /** {@return what says so of the list; in its words there may be what was sent for it} */
    private IOException broken(MalformedDocumentException e, CallResponse answer) {
        String about = lists() + " in a document that cannot be read";
        String said = String.valueOf(e.getMessage());
        String shown = answer.secrets().hide(said);
        if (shown.equals(said)) {
            return e.about(about);
        }
        boolean tooLarge = e.reason() == MalformedDocumentException.Reason.LIMIT_EXCEEDED;
        return new RegistryException(
                tooLarge ? Reason.LIMIT_EXCEEDED : Reason.PROTOCOL, answer.status(), about + ": " + shown);
    }

    private String lists() {
        return place.session().host() + " lists the referrers of " + subject;
    }
}
