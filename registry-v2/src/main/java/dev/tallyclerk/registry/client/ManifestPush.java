package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.util.Optional;

/** Puts manifests into a repository. */
final class ManifestPush {
    private final RegistrySession session;
    private final String path;

    ManifestPush(RegistrySession session, String path) {
        this.session = session;
        this.path = path;
    }

    /**
     * Puts a document under a reference.
     *
     * @param manifest its type, digest and size
     * @param document its exact bytes
     * @param reference a tag or the digest
     */
    void put(Descriptor manifest, byte[] document, String reference) throws IOException {
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
            requireSame(answer, manifest, document);
        }
    }

    private void requireSame(Answer answer, Descriptor manifest, byte[] document) throws IOException {
        Optional<Digest> claimed = ContentDigest.of(answer, session.host());
        if (claimed.isPresent()
                && claimed.get().algorithm().isSupported()
                && !claimed.get().equals(manifest.digest())
                && !claimed.get().equals(digest(manifest, document, claimed.get()))) {
            throw ContentDigest.contradiction(answer, session.host(), claimed.get(), manifest.digest());
        }
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
