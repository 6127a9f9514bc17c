package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import java.util.List;
import java.util.Objects;

/**
 * An image on a host.
 *
 * @param id the image id; older engines omit {@code sha256:}
 * @param repoTags the names with a tag, for example {@code nginx:1.27}
 * @param repoDigests the names with a digest, for example {@code nginx@sha256:…}
 * @param defaults the defaults of the image for its containers
 */
public record LocalImage(String id, List<String> repoTags, List<String> repoDigests, Fact<ImageDefaults> defaults) {
    public LocalImage {
        Objects.requireNonNull(id, "id");
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        Objects.requireNonNull(defaults, "defaults");
    }

    /**
     * Makes an image with unknown defaults.
     *
     * @param id the image id; older engines omit {@code sha256:}
     * @param repoTags the names with a tag
     * @param repoDigests the names with a digest
     */
    public LocalImage(String id, List<String> repoTags, List<String> repoDigests) {
        this(
                id,
                repoTags,
                repoDigests,
                Fact.missing(MissingValue.Reason.KEY_MISSING, "the list of images has no defaults of images"));
    }
}
