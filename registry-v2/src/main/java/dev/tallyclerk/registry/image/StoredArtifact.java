package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.StoredAttachment;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An attached artifact, to be copied like an image. As thread-safe as the store that it is in. */
final class StoredArtifact implements ImageSource {
    private final StoredAttachment artifact;

    StoredArtifact(StoredAttachment artifact) {
        this.artifact = artifact;
    }

    @Override
    public String name() {
        return artifact.origin();
    }

    @Override
    public ResolvedDigest resolve() {
        return ResolvedDigest.of(artifact.digest(), artifact.store().name());
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        // A list may announce a wrong type; the document itself says it.
        return artifact.store().unverifiedManifest(digest, maxBytes).map(bytes -> FetchedManifest.of(bytes, ""));
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        return artifact.store().unverifiedBlob(descriptor);
    }

    @Override
    public void close() {
        // The store is closed with the source of the image.
    }
}
