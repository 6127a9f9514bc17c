package dev.tallyclerk.registry.image;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Copies an image from any {@link ImageSource} to any {@link ImageDestination}: every manifest and blob is compared
 * with the digest that leads to it while it is copied, and not a byte is changed, so the copy has the digest of the
 * original.
 *
 * <pre>{@code
 * OciLayoutWriter layout = OciLayoutWriter.at(Path.of("images"), Instant.now());
 * CopyResult copy = ImageCopier.create().copy(source, layout.destination("1.0"));
 * }</pre>
 *
 * <p>Copied is what the source's name stands for: of an index all of it, unless a {@linkplain #withPlatform platform}
 * is chosen. Artifacts are copied like images; what a manifest is about ({@code subject}) and what is about it
 * (referrers) is not. Whether layers decompress to what the configuration promises is not looked at: for that there is
 * {@link dev.tallyclerk.registry.verify.ImageVerifier}.
 *
 * <p>All manifests are read before the first blob and kept in memory, blobs are not. Immutable, and safe for use by
 * several threads; it works in the caller's thread, and in those of an {@linkplain #withExecutor executor} that it is
 * given.
 */
public final class ImageCopier {
    private static final int DEFAULT_MANIFEST_BYTES = 32 << 20;

    private final @Nullable Platform platform;
    private final DocumentLimits limits;
    private final int maxAllManifestBytes;
    private final CopyListener listener;
    private final @Nullable Executor executor;
    private final int parallel;

    private ImageCopier(
            @Nullable Platform platform,
            DocumentLimits limits,
            int maxAllManifestBytes,
            CopyListener listener,
            @Nullable Executor executor,
            int parallel) {
        this.platform = platform;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.maxAllManifestBytes = maxAllManifestBytes;
        this.listener = Objects.requireNonNull(listener, "listener");
        this.executor = executor;
        this.parallel = parallel;
        if (maxAllManifestBytes < 1) {
            throw new IllegalArgumentException("maxAllManifestBytes is below 1: " + maxAllManifestBytes);
        }
    }

    /**
     * {@return a copier of images with all their platforms, within the default limits}
     *
     * <p>These are those of {@link DocumentLimits#defaults} for a document, and 32 MiB for all manifests and indexes of
     * an image together.
     */
    public static ImageCopier create() {
        return new ImageCopier(null, DocumentLimits.defaults(), DEFAULT_MANIFEST_BYTES, CopyListener.silent(), null, 1);
    }

    /**
     * {@return this copier for the image of that platform only}
     *
     * <p>From an index it takes the one manifest, to which the destination's name will lead; the index is not copied.
     * An image whose configuration says another platform is refused, whatever an index announces; a copy of the whole
     * index takes it as it is.
     */
    public ImageCopier withPlatform(Platform wanted) {
        return new ImageCopier(
                Objects.requireNonNull(wanted, "wanted"), limits, maxAllManifestBytes, listener, executor, parallel);
    }

    /** {@return this copier with other limits on documents} */
    public ImageCopier withDocumentLimits(DocumentLimits other) {
        return new ImageCopier(platform, other, maxAllManifestBytes, listener, executor, parallel);
    }

    /**
     * {@return this copier with another size of all manifests and indexes of an image together}
     *
     * @param bytes the size, in bytes
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public ImageCopier withMaxAllManifestBytes(int bytes) {
        return new ImageCopier(platform, limits, bytes, listener, executor, parallel);
    }

    /** {@return this copier with another listener} */
    public ImageCopier withListener(CopyListener other) {
        return new ImageCopier(platform, limits, maxAllManifestBytes, other, executor, parallel);
    }

    /**
     * {@return this copier, which copies several blobs at a time to a destination that can take them}
     *
     * <p>These are registries and layouts in folders; an archive is written in one order. The source's blobs are read
     * by several threads, which all sources of this library allow. The caller's thread works too, and the copy goes on
     * with fewer threads where {@code threads} gives none. If blobs fail, the first failure is thrown once nothing is
     * under way any more, the others are suppressed in it.
     *
     * @param threads runs up to {@code parallel - 1} tasks for a copy, each for as long as the copy takes
     * @param parallel how many blobs are copied at a time at most, at least 1; each takes memory for a few buffers, and
     *     connections
     * @throws IllegalArgumentException if {@code parallel} is below 1
     */
    public ImageCopier withExecutor(Executor threads, int parallel) {
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel is below 1: " + parallel);
        }
        Objects.requireNonNull(threads, "threads");
        return new ImageCopier(platform, limits, maxAllManifestBytes, listener, threads, parallel);
    }

    /**
     * Copies the image that the source's name stands for, by the source's own account.
     *
     * @param source the image; not closed
     * @throws VerificationException if a manifest or a blob is not the one promised
     * @throws MalformedDocumentException if a manifest is the one promised and cannot be read
     * @throws CopyException if the image cannot be copied for another reason
     * @throws IOException if the source cannot be read or the destination not written to
     */
    public CopyResult copy(ImageSource source, ImageDestination destination) throws IOException {
        return copy(source, source.resolve(), destination);
    }

    /**
     * Copies the image of a digest that somebody else vouches for, whatever the source says its name stands for.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @throws VerificationException if a manifest or a blob is not the one promised
     * @throws MalformedDocumentException if a manifest is the one promised and cannot be read
     * @throws CopyException if the image cannot be copied for another reason
     * @throws IOException if the source cannot be read or the destination not written to
     */
    public CopyResult copy(ImageSource source, ResolvedDigest trusted, ImageDestination destination)
            throws IOException {
        ImageContent content =
                new CopyPlan(source, limits, maxAllManifestBytes, listener, executor, parallel).of(trusted, platform);
        listener.started(content.blobs());
        destination.write(content);
        return content.result();
    }
}
