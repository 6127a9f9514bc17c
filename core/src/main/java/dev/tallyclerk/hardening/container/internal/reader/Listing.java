package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Elements that several members of a document list. The known ones can show a problem even if others are missing; only
 * a complete list can show that there is none.
 *
 * @param known the elements that could be read
 * @param gaps the missing parts
 * @param at the location of the list
 */
public record Listing<T>(List<T> known, List<MissingValue> gaps, Location at) {
    public Listing {
        known = List.copyOf(known);
        gaps = List.copyOf(gaps);
    }

    /** {@return all elements, if none is missing} */
    public Fact<List<T>> whole() {
        return gaps.isEmpty()
                ? Fact.known(known, at)
                : Fact.missing(gaps.get(0).reason(), gaps.get(0).what());
    }

    /** {@return the joint outcome of all elements; without a problem, a gap makes it unknown} */
    public Outcome forEach(Function<? super T, ? extends Outcome> decision) {
        List<Outcome> outcomes = new ArrayList<>();
        for (T element : known) {
            outcomes.add(decision.apply(element));
        }
        if (!gaps.isEmpty()) {
            outcomes.add(new Outcome.Unknown(gaps));
        }
        return Outcome.allOf(Outcome.pass(), outcomes.toArray(Outcome[]::new));
    }
}
