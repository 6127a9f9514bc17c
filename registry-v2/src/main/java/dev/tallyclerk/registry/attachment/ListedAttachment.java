package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.registry.model.Descriptor;
import java.util.Objects;

/**
 * An artifact as a store lists it, unverified.
 *
 * @param place how it was found
 * @param manifest the descriptor of its manifest; only the digest is relied on
 * @param origin where it lies, for people
 */
public record ListedAttachment(Place place, Descriptor manifest, String origin) {
    /** Requires every part. */
    public ListedAttachment {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(manifest, "manifest");
        Objects.requireNonNull(origin, "origin");
    }
}
