package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Asks for manifests at one place. What a header says of them is believed only where it can be compared. */
final class ManifestFetch {
    /** What servers of files say of every document of JSON, or of every document. */
    private static final Set<String> GENERIC =
            Set.of("application/json", "application/octet-stream", "binary/octet-stream", "text/plain", "text/html");

    /** The byte order mark in UTF-8. */
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /** A quoted parameter of a Content-Type, which may have commas. */
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

    private static final String BLANKS = " \t\r\n\f";

    private final RepositoryEndpoint place;
    private final DocumentLimits limits;

    /** What was sent for documents that {@link #document} has got. */
    private Secrets sent = Secrets.none();

    ManifestFetch(RepositoryEndpoint place) {
        this.place = place;
        this.limits = place.session().settings().documents();
    }

    /**
     * {@return the content of a tag, which need not be a manifest}
     *
     * @throws HttpException if the registry contradicts itself about its digest
     */
    Optional<TaggedManifest> tagged(String tag) throws IOException {
        return read(call("GET", tag));
    }

    /** {@return the document of what {@link #tagged} finds, even if it is an HTML page} */
    Optional<Document> index(String tag) throws IOException {
        Call call = call("GET", tag).with("Accept", MediaType.OCI_INDEX);
        Optional<Document> found = Document.read(place.session(), call, limits.maxManifestBytes());
        if (found.isPresent()) {
            refuseLie(found.get().answer(), fetched(found.get()));
        }
        return found;
    }

    /** {@return what {@link #tagged} does, where something is there; if not, the failure has the registry's words} */
    TaggedManifest required(String tag) throws IOException {
        try {
            return read(call("GET", tag).accepting(200)).orElseThrow();
        } catch (HttpException e) {
            throw about(":" + tag, e);
        }
    }

    /** {@return the failure, which where it means that something is not there says what in the user's words too} */
    private HttpException about(String name, HttpException e) {
        boolean absent = e.reason() == Reason.NOT_FOUND && !e.details().unprocessed();
        return absent
                ? e.withMessage(place.session().host() + " has no " + place.path() + name + ": " + e.getMessage())
                : e;
    }

    /** {@return what was sent for the documents of digests, which may be repeated in what is said of those} */
    Secrets sent() {
        return sent;
    }

    private Optional<TaggedManifest> read(Call call) throws IOException {
        Optional<Document> found = Document.read(place.session(), call, limits.maxManifestBytes());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        refusePage(found.get());
        FetchedManifest manifest = fetched(found.get());
        refuseLie(found.get().answer(), manifest);
        return Optional.of(new TaggedManifest(digest(manifest, DigestAlgorithm.SHA256), manifest));
    }

    private FetchedManifest fetched(Document found) throws HttpException {
        return FetchedManifest.of(found.bytesWithin(limits.maxManifestBytes()), mediaType(found.answer()));
    }

    /** {@return the content of a digest, cut off after one byte more than {@code maxBytes}} */
    Optional<FetchedManifest> document(Digest digest, int maxBytes) throws IOException {
        return document(call("GET", digest.toString()), maxBytes);
    }

    /** {@return what {@link #document} does, where something is there; if not, the failure has the registry's words} */
    FetchedManifest requiredDocument(Digest digest, int maxBytes) throws IOException {
        Call call = call("GET", digest.toString());
        try {
            return document(call.accepting(200), maxBytes).orElseThrow();
        } catch (HttpException e) {
            throw about("@" + digest, e);
        }
    }

    private Optional<FetchedManifest> document(Call call, int maxBytes) throws IOException {
        Optional<Document> found = Document.read(place.session(), call, maxBytes);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Document document = found.get();
        sent = sent.and(document.answer().secrets());
        refusePage(document);
        return Optional.of(FetchedManifest.of(document.bytes(), mediaType(document.answer())));
    }

