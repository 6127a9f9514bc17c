package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.model.DocumentLimits;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image of a source as a {@link dev.tallyclerk.evidence.Voucher} looks at it.
 *
 * <p>It resolves the source's name once. Usable until the source is closed, and as thread-safe as the source.
 */
public final class SourceCandidate implements ImageCandidate {
    private final ImageSource source;
    private final DocumentLimits limits;
    private final AttachmentLimits attachmentLimits;

    /** Kept, so that the name is resolved once. */
    private @Nullable TargetArtifact resolved;

    private SourceCandidate(ImageSource source, DocumentLimits limits, AttachmentLimits attachmentLimits) {
        this.source = source;
        this.limits = limits;
        this.attachmentLimits = attachmentLimits;
    }

    /**
     * {@return the image of a source, with the {@linkplain AttachmentLimits#defaults default limits} on attached
     * artifacts}
     *
     * @param limits the limits on the manifests
     */
    public static SourceCandidate of(ImageSource source, DocumentLimits limits) {
        return of(source, limits, AttachmentLimits.defaults());
    }

    /**
     * {@return the image of a source}
     *
     * @param limits the limits on the manifests
     * @param attachmentLimits the limits on the artifacts that are attached to it
     */
    public static SourceCandidate of(ImageSource source, DocumentLimits limits, AttachmentLimits attachmentLimits) {
        return new SourceCandidate(
                Objects.requireNonNull(source, "source"),
                Objects.requireNonNull(limits, "limits"),
                Objects.requireNonNull(attachmentLimits, "attachmentLimits"));
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
        return source.attachments(attachmentLimits);
    }
}
