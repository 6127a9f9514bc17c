package dev.tallyclerk.trust.internal.artifact;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An artifact with metadata files: each layer is a file, whose name is in an annotation. Media type and annotation are
 * those of other tools that carry TUF metadata in registries. Immutable, and as thread-safe as the artifact.
 *
 * @param artifact the artifact
 * @param layers the layers by file name
 */
public record MetadataArtifact(Attachment artifact, Map<String, AttachedBlob> layers) {
    /** The type of the artifact. */
    public static final String TYPE = "application/vnd.tuf.metadata.v1";

    private static final String MEDIA_TYPE = "application/vnd.tuf.metadata+json";
    private static final String FILE_NAME = "tuf.io/filename";

    /**
     * Lists the files of an artifact. Layers without a name are left out.
     *
     * @throws EvidenceException if it is no artifact, or names two layers alike
     */
    public static MetadataArtifact of(Attachment artifact) throws EvidenceException, IOException {
        Map<String, AttachedBlob> layers = new LinkedHashMap<>();
        for (AttachedBlob layer : artifact.manifest().blobs()) {
            String name = layer.annotations().get(FILE_NAME);
            if (name != null && layers.put(name, layer) != null) {
                throw new EvidenceException(
                        EvidenceException.Reason.MALFORMED,
                        artifact.origin() + " has two layers with the name " + Quoted.quote(name));
            }
        }
        return new MetadataArtifact(artifact, layers);
    }

    /** {@return the layer of a file} */
    public Optional<AttachedBlob> layer(String fileName) {
        return Optional.ofNullable(layers.get(fileName));
    }

    /** {@return a file as a new layer} */
    public static NewBlob layer(String fileName, byte[] content) {
        return NewBlob.of(MEDIA_TYPE, content, Map.of(FILE_NAME, fileName));
    }
}
