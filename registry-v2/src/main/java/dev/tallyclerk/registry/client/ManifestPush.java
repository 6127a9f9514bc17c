package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts manifests into a repository. */
final class ManifestPush {
    /** What a registry may answer that takes fewer tags at a time. */
    private static final int URI_TOO_LONG = 414;

    /** A registry of several servers may know of a blob at one of them, and a moment later at all. */
    private static final Set<String> LACKS_BLOBS = Set.of("MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN");

    private static final int ATTEMPTS_WITHOUT_BLOBS = 3;

    /** Statuses of a refusal that say nothing of a tag. */
    private static final Set<Integer> NOT_OF_A_TAG = Set.of(401, 408, URI_TOO_LONG, 429);

    /** The caller has read the document, within limits of its own. */
    private static final DocumentLimits NO_LIMITS = new DocumentLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            JsonLimits.DEEPEST,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private final RegistrySession session;
    private final String path;

    ManifestPush(RegistrySession session, String path) {
        this.session = session;
        this.path = path;
    }

    /**
     * What a registry says of a document that it took.
     *
     * @param digest the digest by which it says that it has the document, if it says one
     * @param subject the subject in whose list of referrers it is, if the registry knows of subjects
     * @param tags the tags that stand for it now, if the registry knows of more than one at a time
     * @param before whether it had the document before, and has taken nothing
     */
    private record Taken(Optional<Digest> digest, Optional<String> subject, Set<String> tags, boolean before) {
        static Taken before(Set<String> tags) {
            return new Taken(Optional.empty(), Optional.empty(), tags, true);
        }
    }

    /**
     * Puts a document under a reference and, if the registry does not know of subjects, into its subject's index.
     *
     * @param manifest its type, digest and size
     * @param document its exact bytes
     * @param reference a tag or the digest
     * @return the digest by which the registry has it, compared with the document; that of {@code manifest} if the
     *     registry says none
     */
    Digest put(Descriptor manifest, byte[] document, String reference) throws IOException {
        // Before anything is sent: what cannot be read must not have a tag by then.
        return put(manifest, document, parsed(manifest, document), reference);
    }

    /** Does the same with a manifest or an index. */
    void put(Manifest manifest, String reference) throws IOException {
        put(manifest.descriptor(), manifest.bytes(), manifest, reference);
    }

    private Digest put(Descriptor manifest, byte[] document, @Nullable Manifest parsed, String reference)
            throws IOException {
        Set<String> tags = ReferenceParts.isTag(reference) ? Set.of(reference) : Set.of();
        Taken taken = send(manifest, document, reference, tags);
        listReferrer(manifest, parsed, taken);
        return taken.digest().orElse(manifest.digest());
    }

    /**
     * Puts a manifest or an index under its digest and lets tags stand for it, in one request where the registry
     * confirms that, and in one for each tag that it does not confirm.
     *
     * @param tags the tags, each once
     */
    void put(Manifest parsed, Set<String> tags) throws IOException {
        Descriptor manifest = parsed.descriptor();
        byte[] document = parsed.bytes();
        Taken taken = sendWithTags(manifest, document, tags);
        Set<String> confirmed = taken.tags();
        for (String tag : tags) {
            if (!confirmed.contains(tag)) {
                taken = send(manifest, document, tag, Set.of(tag));
            }
        }
        listReferrer(manifest, parsed, taken);
    }

    private Taken sendWithTags(Descriptor manifest, byte[] document, Set<String> tags) throws IOException {
        try {
            return send(manifest, document, manifest.digest() + "?tag=" + String.join("&tag=", tags), tags);
        } catch (HttpException e) {
            if (e.status() == URI_TOO_LONG) {
                return Taken.before(Set.of());
            }
            throw e;
        }
    }

    /**
     * Puts a document under a reference, for so many tags. A registry that lets no tag be put twice has done it already
     * where they stand for the document.
     */
    private Taken send(Descriptor manifest, byte[] document, String reference, Set<String> tags) throws IOException {
        Deadline deadline = session.deadline(false);
        RegistrySession bounded = session.within(deadline);
        Attempts attempts = session.attempts(deadline);
        while (true) {
            try {
                return sendOnce(bounded, manifest, document, reference);
            } catch (HttpException e) {
                boolean mayFollow = !attempts.isLast() && attempts.failed() + 1 < ATTEMPTS_WITHOUT_BLOBS;
                if (e.codes().stream().anyMatch(LACKS_BLOBS::contains) && mayFollow) {
                    attempts.pause(e);
                } else if (mayStand(e, tags) && stand(bounded, document, tags, e)) {
                    return Taken.before(tags);
                } else {
                    throw e;
                }
            }
        }
    }

