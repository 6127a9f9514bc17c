package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * The layers of an image, the lowest first, which are verified while they are read.
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
            throw new IllegalArgumentException("the configuration does not belong to the manifest");
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
     * @param verifier decompresses and verifies each layer, within its limits
     * @throws IllegalArgumentException if {@code config} does not belong to the manifest, or has another number of
     *     layers
     */
    public static ImageLayers of(
            ImageSource source, ImageManifest manifest, ImageConfig config, LayerVerifier verifier) {
        return new ImageLayers(source, manifest, config, verifier);
    }

    /** {@return how many layers there are} */
    public int count() {
        return config.diffIds().size();
    }

    /**
     * {@return the digest that a layer's uncompressed content must have}
     *
     * @param index the layer's index, from 0 for the lowest
     * @throws IndexOutOfBoundsException if there is no such layer
     */
    public Digest diffId(int index) {
        return config.diffIds().get(index);
    }

    /** Reads one layer to its end. */
    @FunctionalInterface
    interface Reading {
        void read(int index, LayerReader layer) throws IOException;
    }

    /** Reads all layers. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Does {@code work}, and repeats it once if a layer did not match and the source may have it from another mirror.
     */
    <T> T retrying(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (VerificationException e) {
            if (!e.meansWrongContent() || !source.isWorthAskingAgain()) {
                throw e;
            }
            // A mirror with one wrong layer must not spoil the repetition with another.
            manifest.layers().forEach(layer -> source.foundWrong(layer.digest()));
            return work.run();
        }
    }

    /** Reads each layer, the lowest first, and tells the source of layers that do not match. */
    void forEach(Reading reading) throws IOException {
        for (int i = 0; i < count(); i++) {
            try (LayerReader layer = open(i)) {
                reading.read(i, layer);
            } catch (VerificationException e) {
                throw wrong(i, e);
            }
        }
    }

    private VerificationException wrong(int index, VerificationException refusal) {
        if (refusal.meansWrongContent()) {
            source.foundWrong(manifest.layers().get(index).digest());
        }
        return refusal;
    }

    /**
     * {@return the content of a file, after its whole layer was read and verified}
     *
     * <p>Each call reads the layer again; for many files {@link #open} it, or use {@link ImageExtractor}.
     *
     * @param file a file of the {@link ImageFileSystem} of these layers
     * @param maxBytes the largest content that is read into memory, in bytes
     * @throws ImageFileSystemException if the file is larger, or the source does not have the layer
     * @throws VerificationException if the layer does not match
     * @throws LayerException if the layer matches, but cannot be read within the limits
     * @throws IOException if the source cannot be read
     * @throws IllegalArgumentException if {@code file} is a directory, a link or a device, or belongs to another image,
     *     or {@code maxBytes} is negative
     */
    public byte[] read(ImageFile file, int maxBytes) throws IOException {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes is negative: " + maxBytes);
        }
        LayerEntry wanted = file.content()
                .filter(entry -> entry.type() == LayerEntry.Type.FILE)
                .orElseThrow(() -> new IllegalArgumentException(file + " is not a file with content"));
        LayerOrigin origin = file.contentOrigin();
        int index = origin.index();
        if (index >= count() || !diffId(index).equals(origin.diffId())) {
            throw ofAnotherImage(file);
        }
        if (wanted.size() > maxBytes) {
            throw new ImageFileSystemException(
                    Reason.LIMIT_EXCEEDED,
                    file + " has " + wanted.size() + " bytes, more than the " + maxBytes + " allowed");
        }
        return retrying(() -> content(index, wanted)).orElseThrow(() -> ofAnotherImage(file));
    }

    private static IllegalArgumentException ofAnotherImage(ImageFile file) {
        return new IllegalArgumentException(file + " belongs to another image");
    }

    /** Reads to the end, because nothing is verified before. */
    private Optional<byte[]> content(int index, LayerEntry wanted) throws IOException {
        Optional<byte[]> content = Optional.empty();
        try (LayerReader layer = open(index)) {
            Optional<LayerEntry> entry = layer.next();
            while (entry.isPresent()) {
                if (isSame(entry.get(), wanted)) {
                    content = Optional.of(layer.content().readNBytes((int) wanted.size()));
                }
                entry = layer.next();
            }
        } catch (VerificationException e) {
            throw wrong(index, e);
        } catch (LayerException e) {
            throw in(index, e);
        }
        return content;
    }

    private static boolean isSame(LayerEntry entry, LayerEntry other) {
        return entry.position() == other.position()
                && entry.size() == other.size()
                && entry.rawPath().equals(other.rawPath());
    }

    /**
     * {@return a reader of a layer, at its start; the caller closes it}
     *
     * <p>If the reader throws a {@link VerificationException}, {@linkplain ImageSource#foundWrong tell the source}
     * before opening the layer again.
     *
     * @param index the layer's index, from 0 for the lowest
     * @throws ImageFileSystemException if the source does not have the layer
     * @throws LayerException if the layer's format is not supported
     * @throws VerificationException if the layer is already known not to match, or its digest's algorithm is not
     *     supported
     * @throws IndexOutOfBoundsException if there is no such layer
     * @throws IOException if the source cannot be read
     */
    public LayerReader open(int index) throws IOException {
        Descriptor layer = manifest.layers().get(index);
        InputStream blob = source.unverifiedContent(layer)
                .orElseThrow(() -> ImageFileSystemException.of(
                        Reason.MISSING_LAYER,
                        index,
                        source.name() + " does not have layer " + (index + 1) + ", " + layer.digest()));
        try {
            return LayerReader.open(blob, layer, diffId(index), verifier);
        } catch (LayerException e) {
            throw in(index, e);
        }
    }

    /** {@return an exception that names the layer} */
    static LayerException in(int index, LayerException refusal) {
        return refusal.at("layer " + (index + 1));
    }
}
