package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Fact;
import java.util.List;
import java.util.Objects;

/**
 * An image that a host has.
 *
 * @param id the image id, in older engines without {@code sha256:}
 * @param repoTags the names with a tag that stand for it, for example {@code nginx:1.27}
 * @param repoDigests the names with a digest, for example {@code nginx@sha256:…}
 * @param defaults what it says of containers that are made from it
 */
public record LocalImage(String id, List<String> repoTags, List<String> repoDigests, Fact<ImageDefaults> defaults) {
    public LocalImage {
        Objects.requireNonNull(id, "id");
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        Objects.requireNonNull(defaults, "defaults");
    }

    /**
     * Makes an image of which nothing is known but its names.
     *
     * @param id the image id, in older engines without {@code sha256:}
     * @param repoTags the names with a tag that stand for it
     * @param repoDigests the names with a digest
     */
    public LocalImage(String id, List<String> repoTags, List<String> repoDigests) {
        this(
                id,
                repoTags,
                repoDigests,
                Fact.missing(Fact.Reason.KEY_MISSING, "the list of images does not say what they set"));
    }
}
