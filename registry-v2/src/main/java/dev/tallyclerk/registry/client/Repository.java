package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A repository of a registry: its manifests, blobs, tags and referrers.
 *
 * <p>Immutable, and safe for use by several threads if the client is. Content fetched by digest is verified before the
 * caller can use it. Missing content is an empty result; all other failures are exceptions.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 */
public final class Repository {
    /** As many as most registries give at a time; one that refuses is asked again, without a number. */
    static final int PAGE = 1000;

    private final RegistrySession session;
    private final String path;
    private final Endpoints places;

    Repository(RegistrySession session, String path) {
        this(session, path, Endpoints.of(session, path));
    }

    private Repository(RegistrySession session, String path, Endpoints places) {
        this.session = session;
        this.path = Objects.requireNonNull(path, "path");
        this.places = places;
    }

    /** {@return the name of the repository in its registry, such as {@code library/debian}} */
    public String path() {
        return path;
    }

    /** {@return the registry's name as in references, such as {@code docker.io}} */
    public String registry() {
        return session.registry();
    }

    /**
     * {@return this repository, each of whose calls, blobs included, takes at most {@code timeout}}
     *
     * @throws IllegalArgumentException if {@code timeout} is not positive
     */
    public Repository withTimeout(Duration timeout) {
        return new Repository(session.withHttp(http -> http.withTimeout(timeout)), path);
    }

    /** {@return this repository, whose calls end when {@code cancellation} is cancelled} */
    public Repository withCancellation(Cancellation cancellation) {
        Objects.requireNonNull(cancellation, "cancellation");
        return new Repository(session.withHttp(http -> http.withCancellation(cancellation)), path);
    }

    boolean hasMirrors() {
        return !places.mirrors().isEmpty();
    }

    /** {@return this repository, read without mirrors} */
    Repository withoutMirrors() {
        return new Repository(session, path, places.withoutMirrors());
    }

    /** {@return a writer for this repository} */
    public RepositoryWriter writer() {
        return new RepositoryWriter(session, path);
    }

