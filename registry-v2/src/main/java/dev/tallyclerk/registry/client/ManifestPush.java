package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.transport.RequestBody;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Puts manifests into a repository. */
final class ManifestPush {
    /** What a registry may answer that takes fewer tags at a time. */
    private static final int URI_TOO_LONG = 414;

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
     */
    private record Taken(Optional<Digest> digest, Optional<String> subject, Set<String> tags) {}

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
        Taken taken = send(manifest, document, reference);
        listReferrer(manifest, document, taken);
        return taken.digest().orElse(manifest.digest());
    }

    /**
     * Puts a document under its digest and lets tags stand for it, in one request where the registry confirms that, and
     * in one for each tag that it does not confirm.
     *
     * @param tags the tags, each once
     */
    void put(Descriptor manifest, byte[] document, Set<String> tags) throws IOException {
        Taken taken = sendWithTags(manifest, document, tags);
        Set<String> confirmed = taken.tags();
        for (String tag : tags) {
            if (!confirmed.contains(tag)) {
                taken = send(manifest, document, tag);
            }
        }
        listReferrer(manifest, document, taken);
    }

    private Taken sendWithTags(Descriptor manifest, byte[] document, Set<String> tags) throws IOException {
        try {
            return send(manifest, document, manifest.digest() + "?tag=" + String.join("&tag=", tags));
        } catch (RegistryException e) {
            if (e.status() == URI_TOO_LONG) {
                return new Taken(Optional.empty(), Optional.empty(), Set.of());
            }
            throw e;
        }
    }

    private Taken send(Descriptor manifest, byte[] document, String reference) throws IOException {
        Call call = Call.writing(
                        "PUT",
                        session.base().resolve(path + "/manifests/" + reference),
                        Scope.push(path),
                        RequestBody.of(document),
                        200,
                        201,
                        202)
                .with("Content-Type", manifest.mediaType());
        try (Answer answer = session.execute(call.repeated())) {
            return new Taken(
                    sameDigest(answer, manifest, document),
                    answer.header("OCI-Subject"),
                    Set.copyOf(answer.headers("OCI-Tag")));
        }
    }

    private void listReferrer(Descriptor manifest, byte[] document, Taken taken) throws IOException {
        Optional<Manifest> referrer = parsed(manifest, document);
        Optional<Digest> subject = referrer.flatMap(Manifest::subject).map(Descriptor::digest);
        if (subject.isPresent() && !taken.subject().equals(subject.map(Digest::toString))) {
            Descriptor described = ReferrersIndex.describe(manifest, referrer.get());
            new ReferrersFallback(session, path).add(subject.get(), described);
        }
    }

    /** {@return the document, if it is of a kind that has a subject} */
    private static Optional<Manifest> parsed(Descriptor manifest, byte[] document) throws MalformedDocumentException {
        boolean mayHaveSubject = MediaType.isManifest(manifest.mediaType()) || MediaType.isIndex(manifest.mediaType());
        // Whoever gave the document has read it, within limits of his own.
        DocumentLimits limits = DocumentLimits.defaults()
                .withMaxManifestBytes(Integer.MAX_VALUE)
                .withMaxDescriptors(Integer.MAX_VALUE)
                .withMaxStringLength(Integer.MAX_VALUE);
        return mayHaveSubject ? Optional.of(Manifest.parse(document, manifest.mediaType(), limits)) : Optional.empty();
    }

    /** {@return the digest that the registry says, if it is one of the document that can be computed} */
    private Optional<Digest> sameDigest(Answer answer, Descriptor manifest, byte[] document) throws IOException {
        Optional<Digest> claimed = ContentDigest.of(answer, session.host())
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
