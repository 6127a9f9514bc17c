package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One named image in a registry, a layout or an archive.
 *
 * <p>{@link #manifest} and {@link #blob} verify what they return. Methods whose names begin with {@code unverified} are
 * for implementations, and for callers that verify by themselves, as
 * {@link dev.tallyclerk.registry.verify.ImageVerifier} and the copier do: those trust no implementation and hash every
 * byte once. What the source does not have is an empty result. Each implementation documents whether it is safe for use
 * by several threads.
 */
public interface ImageSource extends Closeable {
    /** {@return where the image is, for messages} */
    String name();

    /** {@return the full name of the image, if the source has one} */
    default Optional<Reference> reference() {
        return Optional.empty();
    }

    /**
     * {@return the digest of the manifest or index that the image's name refers to, by the source's own account}
     *
     * <p>The answer never changes, even if the name refers to another image meanwhile, so everything read from one
     * source belongs to one image.
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if the source has no image of that name
     * @throws IOException if the source cannot be read
     */
    ResolvedDigest resolve() throws IOException;

    /**
     * {@return the digest of the image that everybody gets who loads it from here by its name; empty if the name may
     * refer to another image at any time, as a registry's tag may}
     *
     * <p>A digest that somebody else vouches for must equal this one, or the verified image is not the image that is
     * loaded. A source of files returns the digest of {@link #resolve}, as this method does.
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if the source has no image of that name
     * @throws IOException if the source cannot be read
     */
    default Optional<Digest> fixedDigest() throws IOException {
        return Optional.of(resolve().digest());
    }

    /**
     * {@return the platform that the source announces for the image, beside its name, if it announces one}
     *
     * <p>Only the source vouches for it. Verification fails for an image whose configuration is for another platform. A
     * copy uses only the variant, which configurations may leave out.
     *
     * @param digest the manifest's digest; the source announces a platform for {@link #resolve}'s digest only
     */
    default Optional<Platform> announcedPlatform(Digest digest) {
        return Optional.empty();
    }

    /**
     * {@return the manifest or index of a digest, verified, or empty if the source does not have it}
     *
     * @param promised the digest, from {@link #resolve} or from somebody more trustworthy
     * @throws VerificationException if the source has other bytes under the digest
     * @throws MalformedDocumentException if there are more bytes than the limits allow, or they are the promised ones
     *     and no manifest or index within the limits
     * @throws IOException if the source cannot be read
     */
    default Optional<Manifest> manifest(ResolvedDigest promised, DocumentLimits limits) throws IOException {
        return manifest(this, promised, "", limits);
    }

    /**
     * {@return the manifest or index of a descriptor, or empty if the source does not have it}
     *
     * <p>It is verified, and read as the descriptor's type.
     *
     * @throws VerificationException if the source has other bytes under the descriptor's digest
     * @throws MalformedDocumentException if the descriptor's size is above the limit, or the bytes are the promised
     *     ones and no manifest or index of the descriptor's media type within the limits
     * @throws IOException if the source cannot be read
     */
    default Optional<Manifest> manifest(Descriptor descriptor, DocumentLimits limits) throws IOException {
        ResolvedDigest promised = ResolvedDigest.of(descriptor.digest(), descriptor.size(), name());
        return manifest(this, promised, descriptor.mediaType(), limits);
    }

    private static Optional<Manifest> manifest(
            ImageSource source, ResolvedDigest promised, String mediaType, DocumentLimits limits) throws IOException {
        Manifest.requireAllowedSize(promised, limits);
        Optional<FetchedManifest> found = source.unverifiedManifest(promised.digest(), limits.maxManifestBytes());
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get().parseVerified(promised, mediaType, limits));
    }

    /**
     * {@return the content of a descriptor, verified while it is read; empty if neither the source nor the descriptor
     * itself has it}
     *
     * <p>The stream ends only if size and digest are the promised ones, and throws a {@link VerificationException}
     * otherwise; nothing read is trustworthy before the end. The caller closes it.
     *
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IOException if the source cannot be read
     */
    default Optional<VerifyingInputStream> blob(Descriptor descriptor) throws IOException {
        Optional<InputStream> content = unverifiedContent(descriptor);
        return content.isEmpty()
                ? Optional.empty()
                : Optional.of(VerifiedContent.of(content.get(), descriptor, () -> foundWrong(descriptor.digest())));
    }

    /**
     * {@return the source's bytes under a manifest's digest, unverified, or empty if it has none}
     *
     * @param maxBytes the longest document to read; a longer one is cut off after one more byte
     * @throws IOException if the source cannot be read
     */
    Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException;

    /**
     * {@return the source's bytes for a descriptor, unverified, or empty if it has none}
     *
     * <p>The stream may have more bytes than promised, without end. The caller closes it.
     *
     * @throws IOException if the source cannot be read
     */
    Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException;

    /**
     * {@return the bytes of {@link #unverifiedBlob(Descriptor)} from an offset on}
     *
     * <p>For callers that already have the bytes before it. A source that cannot start in the middle reads and discards
     * them, as this method does.
     *
     * @param offset the number of bytes to skip, from 0 to the descriptor's size; if the source has fewer, the stream
     *     is empty
     * @throws IOException if the source cannot be read
     */
    default Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        return VerifiedContent.from(unverifiedBlob(descriptor), offset);
    }

    /**
     * {@return the source's bytes for a descriptor or, if it has none, those embedded in the descriptor; unverified}
     *
     * <p>The source comes first, so that wrong content there is noticed: other programs read only that. The caller
     * compares the bytes with the digest, and closes the stream.
     *
     * @throws IOException if the source cannot be read
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#embedded-content">OCI
     *     image-spec v1.1.1, Embedded Content</a>
     */
    default Optional<InputStream> unverifiedContent(Descriptor descriptor) throws IOException {
        return unverifiedContent(descriptor, 0);
    }

    /**
     * {@return the bytes of {@link #unverifiedContent(Descriptor)} from an offset on}
     *
     * @param offset the number of bytes to skip, from 0 to the descriptor's size
     * @throws IOException if the source cannot be read
     */
    default Optional<InputStream> unverifiedContent(Descriptor descriptor, long offset) throws IOException {
        Optional<InputStream> blob = offset == 0 ? unverifiedBlob(descriptor) : unverifiedBlob(descriptor, offset);
        return blob.isPresent() ? blob : VerifiedContent.from(descriptor.data().map(ByteArrayInputStream::new), offset);
    }

    /**
     * Reports that the bytes of an {@code unverified} method were not those of the digest, before the caller asks
     * again.
     *
     * <p>Wrong means {@link VerificationException#meansWrongContent}. Streams of {@link #blob} report by themselves
     * when they are closed. Does nothing where the source has its content in one place only.
     *
     * @param digest the digest that was asked for
     */
    default void foundWrong(Digest digest) {}

    /**
     * {@return whether wrong content is worth asking for again}
     *
     * <p>True if the source, once it {@linkplain #foundWrong knows}, reads from another place, such as the registry
     * instead of its mirror.
     */
    default boolean isWorthAskingAgain() {
        return false;
    }

    /**
     * {@return this source for one task: its reads fail soon after {@code end} completes, instead of waiting for an
     * answer}
     *
     * <p>For callers that read several blobs at a time and give up when one fails. The returned source is closed with
     * this one, and may resolve the image's name anew. Sources that never wait, such as files, return themselves, as
     * this method does.
     *
     * @param end completes, with or without an exception, when reads are of no use any more. The source stays
     *     registered with it, so it should live no longer than the task
     */
    default ImageSource until(CompletionStage<?> end) {
        return this;
    }

    /**
     * {@return the artifacts, such as signatures, that are attached to the image and to anything else at the same
     * place}
     *
     * <p>The {@linkplain AttachmentLimits#defaults default limits} apply.
     */
    default AttachmentSource attachments() {
        return attachments(AttachmentLimits.defaults());
    }

    /**
     * {@return the artifacts, such as signatures, that are attached to the image and to anything else at the same
     * place}
     *
     * <p>Usable until this source is closed, and as thread-safe as this source. Sources where nothing can be attached
     * return an empty one, as this method does.
     */
    default AttachmentSource attachments(AttachmentLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return AttachmentSource.empty();
    }

    /**
     * {@return this source, whose attached artifacts are elsewhere, such as in a repository for signatures}
     *
     * <p>The returned source is closed with this one. Limits are those of {@code attachments}.
     */
    default ImageSource withAttachments(AttachmentSource attachments) {
        return new SeparateAttachments(this, attachments);
    }

    /**
     * Releases what the source itself holds open. Callers close the streams that they took.
     *
     * <p>A layout or an archive that the source was taken from stays open.
     */
    @Override
    void close() throws IOException;
}
