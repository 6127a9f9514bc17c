package dev.tallyclerk.registry.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a new {@link ImageManifest}.
 *
 * <p>What it writes depends on nothing but what it was told: members stand in the order of the specification,
 * annotations in the order of their names' code points, and there is no white space. The manifest that it gives back is
 * read from those bytes, under every rule that a manifest from a stranger is read under. Only limits do not count: what
 * is larger than {@link DocumentLimits#defaults} allows is written, and whoever reads it within those refuses it. It
 * belongs to one thread, and may be used again.
 */
public final class ImageManifestBuilder {
    private final Descriptor config;
    private String mediaType = MediaType.OCI_MANIFEST;
    private @Nullable String artifactType;
    private @Nullable Descriptor subject;
    private final List<Descriptor> layers = new ArrayList<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();

    ImageManifestBuilder(Descriptor config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * Sets the kind of manifest, which is OCI's unless told otherwise.
     *
     * @param type {@link MediaType#OCI_MANIFEST} or {@link MediaType#DOCKER_MANIFEST}
     * @return this builder
     * @throws IllegalArgumentException if it is another
     */
    public ImageManifestBuilder mediaType(String type) {
        if (!MediaType.isManifest(type)) {
            throw new IllegalArgumentException("no type of image manifest: " + type);
        }
        mediaType = type;
        return this;
    }

    /**
     * Sets the type of artifact.
     *
     * @param type a media type
     * @return this builder
     */
    public ImageManifestBuilder artifactType(String type) {
        artifactType = type;
        return this;
    }

    /**
     * Sets the manifest that this one is about.
     *
     * @param manifest its descriptor
     * @return this builder
     */
    public ImageManifestBuilder subject(Descriptor manifest) {
        subject = manifest;
        return this;
    }

    /**
     * Adds a layer above those that were added before.
     *
     * @param layer its descriptor
     * @return this builder
     */
    public ImageManifestBuilder layer(Descriptor layer) {
        layers.add(Objects.requireNonNull(layer, "layer"));
        return this;
    }

    /**
     * Adds an annotation, or replaces the one of that name.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public ImageManifestBuilder annotation(String name, String value) {
        annotations.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * {@return the manifest that was written}
     *
     * @throws IllegalArgumentException if it breaks a rule of its specification: an artifact without a type, a type
     *     that is no media type, a member that Docker's manifests do not have, or text that JSON cannot interchange
     */
    public ImageManifest build() {
        boolean docker = mediaType.equals(MediaType.DOCKER_MANIFEST);
        if (docker && (artifactType != null || subject != null || !annotations.isEmpty())) {
            throw new IllegalArgumentException("Docker's manifests have no artifact type, subject or annotations");
        }
        DocumentWriter out = new DocumentWriter().begin('{');
        out.name("schemaVersion").value(2).name("mediaType").value(mediaType);
        out.member("artifactType", artifactType);
        out.name("config").descriptor(config).descriptors("layers", layers);
        if (subject != null) {
            out.name("subject").descriptor(subject);
        }
        byte[] bytes = out.member("annotations", annotations).end('}').toBytes();
        return (ImageManifest) Written.manifest(bytes, mediaType);
    }
}
