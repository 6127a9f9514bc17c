package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Decides over lists whose elements have their own locations. */
public final class Elements {
    private Elements() {}

    /** {@return the joint outcome of all elements, {@code ifEmpty} without any; unknown if the list is missing} */
    public static <T> Outcome allOf(
            Fact<List<T>> list, Outcome ifEmpty, BiFunction<? super T, Location, Outcome> decision) {
        return list.decideAt((elements, at) -> {
            Outcome[] outcomes = new Outcome[elements.size()];
            for (int i = 0; i < outcomes.length; i++) {
                outcomes[i] = decision.apply(elements.get(i), at.child(Integer.toString(i)));
            }
            return Outcome.allOf(ifEmpty, outcomes);
        });
    }

    /** {@return a failure with a problem for each element that is one, or a pass; unknown if the list is missing} */
    public static <T> Outcome failIf(
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
}
