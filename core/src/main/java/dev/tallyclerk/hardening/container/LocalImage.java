package dev.tallyclerk.hardening.container;

import java.util.List;
import java.util.Objects;

/**
 * An image that a host has.
 *
 * @param id the image id, in older engines without {@code sha256:}
 * @param repoTags the names with a tag that stand for it, for example {@code nginx:1.27}
 * @param repoDigests the names with a digest, for example {@code nginx@sha256:…}
 */
public record LocalImage(String id, List<String> repoTags, List<String> repoDigests) {
    public LocalImage {
        Objects.requireNonNull(id, "id");
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
    }
}
