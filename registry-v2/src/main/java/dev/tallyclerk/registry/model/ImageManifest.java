package dev.tallyclerk.registry.model;

import dev.tallyclerk.registry.model.ManifestReader.Head;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An image manifest: a configuration and layers, the lowest first.
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
    public static Builder builder(Descriptor config) {
        return new Builder(config);
    }

    /**
     * Writes a new manifest.
     *
     * <p>The bytes depend only on the builder's input: members are in the order of the specification, annotations are
     * sorted by code point, and there is no white space. The result is read back from the bytes under all rules for
     * manifests except limits: a manifest larger than {@link DocumentLimits#defaults} is written, and refused by
     * readers with those limits. Not safe for use by several threads; may be used again.
     */
    public static final class Builder extends ManifestBuilder<Builder> {
        private final Descriptor config;

        private Builder(Descriptor config) {
            super(MediaType.OCI_MANIFEST);
            this.config = Objects.requireNonNull(config, "config");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this builder, for another kind of manifest than OCI's}
         *
         * @param mediaType {@link MediaType#OCI_MANIFEST} or {@link MediaType#DOCKER_MANIFEST}
         * @throws IllegalArgumentException if it is another
         */
        public Builder mediaType(String mediaType) {
            if (!MediaType.isManifest(mediaType)) {
                throw new IllegalArgumentException("not the type of an image manifest: " + mediaType);
            }
            return type(mediaType);
        }

        /** {@return this builder, with one more layer on top} */
        public Builder layer(Descriptor layer) {
            return add(layer, "layer");
        }

        /**
         * {@return the new manifest}
         *
         * @throws IllegalArgumentException if it breaks a rule of its specification: an artifact without a type, a type
         *     that is no media type, a member that Docker's manifests do not have, or text that JSON cannot interchange
         */
        public ImageManifest build() {
            return (ImageManifest) write(config, "layers").readBack(Manifest::parse);
        }
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
     * <p>Engines treat every Docker manifest as an image, whatever the type of its configuration. Some also accept the
     * configuration types of early builders.
     */
    public boolean isImage() {
        return mediaType().equals(MediaType.DOCKER_MANIFEST)
                || MediaType.isImageConfig(config.mediaType())
                || HISTORIC_CONFIGS.contains(config.mediaType());
    }

    /**
     * {@return whether this declares itself the manifest of an artifact that is no image}
     *
     * <p>A manifest may be neither image nor artifact.
     *
     * @see <a
     *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage">OCI
     *     image-spec v1.1.1, Guidelines for Artifact Usage</a>
     */
    public boolean isArtifact() {
        return !isImage() && (artifactType().isPresent() || config.mediaType().equals(MediaType.OCI_EMPTY));
    }
}
