package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import java.util.function.Predicate;

/** Tests on facts that readers and rules share. */
public final class Facts {
    private Facts() {}

    /** {@return whether the value is stated or assumed, and passes the test} */
    public static <T> boolean isKnown(Fact<T> fact, Predicate<? super T> test) {
        return fact.<Boolean>fold(
                (value, at) -> test.test(value), assumed -> test.test(assumed.value()), missing -> false);
    }

    /** {@return whether a document states the value, and it passes the test} */
    public static <T> boolean isStated(Fact<T> fact, Predicate<? super T> test) {
        return fact instanceof Fact.Known<T> known && test.test(known.value());
    }

    /** {@return whether the document was given and does not have the value} */
    public static boolean isAbsent(Fact<?> fact) {
        return fact instanceof Fact.Missing<?> missing && missing.reason() == MissingValue.Reason.KEY_MISSING;
    }

    /** {@return a failure at the fact's location; unknown if it is missing} */
    public static Outcome fail(Fact<?> fact, String message) {
        return fact.decideAt((value, at) -> Outcome.fail(Problem.at(at, message)));
    }

    /** Fails if the value is a problem, with the value as evidence. */
    public static <T> Outcome failIf(Fact<T> fact, Predicate<? super T> isProblem, String message, String name) {
        return fact.decideAt((value, at) ->
                Outcome.failIf(isProblem.test(value), at, message, Evidence.of(name, String.valueOf(value))));
    }
}
