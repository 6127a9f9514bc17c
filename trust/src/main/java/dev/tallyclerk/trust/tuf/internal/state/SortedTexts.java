package dev.tallyclerk.trust.tuf.internal.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * A compact multimap from numbers to texts, each with its place in a list. Takes a few words per text: a file may
 * contain a million, and a client caches verified files. Immutable.
 */
final class SortedTexts {
    /** In ascending order; repeated for each text under the same number. */
    private final long[] numbers;

    private final String[] texts;
    private final int[] places;

    private SortedTexts(long[] numbers, String[] texts, int[] places) {
        this.numbers = numbers;
        this.texts = texts;
        this.places = places;
    }

    /** Collects texts. For one thread. */
    static final class Builder {
        private final List<Entry> entries = new ArrayList<>();

        private record Entry(long number, String text, int place) {}

        void add(long number, String text, int place) {
            entries.add(new Entry(number, text, place));
        }

        SortedTexts build() {
            entries.sort(Comparator.comparingLong(Entry::number));
            return new SortedTexts(
                    entries.stream().mapToLong(Entry::number).toArray(),
                    entries.stream().map(Entry::text).toArray(String[]::new),
                    entries.stream().mapToInt(Entry::place).toArray());
        }
    }

    boolean isEmpty() {
        return numbers.length == 0;
    }

    /** Adds the places of the wanted texts under a number. */
    void collect(long number, Predicate<String> wanted, Collection<Integer> into) {
        for (int i = first(number); i < numbers.length && numbers[i] == number; i++) {
            if (wanted.test(texts[i])) {
                into.add(places[i]);
            }
        }
    }

    /** {@return the index of the first text under a number or, if there is none, under the next one} */
    private int first(long number) {
        int low = 0;
        int high = numbers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (numbers[middle] < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
