package dev.tallyclerk.registry.base;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * What is unusual about the base of an image.
 *
 * @param kind the kind, for programs; kinds may be added, never changed
 * @param message a sentence for people; printable
 */
public record BaseRemark(Kind kind, String message) {
    /** What is unusual. */
    public enum Kind {
        /** The annotation names a base whose layers are not the lowest layers of the image. */
        CONTRADICTED_ANNOTATION,
        /** The annotation names a base that is no image of the fleet, so nothing proves it. */
        UNVERIFIED_ANNOTATION,
        /** The annotation is the base's own: it names the base of the base. */
        COPIED_ANNOTATION,
        /** The annotation cannot be read. */
        MALFORMED_ANNOTATION,
        /** Several images of the fleet have exactly the layers of the base. */
        AMBIGUOUS_BASE,
        /** The base has several names, of which different images are current. */
        AMBIGUOUS_NAME,
        /** No name of the base is known, so neither is the image that replaces it. */
        NAMELESS_BASE,
        /** No image of the fleet is current for the name of the base. */
        NO_CURRENT_IMAGE,
        /** The name of the base now stands for the image itself. */
        OWN_NAME,
        /** The build history begins as that of another image, but the layers do not: they were merged, or rebuilt. */
        MERGED_LAYERS,
        /** All layers in common with other images are empty, which proves nothing. */
        EMPTY_LAYERS,
        /** The current base has another digest than the one below the image, and the same content. */
        SAME_CONTENT,
        /** The layers are those that a bill of materials states, and nobody has read the image. */
        CLAIMED_LAYERS,
        /** The base is the one that a bill of materials names, which states no layers that would confirm it. */
        CLAIMED_BASE
    }

    public BaseRemark {
        Objects.requireNonNull(kind, "kind");
        message = Quoted.printable(message);
    }
}
