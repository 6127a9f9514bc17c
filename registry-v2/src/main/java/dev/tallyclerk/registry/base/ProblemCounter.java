package dev.tallyclerk.registry.base;

import dev.tallyclerk.hardening.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the problems before and after rebuilds. Numbers the different problems, and keeps sets of numbers. */
final class ProblemCounter {
    private final ProblemSource source;
    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<Severity> severities = new ArrayList<>();

    private record Key(String id, String packageName) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byId = id.compareTo(other.id);
            return byId != 0 ? byId : packageName.compareTo(other.packageName);
        }
    }

    ProblemCounter(ProblemSource source) {
        this.source = source;
    }

    /** The lowest and the highest layer that brings a problem: a base and an image on it may have the same package. */
    private record Span(int lowest, int highest) {
        Span with(Span other) {
            return new Span(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
        }
    }

    /** The problems of an image. */
    static final class Found {
        private final Map<Integer, Span> spans = new HashMap<>();

        private void add(int number, int layer) {
            spans.merge(number, new Span(layer, layer), Span::with);
        }

        BitSet all() {
            return from(0);
        }

        /** {@return those that layers from that one on bring} */
        BitSet from(int layer) {
            BitSet set = new BitSet();
            spans.forEach((number, span) -> set.set(number, span.highest() >= layer));
            return set;
        }

        /** {@return those that layers below that one bring} */
        BitSet below(int layer) {
            BitSet set = new BitSet();
            spans.forEach((number, span) -> set.set(number, span.lowest() < layer));
            return set;
        }
    }

    /** {@return the problems of an image, or null if they are not known} */
    @Nullable Found ask(FleetImage image) throws IOException {
        Optional<List<KnownProblem>> known = source.of(image);
        if (known.isEmpty()) {
            return null;
        }
        Found found = new Found();
        for (KnownProblem problem : known.get()) {
            found.add(number(problem), problem.layer());
        }
        return found;
    }

    private int number(KnownProblem problem) {
        int next = severities.size();
        int number = numbers.computeIfAbsent(new Key(problem.id(), problem.packageName()), key -> next);
        if (number == next) {
            severities.add(problem.severity());
        } else if (problem.severity().compareTo(severities.get(number)) > 0) {
            severities.set(number, problem.severity());
        }
        return number;
    }

    /** {@return the numbers by severity, the highest first} */
    SortedMap<Severity, ProblemCounts> counts(BitSet before, BitSet after) {
        SortedMap<Severity, ProblemCounts> counts = new TreeMap<>(Comparator.reverseOrder());
        BitSet either = (BitSet) before.clone();
        either.or(after);
        either.stream().forEach(number -> {
            boolean was = before.get(number);
            boolean is = after.get(number);
            counts.merge(
                    severities.get(number),
                    new ProblemCounts(was ? 1 : 0, was && !is ? 1 : 0, was ? 0 : 1),
                    (a, b) -> new ProblemCounts(
                            a.before() + b.before(), a.removed() + b.removed(), a.added() + b.added()));
        });
        return counts;
    }
}
