package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.OciLayout;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A place that holds one named image: a registry, a layout, an archive.
 *
 * <p>Read it with {@link #manifest} and {@link #blob}, which verify what they give. The methods whose names begin with
 * {@code unverified} are for those who implement a source, and for those who verify by themselves, as
 * {@link dev.tallyclerk.registry.verify.ImageVerifier} and {@link ImageCopier} do, which so rely on nothing that an
 * implementation does, and hash every byte once only. An implementation says whether it is safe for use by several
 * threads.
 */
public interface ImageSource extends Closeable {
    /**
     * {@return an image whose parts are at hand, such as one that was just built}
     *
     * <p>It is verified like any other image: content that is not what the manifest promises is found when it is read.
     * The source is safe for use by several threads if the contents are.
     *
     * @param name where the image is from, for a person to read
     * @param root the image's manifest, or the index of several
     * @param contents the configuration, the layers and, below an index, the manifests, each by its digest; what is
     *     left out is missing from the image
     */
    static ImageSource of(String name, Manifest root, Map<Digest, BlobContent> contents) {
        return new BuiltImage(name, root, contents);
    }

    /** {@return where the image lies, for a person to read} */
    String name();

    /** {@return the whole name under which the image is known, if the source knows one} */
    default Optional<Reference> reference() {
        return Optional.empty();
    }

    /**
     * {@return the digest of the manifest or index that the image's name stands for, as this source has it}
     *
     * <p>A source answers the same each time, even if the name has come to stand for another image meanwhile, so that
     * what is read through one source is one image.
     *
     * @throws IOException if the source cannot be read, or does not know the name
     */
    ResolvedDigest resolve() throws IOException;

    /**
     * {@return the digest of what anybody gets who loads the image from here by its name, or nothing if the name may
     * stand for another image at any time, as a registry's tag may}
     *
     * <p>Where somebody else vouches for a digest, this has to be it, or what was verified is not what is loaded. A
     * source of files gives what {@link #resolve} does, as this method does.
     *
     * @throws IOException if the source cannot be read, or does not know the name
     */
    default Optional<Digest> fixedDigest() throws IOException {
        return Optional.of(resolve().digest());
    }

    /**
     * {@return the platform for which the source says that the image is, beside its name, if it says so}
     *
     * <p>Nobody but the source vouches for it. An image whose configuration is for another one does not hold when it is
     * verified; a copy, which is of bytes, takes from it only the variant that a configuration may leave out.
     *
     * @param digest that of the manifest; of another than the one that the image's name stands for the source says
     *     nothing
     */
    default Optional<Platform> announcedPlatform(Digest digest) {
        return Optional.empty();
    }

    /**
     * {@return the manifest or index of that digest, verified, or nothing if the source does not have it}
     *
     * <p>Where the digest is the image's own name, a source may say by an exception that there is no such image.
     *
     * @param digest what {@link #resolve} or somebody more trustworthy says that the image's name stands for
     * @throws VerificationException if the source has other bytes under the digest
     * @throws MalformedDocumentException if there are more bytes than the limits allow, or they are the promised ones
     *     and no manifest or index within the limits
     * @throws IOException if the source cannot be read
     */
    default Optional<Manifest> manifest(ResolvedDigest digest, DocumentLimits limits) throws IOException {
        return VerifiedContent.manifest(this, digest, "", limits);
    }

    /**
     * {@return the manifest or index that the descriptor describes, verified, or nothing if the source does not have
     * it}
     *
     * <p>It is read as what the descriptor says that it is.
     *
     * @throws VerificationException if the source has other bytes under the descriptor's digest
     * @throws MalformedDocumentException if the descriptor's size is above the limit, or the bytes are the promised
     *     ones and no manifest or index of the descriptor's media type within the limits
     * @throws IOException if the source cannot be read
     */
    default Optional<Manifest> manifest(Descriptor descriptor, DocumentLimits limits) throws IOException {
        ResolvedDigest described = ResolvedDigest.of(descriptor.digest(), descriptor.size(), name());
        return VerifiedContent.manifest(this, described, descriptor.mediaType(), limits);
    }

    /**
     * {@return the content that the descriptor describes, verified while it is read, or nothing if neither the source
     * nor the descriptor itself has it}
     *
     * <p>The stream ends only if size and digest are the promised ones, and throws a {@link VerificationException}
     * otherwise; nothing read is trustworthy before it has ended. The caller closes it.
     *
     * @throws VerificationException if the digest's algorithm is not supported
     * @throws IOException if the source cannot be read
     */
    default Optional<VerifyingInputStream> blob(Descriptor descriptor) throws IOException {
        return VerifiedContent.blob(this, descriptor);
    }

    /**
     * {@return the bytes that the source has as the manifest or index of that digest, whatever they are, or nothing if
     * it has none}
     *
     * <p>Whoever calls this compares them with the digest. Where the digest is the image's own name, a source may say
     * by an exception that there is no such image.
     *
     * @param maxBytes the longest document to read; a longer one is cut off after one more byte
     * @throws IOException if the source cannot be read
     */
    Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException;

    /**
     * {@return the bytes that the source has as the content that the descriptor describes, whatever they are, or
     * nothing if it has none}
     *
     * <p>There may be more than promised, without end. The caller closes the stream.
     *
     * @throws IOException if the source cannot be read
     */
    Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException;

    /**
     * {@return the bytes that {@link #unverifiedBlob(Descriptor)} gives, from an offset on}
     *
     * <p>It is for callers who have the bytes before already. A source that cannot begin in the middle reads past them,
     * as this method does.
     *
     * @param offset how many bytes are not wanted, from 0 to the descriptor's size; if the source has fewer, the stream
     *     is at its end
     * @throws IOException if the source cannot be read
     */
    default Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        return VerifiedContent.from(unverifiedBlob(descriptor), offset);
    }

    /**
     * {@return the bytes that the source has as the content that the descriptor describes or, if it has none, those
     * that the descriptor carries itself}
     *
     * <p>The source is asked first, so that what is wrong with it comes to light: other programs ask it only. Whoever
     * calls this compares the bytes with the digest, and closes the stream.
     *
     * @throws IOException if the source cannot be read
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#embedded-content">OCI
     *     image-spec v1.1.1, Embedded Content</a>
     */
    default Optional<InputStream> unverifiedContent(Descriptor descriptor) throws IOException {
        Optional<InputStream> blob = unverifiedBlob(descriptor);
        return blob.isPresent() ? blob : descriptor.data().map(ByteArrayInputStream::new);
    }

    /**
     * {@return the bytes that {@link #unverifiedContent(Descriptor)} gives, from an offset on}
     *
     * @param offset how many bytes are not wanted, from 0 to the descriptor's size
     * @throws IOException if the source cannot be read
     */
    default Optional<InputStream> unverifiedContent(Descriptor descriptor, long offset) throws IOException {
        if (offset == 0) {
            return unverifiedContent(descriptor);
        }
        Optional<InputStream> blob = unverifiedBlob(descriptor, offset);
        return blob.isPresent() ? blob : VerifiedContent.from(descriptor.data().map(ByteArrayInputStream::new), offset);
    }

    /**
     * Tells the source that what it gave for a digest was something else.
     *
     * <p>Whoever verifies what an {@code unverified} method gave calls this when it was wrong, as
     * {@link VerificationException#meansWrongContent} has it, before asking again. A stream of {@link #blob} does so
     * when it is closed. A source that has the content in one place only has no use for it, and does nothing, as this
     * method does.
     *
     * @param digest the digest that was asked for
     */
    default void foundWrong(Digest digest) {
        // There is no other place to ask.
    }

    /**
     * {@return whether content that turned out to be wrong is worth asking for once more}
     *
     * <p>Once the source {@linkplain #foundWrong knows} that it was wrong, it comes from another place, as with a
     * registry's mirrors.
     */
    default boolean isWorthAskingAgain() {
        return false;
    }

    /**
     * {@return this source for one piece of work, whose reads fail soon after {@code end} has completed, and do not
     * wait for an answer that may never come}
     *
     * <p>Whoever reads several blobs at a time need not wait for the others when one has failed. It is closed with this
     * source, and may resolve the image's name anew. A source that never waits for anybody, such as one of files, gives
     * itself, as this method does.
     *
     * @param end completes when what is read is of no use any more, with or without an exception; something that lives
     *     no longer than the work does, because the source keeps itself registered with it
     */
    default ImageSource until(CompletionStage<?> end) {
        return this;
    }

    /**
     * Gives back what the source itself holds open; streams that it gave are closed by whoever took them.
     *
     * <p>What the source was taken from and gives other images too, such as an {@link OciLayout} or a
     * {@link DockerArchive}, stays open.
     */
    @Override
    void close() throws IOException;
}
