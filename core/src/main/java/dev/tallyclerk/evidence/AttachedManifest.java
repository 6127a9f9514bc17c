package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The manifest of an attached artifact. Its bytes have the digest of its {@link Attachment}; nothing in it is signed.
 *
 * @param artifactType the manifest's own artifact type, empty if it has none; the one of a list of referrers may differ
 * @param configType the media type of the configuration, empty if there is none
 * @param subject the digest that the manifest names as its subject, if it names one
 * @param annotations the manifest's annotations
 * @param blobs the layers, in order
 */
public record AttachedManifest(
        String artifactType,
        String configType,
        Optional<Digest> subject,
        Map<String, String> annotations,
        List<AttachedBlob> blobs) {
    /** Keeps copies of the collections. */
    public AttachedManifest {
        Objects.requireNonNull(artifactType, "artifactType");
        Objects.requireNonNull(configType, "configType");
        Objects.requireNonNull(subject, "subject");
        annotations = Map.copyOf(annotations);
        blobs = List.copyOf(blobs);
    }
}