    private static boolean mayStand(HttpException refusal, Set<String> tags) {
        boolean refused = refusal.status() >= 400
                && refusal.status() < 500
                && !refusal.details().unprocessed();
        return refused && !NOT_OF_A_TAG.contains(refusal.status()) && !tags.isEmpty();
    }

    /** {@return whether the tags stand for these very bytes; what keeps that from being seen goes with the refusal} */
    private boolean stand(RegistrySession bounded, byte[] document, Set<String> tags, HttpException refusal) {
        for (String tag : tags) {
            Call call = Call.reading("GET", uri(tag), Scope.push(path))
                    .acceptingManifests()
                    .accepting(200, 404);
            try {
                Optional<Document> found = Document.read(bounded, call, document.length);
                if (found.isEmpty() || !Arrays.equals(found.get().bytes(), document)) {
                    return false;
                }
            } catch (HttpException e) {
                refusal.addSuppressed(e);
                return false;
            }
        }
        return true;
    }

    private URI uri(String reference) {
        return session.base().resolve(path + "/manifests/" + reference);
    }

    private Taken sendOnce(RegistrySession bounded, Descriptor manifest, byte[] document, String reference)
            throws IOException {
        Call call = Call.writing("PUT", uri(reference), Scope.push(path), RequestBody.of(document), 200, 201, 202)
                .with("Content-Type", manifest.mediaType());
        try (CallResponse answer = bounded.execute(call.repeated())) {
            return new Taken(
                    sameDigest(answer, manifest, document),
                    answer.header("OCI-Subject"),
                    Set.copyOf(answer.headers("OCI-Tag")),
                    false);
        }
    }

    private void listReferrer(Descriptor manifest, @Nullable Manifest referrer, Taken taken) throws IOException {
        Optional<Digest> subject =
                Optional.ofNullable(referrer).flatMap(Manifest::subject).map(Descriptor::digest);
        if (referrer == null || subject.isEmpty() || taken.subject().equals(subject.map(Digest::toString))) {
            return;
        }
        ReferrersFallback fallback = new ReferrersFallback(session, path);
        // A registry that has taken nothing has not said either whether it knows of subjects.
        if (!taken.before() || !fallback.isOffered(subject.get(), Scope.push(path))) {
            fallback.add(subject.get(), ReferrersIndex.describe(manifest, referrer));
        }
    }

    /** {@return the document, if it is of a kind that has a subject} */
    private static @Nullable Manifest parsed(Descriptor manifest, byte[] document) throws MalformedDocumentException {
        boolean mayHaveSubject = MediaType.isManifest(manifest.mediaType()) || MediaType.isIndex(manifest.mediaType());
        return mayHaveSubject ? Manifest.parse(document, manifest.mediaType(), NO_LIMITS) : null;
    }

    /** {@return the digest that the registry says, if it is one of the document that can be computed} */
    private Optional<Digest> sameDigest(CallResponse answer, Descriptor manifest, byte[] document) throws IOException {
        Optional<Digest> claimed = ContentDigest.of(answer, session)
                .filter(digest -> digest.algorithm().isSupported());
        if (claimed.isPresent()
                && !claimed.get().equals(manifest.digest())
                && !claimed.get().equals(digest(manifest, document, claimed.get()))) {
            throw ContentDigest.contradiction(answer, session.host(), claimed.get(), manifest.digest());
        }
        return claimed;
    }

    /** {@return the digest of the document by another one's algorithm} */
    private Digest digest(Descriptor manifest, byte[] document, Digest like) throws MalformedDocumentException {
        return MediaType.isSchema1(manifest.mediaType())
                ? Manifest.parse(
                                document,
                                manifest.mediaType(),
                                session.settings().documents())
                        .digest(like.algorithm())
                : Digest.of(like.algorithm(), document);
    }
}
