package dev.tallyclerk.registry.layout;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.RegistryLimits;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies an image from any {@link ImageSource} to any {@link ImageDestination}: every manifest and blob is compared
 * with the digest that leads to it while it is copied, and not a byte is changed, so the copy has the digest of the
 * original.
 *
 * <pre>{@code
 * OciLayoutWriter layout = OciLayoutWriter.at(Path.of("images"), Instant.now());
 * CopyResult copy = ImageCopier.create().copy(source, layout.image("1.0"));
 * }</pre>
 *
 * <p>Copied is what the source's name stands for: of an index all of it, unless a {@linkplain #withPlatform platform}
 * is chosen. Artifacts are copied like images; what a manifest is about ({@code subject}) and what is about it
 * (referrers) is not. Whether layers decompress to what the configuration promises is not looked at: for that there is
 * {@link dev.tallyclerk.registry.verify.ImageVerifier}.
 *
 * <p>All manifests are read before the first blob and kept in memory, blobs are not. Immutable, and safe for use by
 * several threads; it works in the caller's thread.
 */
public final class ImageCopier {
    private static final int DEFAULT_MANIFEST_BYTES = 32 << 20;

    private final @Nullable Platform platform;
    private final RegistryLimits limits;
    private final int maxAllManifestBytes;
    private final CopyListener listener;

    private ImageCopier(
            @Nullable Platform platform, RegistryLimits limits, int maxAllManifestBytes, CopyListener listener) {
        this.platform = platform;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.maxAllManifestBytes = maxAllManifestBytes;
        this.listener = Objects.requireNonNull(listener, "listener");
        if (maxAllManifestBytes < 1) {
            throw new IllegalArgumentException("a limit is below 1");
        }
    }

    /**
     * {@return a copier of images with all their platforms, within the default limits}
     *
     * <p>These are those of {@link RegistryLimits#defaults} for a document, and 32 MiB for all manifests and indexes of
     * an image together.
     */
    public static ImageCopier create() {
        return new ImageCopier(null, RegistryLimits.defaults(), DEFAULT_MANIFEST_BYTES, CopyListener.silent());
    }

    /**
     * {@return this copier for the image of that platform only}
     *
     * <p>From an index it takes the one manifest, to which the destination's name will lead; the index is not copied.
     * An image that is no index is refused if its configuration says another platform.
     */
    public ImageCopier withPlatform(Platform wanted) {
        return new ImageCopier(Objects.requireNonNull(wanted, "wanted"), limits, maxAllManifestBytes, listener);
    }

    /** {@return this copier with other limits on documents} */
    public ImageCopier withLimits(RegistryLimits other) {
        return new ImageCopier(platform, other, maxAllManifestBytes, listener);
    }

    /** {@return this copier with another size of all manifests and indexes of an image together, in bytes} */
    public ImageCopier withMaxAllManifestBytes(int bytes) {
        return new ImageCopier(platform, limits, bytes, listener);
    }

    /** {@return this copier with another listener} */
    public ImageCopier withListener(CopyListener other) {
        return new ImageCopier(platform, limits, maxAllManifestBytes, other);
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
        ImageContent content = new CopyPlan(source, limits, maxAllManifestBytes, listener).of(trusted, platform);
        listener.started(content.blobs());
        destination.write(content);
        return content.result();
    }
}
