package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** An image whose attached artifacts are in another place. As thread-safe as both. */
final class SeparateAttachments implements ImageSource {
    private final ImageSource image;
    private final AttachmentSource attachments;

    SeparateAttachments(ImageSource image, AttachmentSource attachments) {
        this.image = image;
        this.attachments = Objects.requireNonNull(attachments, "attachments");
    }

    @Override
    public AttachmentSource attachments(AttachmentLimits limits) {
        return attachments;
    }

    @Override
    public ImageSource withAttachments(AttachmentSource attachments) {
        return new SeparateAttachments(image, attachments);
    }

    @Override
    public ImageSource until(CompletionStage<?> end) {
        ImageSource ending = image.until(end);
        return ending == image ? this : new SeparateAttachments(ending, attachments);
    }

    @Override
    public String name() {
        return image.name();
    }

    @Override
    public Optional<Reference> reference() {
        return image.reference();
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        return image.resolve();
    }

    @Override
    public Optional<Digest> fixedDigest() throws IOException {
        return image.fixedDigest();
    }

    @Override
    public Optional<Platform> announcedPlatform(Digest digest) {
        return image.announcedPlatform(digest);
    }

    @Override
    public Optional<Manifest> manifest(ResolvedDigest promised, DocumentLimits limits) throws IOException {
        return image.manifest(promised, limits);
    }

    @Override
    public Optional<Manifest> manifest(Descriptor descriptor, DocumentLimits limits) throws IOException {
        return image.manifest(descriptor, limits);
    }

    @Override
    public Optional<VerifyingInputStream> blob(Descriptor descriptor) throws IOException {
        return image.blob(descriptor);
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        return image.unverifiedManifest(digest, maxBytes);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        return image.unverifiedBlob(descriptor);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        return image.unverifiedBlob(descriptor, offset);
    }

    @Override
    public Optional<InputStream> unverifiedContent(Descriptor descriptor) throws IOException {
        return image.unverifiedContent(descriptor);
    }

    @Override
    public Optional<InputStream> unverifiedContent(Descriptor descriptor, long offset) throws IOException {
        return image.unverifiedContent(descriptor, offset);
    }

    @Override
    public void foundWrong(Digest digest) {
        image.foundWrong(digest);
    }

    @Override
    public boolean isWorthAskingAgain() {
        return image.isWorthAskingAgain();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
