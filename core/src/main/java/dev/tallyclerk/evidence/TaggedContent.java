package dev.tallyclerk.evidence;

import java.util.List;

/**
 * The content to write under an {@link ArtifactTag}.
 *
 * @param artifactType the artifact type, not empty
 * @param kept layers of the artifact before, which need not be written again
 * @param added new layers, which follow the kept ones; at least one layer is kept or added
 */
public record TaggedContent(String artifactType, List<AttachedBlob> kept, List<NewBlob> added) {
    /**
     * Keeps copies of the lists.
     *
     * @throws IllegalArgumentException if there is no artifact type or no layer
     */
    public TaggedContent {
        kept = List.copyOf(kept);
        added = List.copyOf(added);
        if (artifactType.isEmpty() || (kept.isEmpty() && added.isEmpty())) {
            throw new IllegalArgumentException("an artifact needs a type and a layer");
        }
    }
}
