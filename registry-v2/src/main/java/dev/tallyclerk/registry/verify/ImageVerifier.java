package dev.tallyclerk.registry.verify;

import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.RegistryLimits;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a whole image: that the manifest is the one its name's digest stands for, that the configuration and every
 * layer are the ones the manifest promises, and that every layer decompresses to what the configuration promises.
 *
 * <p>A layer whose media type says that it is a tar archive has to be one, of which no two readers make different
 * files: its entries are walked, as {@link dev.tallyclerk.registry.layer.LayerReader} does. What is in them is not
 * judged. A layer with an entry that is not read, a sparse file, is unverifiable.
 *
 * <p>Every byte is read once and nothing is kept but the documents. Immutable, and safe for use by several threads; it
 * works in the caller's thread.
 */
public final class ImageVerifier {
    private final @Nullable Platform platform;
    private final RegistryLimits limits;
    private final LayerLimits layerLimits;
    private final VerificationListener listener;

    private ImageVerifier(
            @Nullable Platform platform,
            RegistryLimits limits,
            LayerLimits layerLimits,
            VerificationListener listener) {
        this.platform = platform;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.layerLimits = Objects.requireNonNull(layerLimits, "layerLimits");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** {@return a verifier with the default limits, that takes {@code linux/amd64} from an index} */
    public static ImageVerifier create() {
        return new ImageVerifier(
                null, RegistryLimits.defaults(), LayerLimits.defaults(), VerificationListener.silent());
    }

    /** {@return this verifier for images of that platform; an image for another one is refused} */
    public ImageVerifier withPlatform(Platform wanted) {
        return new ImageVerifier(Objects.requireNonNull(wanted, "wanted"), limits, layerLimits, listener);
    }

    /** {@return this verifier with other limits on documents} */
    public ImageVerifier withLimits(RegistryLimits other) {
        return new ImageVerifier(platform, other, layerLimits, listener);
    }

    /** {@return this verifier with other limits on decompression} */
    public ImageVerifier withLayerLimits(LayerLimits other) {
        return new ImageVerifier(platform, limits, other, listener);
    }

    /** {@return this verifier with another listener} */
    public ImageVerifier withListener(VerificationListener other) {
        return new ImageVerifier(platform, limits, layerLimits, other);
    }

    /**
     * Verifies the image that the source's name stands for, by the source's own account.
     *
     * @param source the image; not closed
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verify(ImageSource source) throws IOException {
        return run(source, source.resolve());
    }

    /**
     * Verifies the image of a digest that somebody else vouches for, whatever the source says its name stands for.
     *
     * @param source the image; not closed
     * @param trusted the digest, for example from a {@link dev.tallyclerk.reference.DigestResolver}
     * @throws IOException if the source cannot be read, which says nothing about the image
     */
    public ImageVerification verify(ImageSource source, ResolvedDigest trusted) throws IOException {
        return run(source, trusted);
    }

    /**
     * Verifies the documents of an image and reads none of its layers, for who reads those anyway.
     *
     * @param source the image; not closed
     * @return what was found; of each layer that it was not read, so that the verdict is at best
     *     {@link ImageVerification.Verdict#INCOMPLETE}
     * @throws IOException if the source cannot be read, which says nothing about the image
     * @see dev.tallyclerk.registry.filesystem.ImageLayers
     */
    public ImageVerification verifyDocuments(ImageSource source) throws IOException {
        return new VerificationRun(source, source.resolve(), platform, limits, layerLimits, listener).runDocuments();
    }

    private ImageVerification run(ImageSource source, ResolvedDigest digest) throws IOException {
        return new VerificationRun(source, digest, platform, limits, layerLimits, listener).run();
    }
}
