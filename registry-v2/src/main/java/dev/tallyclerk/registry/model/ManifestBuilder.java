package dev.tallyclerk.registry.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The members that manifests and indexes share.
 *
 * @param <B> the builder itself
 */
abstract class ManifestBuilder<B extends ManifestBuilder<B>> {
    private final List<Descriptor> contents = new ArrayList<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private String mediaType;
    private @Nullable String artifactType;
    private @Nullable Descriptor subject;

    ManifestBuilder(String mediaType) {
        this.mediaType = mediaType;
    }

    abstract B self();

    /** {@return this builder, with another kind of document} */
    final B type(String type) {
        mediaType = type;
        return self();
    }

    /** {@return this builder, with one more layer or manifest} */
    final B add(Descriptor content, String name) {
        contents.add(Objects.requireNonNull(content, name));
        return self();
    }

    /** {@return this builder, with the artifact type, which is a media type} */
    public final B artifactType(String artifactType) {
        this.artifactType = artifactType;
        return self();
    }

    /** {@return this builder, with the manifest that the document refers to} */
    public final B subject(Descriptor subject) {
        this.subject = subject;
        return self();
    }

    /** {@return this builder, with one more annotation, which replaces one of the same name} */
    public final B annotation(String name, String value) {
        annotations.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return self();
    }

    /**
     * {@return the document, to be read back}
     *
     * @param config the configuration, or null of an index
     * @param list the name of the member for the contents
     */
    final DocumentWriter write(@Nullable Descriptor config, String list) {
        boolean docker =
                mediaType.equals(MediaType.DOCKER_MANIFEST) || mediaType.equals(MediaType.DOCKER_MANIFEST_LIST);
        if (docker && (artifactType != null || subject != null || !annotations.isEmpty())) {
            throw new IllegalArgumentException(
                    "a document of type " + mediaType + " has no artifact type, subject or annotations");
        }
        DocumentWriter out = new DocumentWriter().begin('{');
        out.name("schemaVersion").value(2).name("mediaType").value(mediaType);
        out.member("artifactType", artifactType);
        if (config != null) {
            out.name("config").descriptor(config);
        }
        out.descriptors(list, contents);
        if (subject != null) {
            out.name("subject").descriptor(subject);
        }
        return out.member("annotations", annotations).end('}');
    }
}
