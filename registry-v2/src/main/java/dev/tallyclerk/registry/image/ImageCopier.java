package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Copies an image from any {@link ImageSource} to any {@link ImageDestination}. It compares every manifest and blob
 * with the digest that leads to it while copying, and changes no byte, so the copy has the digest of the original.
 *
 * <pre>{@code
 * OciLayoutWriter layout = OciLayoutWriter.create(Path.of("images"), Clock.systemUTC());
 * CopyResult copy = ImageCopier.create().copy(source, layout.destination("1.0"));
 * }</pre>
 *
 * <p>An index is copied with everything below it, unless a {@linkplain #withPlatform platform} is chosen. Artifacts are
 * copied like images. A manifest's {@code subject} is not copied, and what is attached to it only by an
 * {@link AttachmentCopier}. The copier does not decompress layers; {@link dev.tallyclerk.registry.verify.ImageVerifier}
 * compares them with the configuration.
 *
 * <p>All manifests are read before the first blob and held in memory; blobs are not. Immutable, and safe for use by
 * several threads. It works in the caller's thread and in those of the {@linkplain #withExecutor executor}, if it has
 * one.
 */
public final class ImageCopier {
    private final @Nullable Platform platform;
    private final DocumentLimits limits;
    private final CopyListener listener;
    private final Executor executor;
    private final int parallel;

    private ImageCopier(
            @Nullable Platform platform,
            DocumentLimits limits,
            CopyListener listener,
            Executor executor,
            int parallel) {
        this.platform = platform;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.parallel = parallel;
    }

    /**
     * {@return a copier of images with all their platforms, within the {@link DocumentLimits#defaults default limits}}
     */
    public static ImageCopier create() {
        return new ImageCopier(null, DocumentLimits.defaults(), CopyListener.silent(), Runnable::run, 1);
    }

    /**
     * {@return this copier, which copies the image for one platform}
     *
     * <p>From an index it copies the one manifest, and the destination's name refers to that; the index is not copied.
     * An image whose configuration is for another platform is refused, whatever an index announces. A copy of the whole
     * index does not look at platforms.
     */
    public ImageCopier withPlatform(Platform platform) {
        return new ImageCopier(Objects.requireNonNull(platform, "platform"), limits, listener, executor, parallel);
    }

    /** {@return this copier with other limits on manifests, indexes and configurations} */
    public ImageCopier withDocumentLimits(DocumentLimits limits) {
        return new ImageCopier(platform, limits, listener, executor, parallel);
    }

    /** {@return this copier with a listener} */
    public ImageCopier withListener(CopyListener listener) {
        return new ImageCopier(platform, limits, listener, executor, parallel);
    }

    /**
     * {@return this copier, which copies several blobs at a time to destinations that allow it}
     *
     * <p>Registries and layouts in folders allow it; archives do not. Several threads read blobs from the source, which
     * all sources of this library allow. The caller's thread works too, and the copy continues with fewer threads if
     * the executor rejects tasks. After a failure no blob is begun, the others end, and the first failure is thrown
     * with the others suppressed in it.
     *
     * @param executor runs up to {@code parallel - 1} tasks for a copy, each for as long as the copy takes
     * @param parallel the most blobs to copy at a time, at least 1; each needs a few buffers, and connections
     * @throws IllegalArgumentException if {@code parallel} is below 1
     */
    public ImageCopier withExecutor(Executor executor, int parallel) {
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel is below 1: " + parallel);
        }
        return new ImageCopier(platform, limits, listener, executor, parallel);
    }

    /**
     * Copies the image that the source's name refers to, as the source {@linkplain ImageSource#resolve resolves} it.
     *
     * @param source the image; not closed
     * @throws VerificationException if a manifest or a blob is not the promised one
     * @throws MalformedDocumentException if a manifest is the promised one and cannot be read
     * @throws ImageException if the image cannot be copied for another reason
     * @throws IOException if the source cannot be read or the destination cannot be written to
     */
    public CopyResult copy(ImageSource source, ImageDestination destination) throws IOException {
        return copy(source, source.resolve(), destination);
    }

    /**
     * Copies the image of a trusted digest, whatever the source's name refers to.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @throws VerificationException if a manifest or a blob is not the promised one
     * @throws MalformedDocumentException if a manifest is the promised one and cannot be read
     * @throws ImageException if the image cannot be copied for another reason
     * @throws IOException if the source cannot be read or the destination cannot be written to
     */
    public CopyResult copy(ImageSource source, ResolvedDigest trusted, ImageDestination destination)
            throws IOException {
        ImageContent image = new CopyPlan(source, limits).of(trusted, platform);
        listener.started(image.blobs());
        CompletableFuture<Void> end = new CompletableFuture<>();
        ImageDestination.Session session = destination.begin(image, end);
        int atATime = session.isParallel() ? parallel : 1;
        ImageSource ending = atATime > 1 ? source.until(end) : source;
        CopyRun run = new CopyRun(source, ending, session, listener, end);
        run.takeAll(executor, atATime);
        Digest known = session.commit();
        return run.result(image, known);
    }
}
