package dev.tallyclerk.registry.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An image manifest: one configuration and the layers above each other, the lowest first.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI image-spec v1.1.1, Image
 *     Manifest</a>
 */
public final class ImageManifest extends Manifest {
    private final Descriptor config;
    private final List<Descriptor> layers;
    private final Optional<String> artifactType;

    ImageManifest(
            byte[] bytes,
            String mediaType,
            Descriptor config,
            List<Descriptor> layers,
            Optional<String> artifactType,
            Optional<Descriptor> subject,
            Map<String, String> annotations) {
        super(bytes, mediaType, subject, annotations);
        this.config = config;
        this.layers = List.copyOf(layers);
        this.artifactType = artifactType;
    }

    /** {@return the configuration's descriptor} */
    public Descriptor config() {
        return config;
    }

    /** {@return the layers' descriptors, the lowest first} */
    public List<Descriptor> layers() {
        return layers;
    }

    /** {@return the type of artifact, if the manifest says that it is one} */
    public Optional<String> artifactType() {
        return artifactType;
    }

    /** {@return whether the configuration is one of an image that a container engine can run} */
    public boolean isImage() {
        return MediaType.isImageConfig(config.mediaType());
    }

    @Override
    public <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest, Function<? super ImageIndex, ? extends R> index) {
        return manifest.apply(this);
    }
}
