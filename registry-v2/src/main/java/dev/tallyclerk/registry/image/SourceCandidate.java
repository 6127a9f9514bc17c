package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.DocumentLimits;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The image of a source. As thread-safe as the source's manifests. */
final class SourceCandidate implements ImageCandidate {
    private final ImageSource source;
    private final DocumentLimits limits;

    /** Kept, so that the name is resolved once. */
    private @Nullable TargetArtifact resolved;

    SourceCandidate(ImageSource source, DocumentLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    @Override
    public TargetArtifact resolve() throws IOException {
        TargetArtifact known = resolved;
        if (known == null) {
            ResolvedDigest digest = source.resolve();
            known = read(digest).orElseThrow(() -> ImageException.notFound(source.name(), digest.digest()));
            resolved = known;
        }
        return known;
    }

    @Override
    public Optional<TargetArtifact> manifest(Digest digest) throws IOException {
        return read(ResolvedDigest.of(digest, source.name()));
    }

    private Optional<TargetArtifact> read(ResolvedDigest digest) throws IOException {
        return source.manifest(digest, limits)
                .map(manifest -> new TargetArtifact(manifest.mediaType(), digest.digest(), manifest.size()));
    }

    @Override
    public AttachmentSource attachments() {
        return source.attachments();
    }
}
