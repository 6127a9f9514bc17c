package dev.tallyclerk.registry.model;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * An image manifest: one configuration and the layers above each other, the lowest first.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI image-spec v1.1.1, Image
 *     Manifest</a>
 */
public final class ImageManifest extends Manifest {
    /** Docker Engine accepts these as image configurations. */
    private static final Set<String> HISTORIC_CONFIGS =
            Set.of("application/octet-stream", "application/json", "text/html");

    private final Descriptor config;
    private final List<Descriptor> layers;

    ImageManifest(byte[] bytes, Head head, Descriptor config, List<Descriptor> layers) {
        super(bytes, head);
        this.config = config;
        this.layers = List.copyOf(layers);
    }

    /**
     * {@return a builder of the manifest of an image or an artifact}
     *
     * @param config the descriptor of its configuration; {@link Descriptor#empty} if it has none
     */
    public static ImageManifestBuilder builder(Descriptor config) {
        return new ImageManifestBuilder(config);
    }

    /** {@return the configuration's descriptor} */
    public Descriptor config() {
        return config;
    }

    /** {@return the layers' descriptors, the lowest first} */
    public List<Descriptor> layers() {
        return layers;
    }

    /**
     * {@return whether this is the manifest of an image}
     *
     * <p>Engines take every Docker manifest for one, whatever type its configuration is given, and some take
     * configurations of types that early builders used for one too.
     */
    public boolean isImage() {
        return mediaType().equals(MediaType.DOCKER_MANIFEST)
                || MediaType.isImageConfig(config.mediaType())
                || HISTORIC_CONFIGS.contains(config.mediaType());
    }

    /**
     * {@return whether this says of itself that it is not the manifest of an image but of some other artifact}
     *
     * <p>A manifest that is neither is not to be taken for anything.
     *
     * @see <a
     *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage">OCI
     *     image-spec v1.1.1, Guidelines for Artifact Usage</a>
     */
    public boolean isArtifact() {
        return !isImage() && (artifactType().isPresent() || config.mediaType().equals(MediaType.OCI_EMPTY));
    }

    @Override
    public <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest,
            Function<? super ImageIndex, ? extends R> index,
            Function<? super Schema1Manifest, ? extends R> schema1) {
        return manifest.apply(this);
    }
}
