package dev.tallyclerk.maven;

import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Who has to vouch for an image.
 *
 * @param trust the trust policy; null if nobody has to
 * @param name the name by which the image will be loaded; null for its own
 * @param store where trusted metadata is kept
 */
record Demand(
        @Nullable File trust,
        @Nullable String name,
        @Nullable File store) {
    static final Demand NONE = new Demand(null, null, null);
}
