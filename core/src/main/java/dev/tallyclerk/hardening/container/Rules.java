package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the container rules have in common: the shapes of their decisions. */
final class Rules {

    private Rules() {}

    static Rule<ContainerSubject> rule(RuleInfo.Builder info, Function<ContainerSubject, Outcome> decision) {
        return Rule.of(info.build(), ContainerSubject.class, (container, context) -> decision.apply(container));
    }

    static Rule<ContainerSubject> rule(
            RuleInfo.Builder info, BiFunction<ContainerSubject, RuleContext, Outcome> decision) {
        return Rule.of(info.build(), ContainerSubject.class, decision);
    }

    /** Fails where the value is not what it should be, and shows it. */
    static <T> Outcome failIf(Fact<T> fact, Predicate<? super T> isProblem, String message, String name) {
        return fact.decideAt((value, at) -> isProblem.test(value)
                ? Outcome.fail(Problem.at(at, message, Evidence.of(name, String.valueOf(value))))
                : Outcome.pass());
    }

    /** {@return a missing fact as the outcome that it is} */
    static Outcome unknown(Fact.Missing<?> missing) {
        return new Outcome.Unknown(List.of(missing));
    }

    /** {@return whether the value is there and passes the test} */
    static <T> boolean isKnown(Fact<T> fact, Predicate<? super T> test) {
        return fact.<Boolean>fold(
                (value, at) -> test.test(value), assumed -> test.test(assumed.value()), missing -> false);
    }
}
