package dev.tallyclerk.registry.base;

import java.util.Objects;

/**
 * Thrown when images cannot be one fleet.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class FleetException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the images. */
    public enum Reason {
        /** Two different images have the same name in the fleet. */
        NAME_TAKEN,
        /** Two different images for one platform are both said to be current for a name. */
        SEVERAL_CURRENT,
        /** An image is its own base, by way of others: no order of rebuilding exists. */
        CYCLE,
        /** A limit of {@link FleetLimits} is exceeded. */
        LIMIT_EXCEEDED
    }

    private final Reason reason;

    FleetException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what is wrong} */
    public Reason reason() {
        return reason;
    }
}
