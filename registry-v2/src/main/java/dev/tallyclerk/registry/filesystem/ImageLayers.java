package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The layers of an image, the lowest first, each opened so that it is verified while it is read.
 *
 * <p>Immutable; as safe for use by several threads as its source.
 */
public final class ImageLayers {
    private final ImageSource source;
    private final ImageManifest manifest;
    private final ImageConfig config;
    private final LayerVerifier verifier;

    private ImageLayers(ImageSource source, ImageManifest manifest, ImageConfig config, LayerVerifier verifier) {
        Digest promised = manifest.config().digest();
        if (!Digest.of(promised.algorithm(), config.bytes()).equals(promised)) {
            throw new IllegalArgumentException("the configuration is not the manifest's");
        }
        if (manifest.layers().size() != config.diffIds().size()) {
            throw new IllegalArgumentException("the manifest has "
                    + manifest.layers().size() + " layers, and the configuration "
                    + config.diffIds().size());
        }
        this.source = source;
        this.manifest = manifest;
        this.config = config;
        this.verifier = Objects.requireNonNull(verifier, "verifier");
    }

    /**
     * {@return the layers of an image}
     *
     * @param source the image; not closed
     * @param manifest the image's manifest, verified
     * @param config the image's configuration, verified
     * @param limits what each layer may cost
     * @throws IllegalArgumentException if {@code config} is not the manifest's
     */
    public static ImageLayers of(ImageSource source, ImageManifest manifest, ImageConfig config, LayerLimits limits) {
        return of(source, manifest, config, LayerVerifier.of(limits));
    }

    /**
     * {@return the layers of an image}
     *
     * @param source the image; not closed
     * @param manifest the image's manifest, verified
     * @param config the image's configuration, verified
     * @param verifier what decompresses and verifies each layer, within its limits
     * @throws IllegalArgumentException if {@code config} is not the manifest's
     */
    public static ImageLayers of(
            ImageSource source, ImageManifest manifest, ImageConfig config, LayerVerifier verifier) {
        return new ImageLayers(source, manifest, config, verifier);
    }

    /** {@return how many layers there are} */
    public int count() {
        return config.diffIds().size();
    }

    /** {@return the digest that a layer's uncompressed content has to have} */
    public Digest diffId(int index) {
        return config.diffIds().get(index);
    }

    /** Reads one layer to its end. */
    @FunctionalInterface
    interface Reading {
        void read(int index, LayerReader layer) throws IOException;
    }

    /** Has each layer read, the lowest first, and tells the source of one that is not the promised one. */
    void forEach(Reading reading) throws IOException {
        for (int i = 0; i < count(); i++) {
            try (LayerReader layer = open(i)) {
                reading.read(i, layer);
            } catch (VerificationException e) {
                source.foundWrong(manifest.layers().get(i).digest());
                throw e;
            }
        }
    }

    /**
     * {@return a reader of a layer, at its beginning; the caller closes it}
     *
     * <p>Who finds by a {@link VerificationException} of the reader that the layer is another one, and wants to open it
     * again, {@linkplain ImageSource#foundWrong tells the source} first.
     *
     * @param index the layer's place, from 0 for the lowest
     * @throws ImageFileSystemException if the source does not have the layer
     * @throws IOException if the source cannot be read
     */
    public LayerReader open(int index) throws IOException {
        Descriptor layer = manifest.layers().get(index);
        InputStream blob = source.unverifiedContent(layer)
                .orElseThrow(() -> new ImageFileSystemException(
                        Reason.MISSING_LAYER,
                        source.name() + " does not have layer " + (index + 1) + ", " + layer.digest()));
        try {
            return LayerReader.open(blob, layer, diffId(index), verifier);
        } catch (LayerException e) {
            throw in(index, e);
        }
    }

    /** {@return a refusal that says which layer it is about} */
    static LayerException in(int index, LayerException refusal) {
        LayerException located =
                new LayerException(refusal.reason(), "layer " + (index + 1) + ": " + refusal.getMessage());
        located.initCause(refusal);
        return located;
    }
}
