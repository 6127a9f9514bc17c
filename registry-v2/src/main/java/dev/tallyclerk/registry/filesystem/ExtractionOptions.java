package dev.tallyclerk.registry.filesystem;

import java.util.Objects;

/**
 * What is written of the files of an image, besides their contents.
 *
 * <p>Immutable. Start with {@link #defaults} and change what has to be another.
 *
 * @param setId whether programs keep the bits that make them run as their owner or group
 * @param ownership whether files keep the numbers of their owner and group, for which a process has to be privileged
 * @param times whether files keep the time of their last change, as finely as the Java runtime can set it
 * @param userAttributes whether files keep their extended attributes of the namespace {@code user}; those of other
 *     namespaces cannot be written
 * @param merge how layers are merged, and what they may cost
 */
public record ExtractionOptions(
        boolean setId, boolean ownership, boolean times, boolean userAttributes, MergeOptions merge) {
    private static final ExtractionOptions DEFAULTS =
            new ExtractionOptions(false, false, true, false, MergeOptions.defaults());

    public ExtractionOptions {
        Objects.requireNonNull(merge, "merge");
    }

    /**
     * {@return the options that hold unless others are given}
     *
     * <p>Permissions and times are kept; set-ID bits, owners and extended attributes are not. The limits are the
     * {@linkplain MergeOptions#defaults() default ones}.
     */
    public static ExtractionOptions defaults() {
        return DEFAULTS;
    }

    /** {@return these options, with set-ID bits kept or not} */
    public ExtractionOptions withSetId(boolean setId) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with owners and groups kept or not} */
    public ExtractionOptions withOwnership(boolean ownership) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with times kept or not} */
    public ExtractionOptions withTimes(boolean times) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with extended attributes of users kept or not} */
    public ExtractionOptions withUserAttributes(boolean userAttributes) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }

    /** {@return these options, with layers merged in another way} */
    public ExtractionOptions withMerge(MergeOptions merge) {
        return new ExtractionOptions(setId, ownership, times, userAttributes, merge);
    }
}
