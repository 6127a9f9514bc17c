package dev.tallyclerk.trust.tuf.internal.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Texts under numbers, and where each stands in a list. Takes a few words for each: a signer may write a million into a
 * file, and a client keeps what it has verified. Immutable.
 */
final class SortedTexts {
    /** From the least, each once for every text under it. */
    private final long[] numbers;

    private final String[] texts;
    private final int[] places;

    private SortedTexts(long[] numbers, String[] texts, int[] places) {
        this.numbers = numbers;
        this.texts = texts;
        this.places = places;
    }

    /** Collects texts. Not for use by two threads. */
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

    /** Adds the places of the texts under a number that are wanted. */
    void collect(long number, Predicate<String> wanted, Collection<Integer> into) {
        for (int i = first(number); i < numbers.length && numbers[i] == number; i++) {
            if (wanted.test(texts[i])) {
                into.add(places[i]);
            }
        }
    }

    /** {@return where the texts under a number begin, or would} */
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
