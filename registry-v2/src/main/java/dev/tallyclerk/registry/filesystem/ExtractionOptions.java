package dev.tallyclerk.registry.filesystem;

import java.util.Objects;

/**
 * Options of an extraction: what it writes besides the contents of files.
 *
 * <p>Immutable. Start from the {@link #defaults} and override what you need.
 *
 * @param setId whether files keep their set-user-ID and set-group-ID bits
 * @param ownership whether files keep their user and group IDs, which requires a privileged process
 * @param times whether files keep their modification times, as precisely as the Java runtime can set them
 * @param userAttributes whether files keep their extended attributes of the namespace {@code user}; those of other
 *     namespaces cannot be written
 * @param merge how layers are merged, and the limits on them
 */
public record ExtractionOptions(
        boolean setId, boolean ownership, boolean times, boolean userAttributes, MergeOptions merge) {
    private static final ExtractionOptions DEFAULTS =
            new ExtractionOptions(false, false, true, false, MergeOptions.defaults());

    public ExtractionOptions {
        Objects.requireNonNull(merge, "merge");
    }

    /**
     * {@return the default options}
     *
     * <p>Permissions and times are kept; set-ID bits, owners and extended attributes are not. The limits are the
     * {@linkplain MergeOptions#defaults() defaults}.
     */
    public static ExtractionOptions defaults() {
        return DEFAULTS;
    }

    /** {@return these options, with or without set-ID bits} */
    public ExtractionOptions withSetId(boolean setId) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with or without owners and groups} */
    public ExtractionOptions withOwnership(boolean ownership) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with or without times} */
    public ExtractionOptions withTimes(boolean times) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with or without extended attributes of the namespace {@code user}} */
    public ExtractionOptions withUserAttributes(boolean userAttributes) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with other options for merging layers} */
    public ExtractionOptions withMerge(MergeOptions merge) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }
}
