package dev.tallyclerk.internal.text;

import dev.tallyclerk.text.Quoted;
import java.util.Arrays;
import java.util.List;

/**
 * A version of integers separated by dots, in which a missing number counts as zero.
 *
 * @param numbers the numbers, at least one
 */
public record DottedVersion(List<Integer> numbers) implements Comparable<DottedVersion> {
    private static final int MAX_NUMBERS = 8;
    private static final int MAX_DIGITS = 9;

    public DottedVersion {
        numbers = List.copyOf(numbers);
    }

    /**
     * {@return the version that {@code text} spells}
     *
     * @throws IllegalArgumentException if it is not one to eight numbers of at most nine digits
     */
    public static DottedVersion parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > MAX_NUMBERS || !Arrays.stream(parts).allMatch(DottedVersion::isNumber)) {
            throw new IllegalArgumentException("not a version such as 1.2.0: " + Quoted.quote(text));
        }
        return new DottedVersion(Arrays.stream(parts).map(Integer::valueOf).toList());
    }

    @Override
    public int compareTo(DottedVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int result = Integer.compare(number(i), other.number(i));
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    private int number(int position) {
        return position < numbers.size() ? numbers.get(position) : 0;
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.length() <= MAX_DIGITS && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
