package dev.tallyclerk.hardening;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why a value of a subject is missing, and where it would be. A {@link Fact} has this instead of the value, and an
 * {@link Outcome.Unknown} reports it.
 *
 * <p>Immutable; two are equal if reason, text and location are.
 */
public final class MissingValue {
    private final Reason reason;
    private final Supplier<String> what;
    private final Supplier<@Nullable Location> at;

    /**
     * Makes a missing value.
     *
     * @param reason the reason, for programs
     * @param what which value is missing and why, for people
     */
    public MissingValue(Reason reason, String what) {
        this(reason, shown(Reportable.text(what)), () -> null);
    }

    private MissingValue(Reason reason, Supplier<String> what, Supplier<@Nullable Location> at) {
        this.reason = Objects.requireNonNull(reason, "reason");
        this.what = what;
        this.at = at;
    }

    private static Supplier<String> shown(String text) {
        return () -> text;
    }

    /** {@return a missing value whose text and place are worked out when they are asked for} */
    static MissingValue lazy(Reason reason, Supplier<String> what, Supplier<Location> at) {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(at, "at");
        return new MissingValue(reason, () -> Reportable.text(what.get()), () -> at.get());
    }

    /** {@return the same with its text and place worked out, so that it refers to no document} */
    MissingValue settled() {
        Location place = at.get();
        return new MissingValue(reason, shown(what()), () -> place);
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

    /**
     * {@return this missing value with the place where it would be, or is in an unreadable form}
     *
     * @param at the place
     */
    public MissingValue withLocation(Location at) {
        Objects.requireNonNull(at, "at");
        return new MissingValue(reason, what, () -> at);
    }

    /** {@return the reason, for programs} */
    public Reason reason() {
        return reason;
    }

    /** {@return which value is missing and why, for people} */
    public String what() {
        return what.get();
    }

    /** {@return where the value would be, or is in an unreadable form, if that is known} */
    public Optional<Location> at() {
        return Optional.ofNullable(at.get());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MissingValue that
                && reason == that.reason
                && what().equals(that.what())
                && Objects.equals(at.get(), that.at.get());
    }

    @Override
    public int hashCode() {
        return Objects.hash(reason, what(), at.get());
    }

    /** {@return reason and text} */
    @Override
    public String toString() {
        return reason + ": " + what();
    }
}
