package dev.tallyclerk.registry.image;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Manifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of an image that is copied, as its verified manifests list them. Immutable. */
public final class ImageContent {
    private final String source;
    private final @Nullable Reference reference;
    private final Manifest rootDocument;
    private final Map<Descriptor, byte[]> documents;
    private final List<Descriptor> manifests;
    private final List<Descriptor> blobs;

    /** Keeps the arrays of {@code documents}, which ends with the root. */
    ImageContent(
            String source,
            @Nullable Reference reference,
            Manifest rootDocument,
            Map<Descriptor, byte[]> documents,
            List<Descriptor> blobs) {
        this.source = source;
        this.reference = reference;
        this.rootDocument = rootDocument;
        this.documents = Collections.unmodifiableMap(new LinkedHashMap<>(documents));
        this.manifests = List.copyOf(new ArrayList<>(documents.keySet()));
        this.blobs = List.copyOf(blobs);
    }

    /** {@return where the image comes from, for messages} */
    public String source() {
        return source;
    }

    /** {@return the full name of the image at the source, if the source has one} */
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
    }

    /** {@return the manifest or index that the image's name refers to} */
    public Manifest rootDocument() {
        return rootDocument;
    }

    /** {@return the descriptor of {@link #rootDocument}} */
    public Descriptor root() {
        return manifests.get(manifests.size() - 1);
    }

    /** {@return every manifest and index, each once, children before parents, the root last} */
    public List<Descriptor> manifests() {
        return manifests;
    }

    /**
     * {@return a copy of the exact bytes of one of {@link #manifests}}
     *
     * @throws IllegalArgumentException if it is not one of them
     */
    public byte[] manifest(Descriptor manifest) {
        byte[] bytes = documents.get(manifest);
        if (bytes == null) {
            throw new IllegalArgumentException(manifest + " is not one of the manifests");
        }
        return bytes.clone();
    }

    /** {@return every blob, each digest once, sorted by digest; none of them is one of the manifests} */
    public List<Descriptor> blobs() {
        return blobs;
    }
}
