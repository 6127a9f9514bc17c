package dev.tallyclerk.hardening;

import dev.tallyclerk.text.Quoted;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a rule that a policy may set, with its type, default and range.
 *
 * <p>A rule declares it with {@link RuleInfo.Builder#parameter} and reads it with {@link RuleContext#value}. Immutable;
 * two parameters are equal if all their properties are.
 *
 * @param <T> the type of the value: {@link Long}, {@link Duration}, {@link String}, {@link Boolean} or a {@link List}
 *     of strings
 */
public final class RuleParameter<T> {
    private static final Predicate<String> IS_NAME =
            Pattern.compile("[a-z][a-zA-Z0-9]*").asMatchPredicate();

    private final Parts<T> parts;

    private record Parts<T>(
            String name,
            Type type,
            T defaultValue,
            @Nullable T minimum,
            @Nullable T maximum,
            String description) {}

    private RuleParameter(
            String name, Type type, T defaultValue, @Nullable T minimum, @Nullable T maximum, String description) {
        if (!IS_NAME.test(name)) {
            throw new IllegalArgumentException("not a parameter name such as \"maximumAge\": " + Quoted.quote(name));
        }
        if (description.isBlank()) {
            throw new IllegalArgumentException("the description of parameter " + name + " is blank");
        }
        this.parts = new Parts<>(name, type, defaultValue, minimum, maximum, description);
        if (!isInRange(defaultValue)) {
            throw new IllegalArgumentException("the default of parameter " + name + " is not " + range());
        }
    }

    /** The type of a parameter. */
    public enum Type {
        /** An integer. */
        INTEGER,
        /** A duration. */
        DURATION,
        /** A text. */
        TEXT,
        /** A list of texts. */
        TEXT_LIST,
        /** A boolean. */
        FLAG
    }

    /**
     * {@return an integer parameter}
     *
     * @param name letters {@code a-z A-Z} and digits, a lower-case letter first, for example {@code maximumProcesses}
     * @param defaultValue the default
     * @param minimum the least value, inclusive
     * @param maximum the greatest value, inclusive
     * @param description the purpose, in one sentence
     * @throws IllegalArgumentException if the name is malformed, the description is blank, or the default is out of
     *     range
     */
    public static RuleParameter<Long> integer(
            String name, long defaultValue, long minimum, long maximum, String description) {
        return new RuleParameter<>(name, Type.INTEGER, defaultValue, minimum, maximum, description);
    }

    /**
     * {@return a duration parameter}
     *
     * @param name letters {@code a-z A-Z} and digits, a lower-case letter first, for example {@code maximumAge}
     * @param defaultValue the default
     * @param minimum the least value, inclusive
     * @param maximum the greatest value, inclusive
     * @param description the purpose, in one sentence
     * @throws IllegalArgumentException if the name is malformed, the description is blank, or the default is out of
     *     range
     */
    public static RuleParameter<Duration> duration(
            String name, Duration defaultValue, Duration minimum, Duration maximum, String description) {
        Objects.requireNonNull(minimum, "minimum");
        Objects.requireNonNull(maximum, "maximum");
        return new RuleParameter<>(
                name, Type.DURATION, Objects.requireNonNull(defaultValue), minimum, maximum, description);
    }

    /**
     * {@return a text parameter}
     *
     * @param name letters {@code a-z A-Z} and digits, a lower-case letter first, for example {@code logDriver}
     * @param defaultValue the default
     * @param description the purpose, in one sentence
     * @throws IllegalArgumentException if the name is malformed or the description is blank
     */
    public static RuleParameter<String> text(String name, String defaultValue, String description) {
        return new RuleParameter<>(name, Type.TEXT, Objects.requireNonNull(defaultValue), null, null, description);
    }

    /**
     * {@return a parameter that is a list of texts}
     *
     * @param name letters {@code a-z A-Z} and digits, a lower-case letter first, for example
     *     {@code allowedCapabilities}
     * @param defaults the default, possibly empty
     * @param description the purpose, in one sentence
     * @throws IllegalArgumentException if the name is malformed or the description is blank
     */
    public static RuleParameter<List<String>> textList(String name, List<String> defaults, String description) {
        return new RuleParameter<>(name, Type.TEXT_LIST, List.copyOf(defaults), null, null, description);
    }

    /**
     * {@return a boolean parameter}
     *
     * @param name letters {@code a-z A-Z} and digits, a lower-case letter first, for example {@code allowLoopback}
     * @param defaultValue the default
     * @param description the purpose, in one sentence
     * @throws IllegalArgumentException if the name is malformed or the description is blank
     */
    public static RuleParameter<Boolean> flag(String name, boolean defaultValue, String description) {
        return new RuleParameter<>(name, Type.FLAG, defaultValue, null, null, description);
    }

    /** {@return the name, unique within its rule} */
    public String name() {
        return parts.name;
    }

    /** {@return the type} */
    public Type type() {
        return parts.type;
    }

    /** {@return the default} */
    public T defaultValue() {
        return parts.defaultValue;
    }

    /** {@return the least value, for an integer or a duration} */
    public Optional<T> minimum() {
        return Optional.ofNullable(parts.minimum);
    }

    /** {@return the greatest value, for an integer or a duration} */
    public Optional<T> maximum() {
        return Optional.ofNullable(parts.maximum);
    }

    /** {@return the purpose, in one sentence} */
    public String description() {
        return parts.description;
    }

    boolean isInRange(T value) {
        return switch (parts.type) {
            case INTEGER -> isBetween((Long) value, (Long) parts.minimum, (Long) parts.maximum);
            case DURATION -> isBetween((Duration) value, (Duration) parts.minimum, (Duration) parts.maximum);
            case TEXT, TEXT_LIST, FLAG -> true;
        };
    }

    /** {@return the range in words, for example {@code between 1 and 4096}} */
    String range() {
        return parts.minimum == null ? "of type " + parts.type : "between " + parts.minimum + " and " + parts.maximum;
    }

    private static <C extends Comparable<C>> boolean isBetween(C value, @Nullable C minimum, @Nullable C maximum) {
        return minimum != null && maximum != null && value.compareTo(minimum) >= 0 && value.compareTo(maximum) <= 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        // A record's own equals is slow to start, and rules mostly look up the instance they declared.
        return this == other
                || (other instanceof RuleParameter<?> that
                        && parts.name.equals(that.parts.name)
                        && parts.equals(that.parts));
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    /** {@return name and default, for example {@code maximumProcesses=4096}} */
    @Override
    public String toString() {
        return parts.name + '=' + parts.defaultValue;
    }
}
