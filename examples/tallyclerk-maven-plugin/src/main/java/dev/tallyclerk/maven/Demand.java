package dev.tallyclerk.maven;

import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Who has to vouch for an image.
 *
 * @param trust the trust policy; null if nobody has to
 * @param name the name by which a local image will be loaded
 * @param store where trusted metadata is kept
 */
record Demand(
        @Nullable File trust,
        @Nullable String name,
        @Nullable File store) {
    static final Demand NONE = new Demand(null, null, null);
}
