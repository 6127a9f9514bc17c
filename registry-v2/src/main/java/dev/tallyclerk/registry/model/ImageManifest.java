package dev.tallyclerk.registry.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        return !isImage() && (artifactType.isPresent() || config.mediaType().equals(MediaType.OCI_EMPTY));
    }

    @Override
    public <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest, Function<? super ImageIndex, ? extends R> index) {
        return manifest.apply(this);
    }
}
