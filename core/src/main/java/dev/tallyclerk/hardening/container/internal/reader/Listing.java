package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Things of one kind that several members of a document list. What is known of it can show a problem even where another
 * part is missing; only the whole can show that there is none.
 *
 * @param known what could be read
 * @param gaps what is missing of the whole
 * @param at where the whole stands
 */
public record Listing<T>(List<T> known, List<Fact.Missing<?>> gaps, Location at) {
    public Listing {
        known = List.copyOf(known);
        gaps = List.copyOf(gaps);
    }

    /** {@return the whole, if nothing of it is missing} */
    public Fact<List<T>> whole() {
        return gaps.isEmpty()
                ? Fact.known(known, at)
                : Fact.missing(gaps.get(0).reason(), gaps.get(0).what());
    }

    /** {@return what all the outcomes say together; without a problem, a gap leaves the question open} */
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