    /**
     * {@return the manifest or index of a tag, which only the registry vouches for, or nothing if there is no such tag}
     *
     * <p>The document must agree with the Content-Type header. Pin its {@link Manifest#digest()}.
     *
     * @throws IllegalArgumentException if {@code tag} cannot be one
     * @throws MalformedDocumentException if the document is not a manifest or index within the limits
     * @throws HttpException if there is no usable answer, or a Docker-Content-Digest header contradicts the bytes
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">OCI
     *     distribution-spec v1.1.1, Pulling manifests</a>
     */
    public Optional<Manifest> manifest(String tag) throws IOException {
        ReferenceParts.requireTag(tag);
        return places.byTag(place -> {
            Optional<TaggedManifest> found = new ManifestFetch(place).tagged(tag);
            return found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            found.get().document().parse(session.settings().documents()));
        });
    }

    /**
     * {@return the manifest or index of a digest, verified, or nothing if the registry does not have it}
     *
     * <p>The digest of a signed manifest of schema 1 is that of the signed payload.
     *
     * @throws VerificationException if the bytes do not match the digest, or its algorithm is not supported
     * @throws MalformedDocumentException if the bytes match, but are not a manifest or index within the limits
     * @throws HttpException if there is no usable answer
     */
    public Optional<Manifest> manifest(Digest digest) throws IOException {
        return places.byDigest(place -> new ManifestFetch(place).manifest(digest, "", OptionalLong.empty()));
    }

    /**
     * {@return the manifest or index that a descriptor describes, verified, or nothing if the registry does not have
     * it}
     *
     * <p>The descriptor's media type counts, not the registry's.
     *
     * @throws VerificationException if the bytes do not match the digest, or its algorithm is not supported
     * @throws MalformedDocumentException if the descriptor's size is above the limit, without a request, or the bytes
     *     match, but are not a manifest or index of the descriptor's media type within the limits
     * @throws HttpException if there is no usable answer
     */
    public Optional<Manifest> manifest(Descriptor descriptor) throws IOException {
        return places.byDigest(place -> new ManifestFetch(place)
                .manifest(descriptor.digest(), descriptor.mediaType(), OptionalLong.of(descriptor.size())));
    }

    /**
     * {@return the registry's claim about the manifest of a tag, or nothing if there is no such tag}
     *
     * <p>The manifest itself is fetched only if the headers are incomplete.
     *
     * @throws IllegalArgumentException if {@code tag} cannot be one
     * @throws HttpException if there is no usable answer
     */
    public Optional<ManifestClaim> manifestClaim(String tag) throws IOException {
        ReferenceParts.requireTag(tag);
        return places.byTag(place -> new ManifestFetch(place).claimOfTag(tag));
    }

    /**
     * {@return the registry's claim about the manifest of a digest, or nothing if it does not have it}
     *
     * <p>The manifest itself is fetched only if the headers are incomplete. If there are mirrors, the claim is that of
     * the first one that has the manifest.
     *
     * @throws HttpException if there is no usable answer, or the registry names another digest
     */
    public Optional<ManifestClaim> manifestClaim(Digest digest) throws IOException {
        return places.byDigest(place -> new ManifestFetch(place).claimOfDigest(digest));
    }

    /**
     * {@return the content that a descriptor describes, verified while it is read, or nothing if the registry does not
     * have it}
     *
     * <p>The stream ends only if size and digest match, and throws a {@link VerificationException} otherwise; do not
     * trust any byte before the end. After a broken connection it continues with a new request; the {@link RetryPolicy}
     * limits the attempts without progress. It reads at most one byte more than the size. The caller closes it. A
     * mirror that sent wrong content is not used for that content again by any client that shares these mirrors.
     *
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws HttpException if there is no usable answer
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs">OCI
     *     distribution-spec v1.1.1, Pulling blobs</a>
     */
    public Optional<VerifyingInputStream> blob(Descriptor descriptor) throws IOException {
        ContentVerifier verifier = ContentVerifier.of(descriptor.digest(), descriptor.size());
        return download(descriptor, 0, verifier::state)
                .map(content -> VerifyingInputStream.of(content, verifier, ContentVerifier.DEFAULT_HOLD_BACK));
    }

    /**
     * {@return the content that has a digest, verified while it is read, or nothing if the registry does not have it}
     *
     * <p>For callers that do not know the size. It is the one that the response claims, so a HEAD request is not
     * needed; {@link VerifyingInputStream#remaining} says it. A response without a size is not resumed where the
     * connection breaks, and its last bytes are not held back: a caller that passes them on must not complete them
     * before the stream has ended. There is no limit to the size. Otherwise the same as {@link #blob(Descriptor)}.
     *
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws HttpException if there is no usable answer
     */
    public Optional<VerifyingInputStream> blob(Digest digest) throws IOException {
        return BlobDownload.open(places.blob(digest), digest, session.deadline(true));
    }

    /**
     * {@return the unverified bytes of the content that a descriptor describes, from an offset on, or nothing if the
     * registry does not have it}
     *
     * <p>For callers that have the earlier bytes, for example from a partial download, and verify the whole. The stream
     * has at most one byte more than the size. Broken connections are resumed as in {@link #blob}. The caller closes
     * the stream.
     *
     * @param offset the number of bytes to skip, from 0 to the descriptor's size; if it is the size, no request is made
     * @throws IndexOutOfBoundsException if it is negative or larger
     * @throws HttpException if there is no usable answer
     */
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        return download(descriptor, offset, () -> State.NOT_FINISHED);
    }

    private Optional<InputStream> download(Descriptor descriptor, long offset, Supplier<State> verdict)
            throws IOException {
        Deadline deadline = session.deadline(true);
        Optional<InputStream> found =
                BlobDownload.open(places.blob(descriptor.digest()), descriptor, offset, deadline, verdict);
        if (found.isPresent() || !session.settings().reading().foreignUrls()) {
            return found;
        }
        List<BlobAddress> foreign = BlobAddress.foreign(descriptor, session);
        return foreign.isEmpty() ? Optional.empty() : BlobDownload.open(foreign, descriptor, offset, deadline, verdict);
    }

    /**
     * {@return whether the registry reports a blob of that digest}
     *
     * @throws HttpException if there is no usable answer
     * @see <a
     *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#checking-if-content-exists-in-the-registry">OCI
     *     distribution-spec v1.1.1, Checking if content exists in the registry</a>
     */
    public boolean hasBlob(Digest digest) throws IOException {
        try (CallResponse answer = askAbout(digest)) {
            return isThere(answer, digest);
        }
    }

    private boolean isThere(CallResponse answer, Digest digest) throws HttpException {
        if (answer.status() != 200) {
            return false;
        }
        ContentDigest.requireOf(answer, session, digest);
        return true;
    }

    /**
     * {@return the size in bytes that the registry reports for a blob of that digest, or nothing if it has none}
     *
     * <p>For callers that know only the digest, such as a proxy that announces a Content-Length; {@link #blob} verifies
     * digest and size.
     *
     * @throws HttpException if there is no usable answer, or the answer has no size
     */
    public OptionalLong blobSize(Digest digest) throws IOException {
        try (CallResponse answer = askAbout(digest)) {
            if (!isThere(answer, digest)) {
                return OptionalLong.empty();
            }
            OptionalLong size = answer.claimedSize();
            boolean none = size.isPresent() && size.getAsLong() == 0 && !isOfNothing(digest);
            if (size.isEmpty() || none) {
                throw new RegistryException(Reason.PROTOCOL, 200, host() + " does not say how large " + digest + " is");
            }
            return size;
        }
    }

    /** {@return whether it is the digest of no bytes; 0 is what some registries mean by no length} */
    private static boolean isOfNothing(Digest digest) {
        return digest.algorithm().isSupported()
                && Digest.of(digest.algorithm(), new byte[0]).equals(digest);
    }

    private CallResponse askAbout(Digest digest) throws HttpException {
        RepositoryEndpoint place = places.registry();
        Call call = Call.reading("HEAD", place.uri("blobs/" + digest), place.pull());
        return session.execute(call.accepting(200, 404));
    }

    /**
     * {@return all tags, in the registry's order, without duplicates}
     *
     * <p>Names that are not valid tags are skipped and reported to the {@link RegistryListener}.
     *
     * @throws HttpException as {@link Pages#next} does; {@link HttpException.Reason#NOT_FOUND} if there is no such
     *     repository
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags">OCI
     *     distribution-spec v1.1.1, Listing Tags</a>
     */
    public List<String> tags() throws IOException {
        return tagPages(PAGE).all();
    }

    /**
     * {@return all tags, page by page}
     *
     * @param pageSize the requested number of tags per page, at most {@link RegistryLimits#maxListEntries}; the
     *     registry may send fewer or more
     * @throws IllegalArgumentException if {@code pageSize} is below 1
     */
    public Pages<String> tagPages(int pageSize) {
        return tagPages(Pages.size(pageSize, session));
    }

    /**
     * {@return the tags after a given one, in the registry's order, page by page}
     *
     * @param pageSize the requested number of tags per page, at most {@link RegistryLimits#maxListEntries}; the
     *     registry may send fewer or more, and some give all
     * @param last the tag after which the list begins, which need not be there
     * @throws IllegalArgumentException if {@code pageSize} is below 1, or {@code last} cannot be a tag
     */
    public Pages<String> tagPages(int pageSize, String last) {
        ReferenceParts.requireTag(last);
        return tagPages(Pages.size(pageSize, session) + "&last=" + last);
    }

    private Pages<String> tagPages(String query) {
        RepositoryEndpoint place = places.registry();
        Call call = Call.reading("GET", place.uri("tags/list?" + query), place.pull());
        return new Pages<>(session, call, NameList.ofTags(session.settings()));
    }

    /**
     * {@return the referrers of a manifest that the registry lists, without duplicates}
     *
     * <p>The list is a claim: registries report wrong sizes and artifact types, omit annotations, and may omit or
     * invent whole entries. To be sure, fetch each entry with {@link #manifest(Digest)} and look at its
     * {@link Manifest#subject}. Do not use {@link #manifest(Descriptor)}, which would reject an honest manifest if the
     * entry's size is wrong. If the registry has no referrers API, the list is the index of the referrers tag schema.
     * The subject need not exist.
     *
     * @throws MalformedDocumentException if the list is not an index within the limits
     * @throws HttpException as {@link Pages#next} does
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers">OCI
     *     distribution-spec v1.1.1, Listing Referrers</a>
     */
    public List<Descriptor> referrers(Digest subject) throws IOException {
        return referrerPages(subject).all();
    }

    /**
     * {@return the referrers of a manifest of one artifact type that the registry lists, without duplicates}
     *
     * <p>Unless the registry reports that it has applied the filter, the client applies it. If an entry has no type, or
     * that of an empty configuration, its manifest is fetched to learn the type, for up to 100 entries;
     * {@link RegistryListener#ignored} receives entries whose type stays unknown.
     *
     * @param artifactType the type
     * @throws IllegalArgumentException if it is not a media type
     * @throws MalformedDocumentException if the list is not an index within the limits
     * @throws HttpException as {@link Pages#next} does
     * @see #referrers(Digest)
     */
    public List<Descriptor> referrers(Digest subject, String artifactType) throws IOException {
        return referrerPages(subject, artifactType).all();
    }

    /**
     * {@return the referrers of a manifest that the registry lists, page by page}
     *
     * @see #referrers(Digest)
     */
    public Pages<Descriptor> referrerPages(Digest subject) {
        return ReferrerList.of(places.registry(), subject, "");
    }

    /**
     * {@return the referrers of a manifest of one artifact type that the registry lists, page by page}
     *
     * @throws IllegalArgumentException if {@code artifactType} is not a media type
     * @see #referrers(Digest, String)
     */
    public Pages<Descriptor> referrerPages(Digest subject, String artifactType) {
        if (!MediaType.isValid(artifactType)) {
            throw new IllegalArgumentException("not a media type: " + Quoted.quote(artifactType));
        }
        return ReferrerList.of(places.registry(), subject, artifactType);
    }

    /**
     * {@return the content of a tag}
     *
     * @throws HttpException with the registry's own words if there is nothing
     */
    Optional<TaggedManifest> tagged(String tag) throws IOException {
        return places.byTag(place -> {
            ManifestFetch fetch = new ManifestFetch(place);
            return place.namespace().isEmpty() ? Optional.of(fetch.required(tag)) : fetch.tagged(tag);
        });
    }

    /** {@return the document of that digest; a mirror's only if it has that digest} */
    Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        return manifest(digest, maxBytes, fetch -> fetch.document(digest, maxBytes));
    }

    /**
     * {@return what {@link #unverifiedManifest} does}
     *
     * @throws HttpException with the registry's own words if there is nothing
     */
    FetchedManifest requiredManifest(Digest digest, int maxBytes) throws IOException {
        return manifest(digest, maxBytes, fetch -> Optional.of(fetch.requiredDocument(digest, maxBytes)))
                .orElseThrow();
    }

    private Optional<FetchedManifest> manifest(Digest digest, int maxBytes, AtRegistry atRegistry) throws IOException {
        return places.byDigest(place -> {
            ManifestFetch fetch = new ManifestFetch(place);
            return place.namespace().isEmpty() ? atRegistry.read(fetch) : fetch.verifiedDocument(digest, maxBytes);
        });
    }

    /** Reads a manifest at the registry itself. */
    @FunctionalInterface
    private interface AtRegistry {
        Optional<FetchedManifest> read(ManifestFetch fetch) throws IOException;
    }

    RegistrySession session() {
        return session;
    }

    String host() {
        return session.host();
    }

    /** {@return registry and path, for a person to read} */
    @Override
    public String toString() {
        return session.registry() + "/" + path;
    }
}