    /** An HTML page, such as a login page, is not a broken manifest: there is no manifest. */
    private static void refusePage(Document found) throws HttpException {
        if (HtmlPage.is(found.answer()) && !beginsAnObject(found.bytes())) {
            throw HtmlPage.failure(found.answer(), "a manifest");
        }
    }

    /** {@return whether the first byte is a brace, after a byte order mark and blanks, with which pages begin too} */
    private static boolean beginsAnObject(byte[] bytes) {
        int at = Arrays.equals(bytes, 0, Math.min(bytes.length, MARK.length), MARK, 0, MARK.length) ? MARK.length : 0;
        while (at < bytes.length && BLANKS.indexOf(bytes[at]) >= 0) {
            at++;
        }
        return at < bytes.length && bytes[at] == '{';
    }

    /** {@return the content of a digest, within the limits, unverified} */
    private Optional<FetchedManifest> document(Digest digest) throws IOException {
        Optional<FetchedManifest> found = document(digest, limits.maxManifestBytes());
        if (found.isPresent() && found.get().size() > limits.maxManifestBytes()) {
            throw new RegistryException(
                    Reason.LIMIT_EXCEEDED,
                    200,
                    place.session().host() + " sends a manifest of more than " + limits.maxManifestBytes() + " bytes");
        }
        return found;
    }

