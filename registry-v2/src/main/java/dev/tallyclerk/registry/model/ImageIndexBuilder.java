package dev.tallyclerk.registry.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a new {@link ImageIndex}.
 *
 * <p>What it writes depends on nothing but what it was told, as with {@link ImageManifestBuilder}. It belongs to one
 * thread, and may be used again.
 */
public final class ImageIndexBuilder {
    private String mediaType = MediaType.OCI_INDEX;
    private @Nullable String artifactType;
    private @Nullable Descriptor subject;
    private final List<Descriptor> manifests = new ArrayList<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();

    ImageIndexBuilder() {}

    /**
     * Sets the kind of index, which is OCI's unless told otherwise.
     *
     * @param type {@link MediaType#OCI_INDEX} or {@link MediaType#DOCKER_MANIFEST_LIST}
     * @return this builder
     * @throws IllegalArgumentException if it is another
     */
    public ImageIndexBuilder mediaType(String type) {
        if (!MediaType.isIndex(type)) {
            throw new IllegalArgumentException("no type of index: " + type);
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
    public ImageIndexBuilder artifactType(String type) {
        artifactType = type;
        return this;
    }

    /**
     * Sets the manifest that this index is about.
     *
     * @param manifest its descriptor
     * @return this builder
     */
    public ImageIndexBuilder subject(Descriptor manifest) {
        subject = manifest;
        return this;
    }

    /**
     * Adds a manifest, or another index, after those that were added before.
     *
     * @param manifest its descriptor, with the platform if it is for one
     * @return this builder
     */
    public ImageIndexBuilder manifest(Descriptor manifest) {
        manifests.add(Objects.requireNonNull(manifest, "manifest"));
        return this;
    }

    /**
     * Adds an annotation, or replaces the one of that name.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public ImageIndexBuilder annotation(String name, String value) {
        annotations.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * {@return the index that was written}
     *
     * @throws IllegalArgumentException if it breaks a rule of its specification: a type that is no media type, a member
     *     that Docker's lists do not have, or text that JSON cannot interchange
     */
    public ImageIndex build() {
        boolean docker = mediaType.equals(MediaType.DOCKER_MANIFEST_LIST);
        if (docker && (artifactType != null || subject != null || !annotations.isEmpty())) {
            throw new IllegalArgumentException("Docker's manifest lists have no artifact type, subject or annotations");
        }
        DocumentWriter out = new DocumentWriter().begin('{');
        out.name("schemaVersion").value(2).name("mediaType").value(mediaType);
        out.member("artifactType", artifactType);
        out.descriptors("manifests", manifests);
        if (subject != null) {
            out.name("subject").descriptor(subject);
        }
        byte[] bytes = out.member("annotations", annotations).end('}').toBytes();
        return (ImageIndex) Written.manifest(bytes, mediaType);
    }
}
