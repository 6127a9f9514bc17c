package dev.tallyclerk.hardening;

import java.util.Objects;

/**
 * Why a value of a subject is missing. A {@link Fact} has this instead of the value, and an {@link Outcome.Unknown}
 * reports it.
 *
 * <p>Immutable.
 *
 * @param reason the reason, for programs
 * @param what which value is missing and why, for people
 */
public record MissingValue(Reason reason, String what) {
    public MissingValue {
        Objects.requireNonNull(reason, "reason");
        what = Reportable.text(what);
    }

    /** Why a value is missing. Reasons may be added. */
    public enum Reason {
        /** The document that would have the value was not given. */
        SOURCE_NOT_PROVIDED,
        /** The document lacks the value, and no default is documented. */
        KEY_MISSING,
        /** The value is malformed or unsupported, or a limit was reached while reading it. */
        UNREADABLE,
        /** The value cannot be true, for example a build time in the future. */
        IMPLAUSIBLE,
        /** The value depends on an unknown variable. */
        UNRESOLVED_VARIABLE
    }
}
