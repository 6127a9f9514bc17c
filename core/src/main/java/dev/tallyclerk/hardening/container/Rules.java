package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the container rules have in common: where they cite, and the shapes of their decisions. */
final class Rules {
    static final String SINCE = "1.0.0";

    private static final String CIS = "CIS Docker 1.6.0";
    private static final String NIST = "NIST SP 800-190";

    private Rules() {}

    /** {@return the head of a rule; {@code cis} is empty where the benchmark does not ask for it} */
    static RuleInfo.Builder info(String id, String title, Severity severity, Profile profile, String cis, String nist) {
        RuleInfo.Builder builder =
                RuleInfo.builder(id, title).severity(severity).profile(profile).since(SINCE);
        if (!cis.isEmpty()) {
            builder.reference(CIS, cis);
        }
        return builder.reference(NIST, nist);
    }

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

    /** Goes through the elements of a list; each has one problem at most. */
    static <T> Outcome failForEach(
            Fact<List<T>> list, Predicate<? super T> isProblem, BiFunction<? super T, Location, Problem> problem) {
        return list.decideAt((elements, at) -> {
            List<Problem> problems = new ArrayList<>();
            for (int i = 0; i < elements.size(); i++) {
                if (isProblem.test(elements.get(i))) {
                    problems.add(problem.apply(elements.get(i), at.child(Integer.toString(i))));
                }
            }
            return Outcome.ofProblems(problems);
        });
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
