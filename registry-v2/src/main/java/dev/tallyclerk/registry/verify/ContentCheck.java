package dev.tallyclerk.registry.verify;

import dev.tallyclerk.digest.Digest;
import java.util.Locale;
import java.util.Objects;

/**
 * One piece of an image's content, and what its check found.
 *
 * @param kind what the content is
 * @param position the layer's number from the bottom, starting at 0; 0 for anything else
 * @param mediaType the content's media type, or an empty string if nothing says it
 * @param digest the digest that it must have
 * @param size the size that it must have, in bytes; where none is promised, the size of what was read for it, or 0 if
 *     nothing was
 * @param result what was found
 */
public record ContentCheck(Kind kind, int position, String mediaType, Digest digest, long size, ContentResult result) {
    /** What a piece of content is in an image. */
    public enum Kind {
        /** An image index or manifest list. */
        INDEX,
        /** An image manifest. */
        MANIFEST,
        /** The image's configuration, or an artifact's. */
        CONFIG,
        /** A layer, or an artifact's content. */
        LAYER
    }

    /** Requires every part. */
    public ContentCheck {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(result, "result");
        if (position < 0 || size < 0) {
            throw new IllegalArgumentException("position or size is negative");
        }
    }

    /** {@return what the content is, for people, for example {@code layer 2}, where layers are counted from 1} */
    public String label() {
        String word = kind.name().toLowerCase(Locale.ROOT);
        return kind == Kind.LAYER ? word + " " + (position + 1) : word;
    }

    /** {@return what the content is and what was found, for people, for example {@code layer 2: DIGEST_MISMATCH: …}} */
    public String describe() {
        return label() + ": "
                + result.<String>fold(
                        verified -> "verified",
                        failed -> failed.reason() + ": " + failed.message(),
                        unverifiable -> unverifiable.reason() + ": " + unverifiable.message());
    }
}
