package dev.tallyclerk.hardening;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A value of a subject, with its origin or the reason why it is missing.
 *
 * <p>Rules decide over a fact with {@link #decide}, {@link #decideAt} or {@link #decideBoth}, which give
 * {@link Outcome.Unknown} for a missing value without calling the rule. A fact is immutable if its value is.
 *
 * @param <T> the type of the value
 */
public sealed interface Fact<T> {
    /**
     * A value that a document states.
     *
     * @param value the value
     * @param at the location of the value
     * @param <T> the type of the value
     */
    record Known<T>(T value, Location at) implements Fact<T> {
        public Known {
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * A value that a document omits, with the default of its specification or engine.
     *
     * @param value the default
     * @param why who documents the default
     * @param at where the value would be
     * @param <T> the type of the value
     */
    record Defaulted<T>(T value, String why, Location at) implements Fact<T> {
        public Defaulted {
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * A missing value.
     *
     * @param why the reason
     * @param <T> the type that the value would have
     */
    record Missing<T>(MissingValue why) implements Fact<T> {
        public Missing {
            Objects.requireNonNull(why, "why");
        }

        /** {@return the reason, for programs} */
        public MissingValue.Reason reason() {
            return why.reason();
        }

        /** {@return which value is missing and why, for people} */
        public String what() {
            return why.what();
        }

        /** {@return where the value would be, or is in an unreadable form, if that is known} */
        public Optional<Location> at() {
            return why.at();
        }
    }

    /**
     * {@return a value that a document states}
     *
     * @param value the value
     * @param at the location of the value
     * @param <T> the type of the value
     */
    static <T> Fact<T> known(T value, Location at) {
        return new Known<>(value, at);
    }

    /**
     * {@return the default of a value that a document omits}
     *
     * @param value the default
     * @param why who documents the default
     * @param at where the value would be
     * @param <T> the type of the value
     */
    static <T> Fact<T> defaulted(T value, String why, Location at) {
        return new Defaulted<>(value, why, at);
    }

    /**
     * {@return a missing value}
     *
     * @param reason the reason, for programs
     * @param what which value is missing and why, for people
     * @param <T> the type that the value would have
     */
    static <T> Fact<T> missing(MissingValue.Reason reason, String what) {
        return new Missing<>(new MissingValue(reason, what));
    }

    /**
     * {@return a missing value of a document}
     *
     * @param reason the reason, for programs
     * @param what which value is missing and why, for people
     * @param at where the value would be, or is in an unreadable form
     * @param <T> the type that the value would have
     */
    static <T> Fact<T> missing(MissingValue.Reason reason, String what, Location at) {
        return new Missing<>(new MissingValue(reason, what).withLocation(at));
    }

    /**
     * {@return a missing value of a document whose text and place are worked out only if a report needs them}
     *
     * <p>For readers of documents: rules ask for many values that most documents do not have.
     *
     * @param reason the reason, for programs
     * @param what gives which value is missing and why, for people; it may be called often, and gives the same each
     *     time
     * @param at gives where the value would be, or is in an unreadable form; it may be called often, and gives the same
     *     each time
     * @param <T> the type that the value would have
     */
    static <T> Fact<T> missing(MissingValue.Reason reason, Supplier<String> what, Supplier<Location> at) {
        return new Missing<>(MissingValue.lazy(reason, what, at));
    }

    /**
     * Calls the function for this kind of fact.
     *
     * <p>For code that builds, shows or compares facts; rules use {@link #decide} and its relatives.
     *
     * @param known called with a stated value and its location
     * @param defaulted called with a default
     * @param missing called if there is no value
     * @param <R> the type of the result
     * @return the result of the called function
     */
    default <R> R fold(
            BiFunction<? super T, ? super Location, ? extends R> known,
            Function<? super Defaulted<T>, ? extends R> defaulted,
            Function<? super Missing<T>, ? extends R> missing) {
        if (this instanceof Known<T> stated) {
            return known.apply(stated.value(), stated.at());
        }
        return this instanceof Defaulted<T> assumed ? defaulted.apply(assumed) : missing.apply((Missing<T>) this);
    }

    /**
     * Decides over the value.
     *
     * @param decision called with the value, stated or default
     * @return the result of {@code decision}, or {@link Outcome.Unknown} if the value is missing
     */
    default Outcome decide(Function<? super T, ? extends Outcome> decision) {
        return decideAt((value, at) -> decision.apply(value));
    }

    /**
     * Decides over the value and its location.
     *
     * @param decision called with the value, stated or default, and where it is or would be
     * @return the result of {@code decision}, or {@link Outcome.Unknown} if the value is missing
     */
    default Outcome decideAt(BiFunction<? super T, ? super Location, ? extends Outcome> decision) {
        return this.<Outcome>fold(
                decision,
                assumed -> decision.apply(assumed.value(), assumed.at()),
                missing -> Outcome.unknown(missing.why()));
    }

    /**
     * Decides over two values that are both needed. If either can fail alone, decide over each and use
     * {@link Outcome#allOf}.
     *
     * @param first a fact
     * @param second another fact
     * @param decision called with both values
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @return the result of {@code decision}, or {@link Outcome.Unknown} with everything that is missing
     */
    static <A, B> Outcome decideBoth(
            Fact<A> first, Fact<B> second, BiFunction<? super A, ? super B, ? extends Outcome> decision) {
        List<MissingValue> missing = new ArrayList<>();
        if (first instanceof Missing<A> absent) {
            missing.add(absent.why());
        }
        if (second instanceof Missing<B> absent) {
            missing.add(absent.why());
        }
        if (!missing.isEmpty()) {
            return new Outcome.Unknown(missing);
        }
        return first.decide(a -> second.decide(b -> decision.apply(a, b)));
    }

    /**
     * {@return a value computed from this one, with the same origin; missing if this is}
     *
     * @param function called with the value, stated or default
     * @param <U> the type of the computed value
     */
    default <U> Fact<U> map(Function<? super T, ? extends U> function) {
        return this.<Fact<U>>fold(
                (value, at) -> new Known<>(function.apply(value), at),
                assumed -> new Defaulted<>(function.apply(assumed.value()), assumed.why(), assumed.at()),
                missing -> new Missing<>(missing.why()));
    }

    /**
     * {@return another fact that depends on this value; missing if this is}
     *
     * @param function called with the value, stated or default, and where it is or would be
     * @param <U> the type of the other fact's value
     */
    default <U> Fact<U> flatMapAt(BiFunction<? super T, ? super Location, ? extends Fact<U>> function) {
        return this.<Fact<U>>fold(
                (value, at) -> function.apply(value, at),
                assumed -> function.apply(assumed.value(), assumed.at()),
                missing -> new Missing<>(missing.why()));
    }
}
