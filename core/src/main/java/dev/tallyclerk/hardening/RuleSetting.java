package dev.tallyclerk.hardening;

import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a rule with the value that a policy gives it, which is always in range.
 *
 * <p>Immutable.
 *
 * @param <T> the type of the value
 */
public final class RuleSetting<T> {
    private final RuleParameter<T> parameter;
    private final T value;

    private RuleSetting(RuleParameter<T> parameter, T value) {
        this.parameter = parameter;
        this.value = value;
    }

    /**
     * {@return a parameter with a value}
     *
     * @param value the value; a list is copied
     * @param <T> the type of the value
     * @throws IllegalArgumentException if the value is out of the parameter's range
     */
    public static <T> RuleSetting<T> of(RuleParameter<T> parameter, T value) {
        T kept = copy(Objects.requireNonNull(value, "value"));
        if (!parameter.isInRange(kept)) {
            throw new IllegalArgumentException(
                    parameter.name() + " is " + Quoted.quote(kept.toString()) + ", not " + parameter.range());
        }
        return new RuleSetting<>(parameter, kept);
    }

    /** {@return the parameter} */
    public RuleParameter<T> parameter() {
        return parameter;
    }

    /** {@return the value} */
    public T value() {
        return value;
    }

    @SuppressWarnings("unchecked") // only lists of strings are mutable
    private static <T> T copy(T value) {
        return value instanceof List<?> list ? (T) List.copyOf(list) : value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RuleSetting<?> that && parameter.equals(that.parameter) && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(parameter, value);
    }

    /** {@return name and value, for example {@code maximumProcesses=4096}} */
    @Override
    public String toString() {
        return parameter.name() + '=' + value;
    }
}
