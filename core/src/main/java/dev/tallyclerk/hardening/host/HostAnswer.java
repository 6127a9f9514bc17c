package dev.tallyclerk.hardening.host;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HostFiles} knows about a path: a value, that there is none, or why it is not known.
 *
 * <p>The verdicts of the rules depend on the difference: a file that is absent has no rule, and one that may not be
 * looked at makes it unknown. Immutable if the value is.
 *
 * @param <T> the type of the value
 */
public final class HostAnswer<T> {
    private final Kind kind;
    private final @Nullable T value;
    private final String why;

    private HostAnswer(Kind kind, @Nullable T value, String why) {
        this.kind = kind;
        this.value = value;
        this.why = why;
    }

    /** The kinds of answers. Kinds may be added. */
    public enum Kind {
        /** There is a value. */
        FOUND,
        /** The file certainly does not exist. */
        ABSENT,
        /** The program may not look, so that the file may or may not exist. */
        DENIED,
        /** The source does not cover the path, so that nothing is known. */
        NOT_COVERED,
        /** Reading failed in another way, or a limit was exceeded. */
        FAILED
    }

    /**
     * {@return an answer with a value}
     *
     * @param value the value
     * @param <T> the type of the value
     */
    public static <T> HostAnswer<T> found(T value) {
        return new HostAnswer<>(Kind.FOUND, Objects.requireNonNull(value, "value"), "");
    }

    /**
     * {@return that the file certainly does not exist}
     *
     * @param <T> the type of the value
     */
    public static <T> HostAnswer<T> absent() {
        return new HostAnswer<>(Kind.ABSENT, null, "");
    }

    /**
     * {@return that the program may not look}
     *
     * @param <T> the type of the value
     */
    public static <T> HostAnswer<T> denied() {
        return new HostAnswer<>(Kind.DENIED, null, "");
    }

    /**
     * {@return that the source does not cover the path}
     *
     * @param <T> the type of the value
     */
    public static <T> HostAnswer<T> notCovered() {
        return new HostAnswer<>(Kind.NOT_COVERED, null, "");
    }

    /**
     * {@return that reading failed}
     *
     * @param why the reason, for people
     * @param <T> the type of the value
     */
    public static <T> HostAnswer<T> failed(String why) {
        return new HostAnswer<>(Kind.FAILED, null, Objects.requireNonNull(why, "why"));
    }

    /** {@return the kind} */
    public Kind kind() {
        return kind;
    }

    /** {@return the value, if there is one} */
    public Optional<T> value() {
        return Optional.ofNullable(value);
    }

    /** {@return why reading failed; empty for other kinds} */
    public String why() {
        return why;
    }

    /** {@return the next answer, which depends on the value; this one without a value} */
    <U> HostAnswer<U> then(Function<? super T, HostAnswer<U>> next) {
        return value == null ? new HostAnswer<>(kind, null, why) : next.apply(value);
    }

    /** {@return kind and reason} */
    @Override
    public String toString() {
        return kind + (why.isEmpty() ? "" : ": " + why);
    }
}
