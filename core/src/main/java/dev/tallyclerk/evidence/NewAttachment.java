package dev.tallyclerk.evidence;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An artifact to attach to an image, such as a new signature: its content, without the registry or layout that it will
 * be in.
 *
 * @param place where readers find it. With {@link Place#REFERRERS} it becomes a manifest of its own; under a tag, its
 *     layers are added to those that are there
 * @param subject the digest of the image
 * @param artifactType the artifact type, empty under a tag
 * @param annotations the annotations of the manifest, empty under a tag
 * @param blobs the layers, at least one
 */
public record NewAttachment(
        Place place, Digest subject, String artifactType, Map<String, String> annotations, List<NewBlob> blobs) {
    /**
     * Keeps copies of the collections.
     *
     * @throws IllegalArgumentException if there is no layer, type or annotations do not fit the place, or nothing is
     *     attached there
     */
    public NewAttachment {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(subject, "subject");
        annotations = Map.copyOf(annotations);
        blobs = List.copyOf(blobs);
        if (place == Place.OWN_TAG) {
            throw new IllegalArgumentException("an artifact under its own tag is attached to nothing");
        }
        if (blobs.isEmpty()) {
            throw new IllegalArgumentException("an artifact without a layer");
        }
        if (place == Place.REFERRERS ? artifactType.isEmpty() : !artifactType.isEmpty() || !annotations.isEmpty()) {
            throw new IllegalArgumentException("an artifact of the type \"" + artifactType + "\" with "
                    + annotations.size() + " annotations at " + place);
        }
    }
}