    /**
     * {@return the manifest or index of a digest}
     *
     * @param mediaType the type that the digest came with, or an empty string
     * @param size the size that the digest came with, if it did
     */
    Optional<Manifest> manifest(Digest digest, String mediaType, OptionalLong size) throws IOException {
        ResolvedDigest promised = size.isPresent()
                ? ResolvedDigest.of(digest, size.getAsLong(), place.session().host())
                : ResolvedDigest.of(digest, place.session().host());
        Manifest.requireAllowedSize(promised, limits);
        Optional<FetchedManifest> found = document(digest);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get().parseVerified(promised, mediaType, limits));
    }

    /** {@return the content of a digest, if it has that digest and is not too long} */
    Optional<FetchedManifest> verifiedDocument(Digest digest, int maxBytes) throws IOException {
        return document(digest, maxBytes)
                .filter(found -> found.size() <= maxBytes
                        && digest.algorithm().isSupported()
                        && digest(found, digest.algorithm()).equals(digest));
    }

    /** {@return what the registry says that there is under a tag} */
    Optional<ManifestClaim> claimOfTag(String tag) throws IOException {
        Optional<CallResponse> head = head(tag);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        CallResponse answer = head.get();
        Optional<Digest> digest = answer.status() == 200 ? ContentDigest.of(answer, place.session()) : Optional.empty();
        OptionalLong size = size(answer);
        String type = claimedType(answer);
        if (digest.isPresent() && size.isPresent() && !type.isEmpty()) {
            return Optional.of(new ManifestClaim(type, digest.get(), size.getAsLong()));
        }
        // Old registries do not say all of it, and some do not know HEAD.
        return tagged(tag)
                .map(found -> new ManifestClaim(
                        found.document().mediaType(),
                        found.digest(),
                        found.document().size()));
    }

    /** {@return what the registry says that there is under a digest} */
    Optional<ManifestClaim> claimOfDigest(Digest digest) throws IOException {
        Optional<CallResponse> head = head(digest.toString());
        if (head.isEmpty()) {
            return Optional.empty();
        }
        CallResponse answer = head.get();
        if (answer.status() == 200) {
            Optional<Digest> claimed = ContentDigest.of(answer, place.session());
            if (claimed.isPresent()
                    && claimed.get().algorithm().equals(digest.algorithm())
                    && !claimed.get().equals(digest)) {
                throw lie(answer, claimed.get());
            }
            OptionalLong size = size(answer);
            String type = claimedType(answer);
            if (size.isPresent() && !type.isEmpty()) {
                return Optional.of(new ManifestClaim(type, digest, size.getAsLong()));
            }
        }
        return document(digest).map(found -> new ManifestClaim(found.mediaType(), digest, found.size()));
    }

    /** {@return the type that is claimed; an HTML page has none, and the request for the manifest shows its content} */
    private static String claimedType(CallResponse answer) throws HttpException {
        return HtmlPage.is(answer) ? "" : announced(answer);
    }

    /** {@return the size that is claimed; none is what some registries mean by 0, which no manifest has} */
    private static OptionalLong size(CallResponse answer) {
        OptionalLong claimed = answer.claimedSize();
        return claimed.isPresent() && claimed.getAsLong() == 0 ? OptionalLong.empty() : claimed;
    }

    /** {@return the answer, closed, of status 200 or of one that may be meant for HEAD only; nothing for 404} */
    private Optional<CallResponse> head(String reference) throws IOException {
        Call call = call("HEAD", reference).accepting(200, 400, 403, 404, 405, 501);
        try (CallResponse answer = place.session().execute(call)) {
            return answer.status() == 404 ? Optional.empty() : Optional.of(answer);
        }
    }

    private Call call(String method, String reference) {
        return Call.reading(method, place.uri("manifests/" + reference), place.pull())
                .acceptingManifests()
                .accepting(200, 404);
    }

    /** {@return the announced type, for reading the document; an unreadable one has its secrets redacted} */
    static String mediaType(CallResponse answer) throws HttpException {
        String type = announced(answer);
        // The reader quotes an unreadable type, and knows no secrets.
        return type.isEmpty() || MediaType.readableManifests().contains(type)
                ? type
                : MediaType.ofContentType(answer.secrets()
                        .hideBeginning(answer.header("Content-Type").orElse("")));
    }

    /**
     * {@return the type that is announced; one that any JSON document may have announces none}
     *
     * @throws HttpException if there are several Content-Type headers that disagree: clients would read the bytes as
     *     different documents
     */
    private static String announced(CallResponse answer) throws HttpException {
        List<String> types = answer.headers("Content-Type").stream()
                .flatMap(header ->
                        Arrays.stream(QUOTED.matcher(header).replaceAll("").split(",", -1)))
                .map(MediaType::ofContentType)
                .distinct()
                .toList();
        if (types.size() > 1) {
            throw answer.secrets()
                    .hide(new RegistryException(
                            Reason.PROTOCOL,
                            answer.status(),
                            Origins.host(answer.uri()) + " gives two types for one manifest: Content-Type is "
                                    + Quoted.quote(types.get(0)) + " and " + Quoted.quote(types.get(1))));
        }
        String type = types.isEmpty() ? "" : types.get(0);
        return GENERIC.contains(type) ? "" : type;
    }

    /** {@return the digest by which a registry knows a manifest: that of its bytes, or of what is signed of it} */
    private Digest digest(FetchedManifest manifest, DigestAlgorithm algorithm) {
        // Of what is not announced as anything the document says whether it is one of the signed ones.
        if (manifest.mediaType().isEmpty() || MediaType.isSchema1(manifest.mediaType())) {
            try {
                return manifest.parse(limits).digest(algorithm);
            } catch (MalformedDocumentException e) {
                // Falls through: the reader of the manifest finds out what is wrong with these bytes.
            }
        }
        return Digest.of(algorithm, manifest.bytes());
    }

    /** The header is worth nothing as a promise; but a registry whose header contradicts its body is not to be used. */
    private void refuseLie(CallResponse answer, FetchedManifest manifest) throws HttpException {
        Optional<Digest> claimed = ContentDigest.of(answer, place.session());
        if (claimed.isPresent()
                && claimed.get().algorithm().isSupported()
                && !digest(manifest, claimed.get().algorithm()).equals(claimed.get())) {
            throw lie(answer, claimed.get());
        }
    }

    private static HttpException lie(CallResponse answer, Digest claimed) {
        return ContentDigest.wrong(
                answer, answer.uri().getRawAuthority() + " says that its manifest is " + claimed + ", and has another");
    }
}
