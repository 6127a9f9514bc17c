package dev.tallyclerk.hardening.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The numbers of a version, for comparison: {@code 26.1.5} of {@code 26.1.5+dfsg1}.
 *
 * @param numbers major first, at least one
 * @param preliminary whether it is a release candidate or beta, which precedes the release with the same numbers
 */
record EngineVersion(List<Integer> numbers, boolean preliminary) implements Comparable<EngineVersion> {
    private static final int MAX_PARTS = 4;
    private static final int MAX_DIGITS = 9;

    EngineVersion {
        numbers = List.copyOf(numbers);
    }

    static EngineVersion of(Integer... numbers) {
        return new EngineVersion(List.of(numbers), false);
    }

    /** {@return the version at the start of {@code text}, if there is one} */
    static Optional<EngineVersion> parse(String text) {
        List<Integer> numbers = new ArrayList<>();
        int at = text.startsWith("v") ? 1 : 0;
        while (numbers.size() < MAX_PARTS) {
            int end = at;
            while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                end++;
            }
            if (end == at || end - at > MAX_DIGITS) {
                break;
            }
            numbers.add(Integer.parseInt(text.substring(at, end)));
            at = end + 1;
            if (end == text.length() || text.charAt(end) != '.') {
                at = end;
                break;
            }
        }
        String rest = at < text.length() ? text.substring(at) : "";
        if (numbers.size() == 1 && !rest.isEmpty() && Character.isLetter(rest.charAt(0))) {
            return Optional.empty(); // a commit id that begins with digits
        }
        boolean preliminary = rest.matches("[-~.]?(rc|alpha|beta|dev).*");
        return numbers.isEmpty() ? Optional.empty() : Optional.of(new EngineVersion(numbers, preliminary));
    }

    boolean isBefore(EngineVersion other) {
        return compareTo(other) < 0;
    }

    /** {@return whether this version belongs to the release branch whose numbers it starts with} */
    boolean isOf(EngineVersion branch) {
        return numbers.size() >= branch.numbers.size()
                && numbers.subList(0, branch.numbers.size()).equals(branch.numbers);
    }

    @Override
    public int compareTo(EngineVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int difference = Integer.compare(number(i), other.number(i));
            if (difference != 0) {
                return difference;
            }
        }
        return Boolean.compare(other.preliminary, preliminary);
    }

    private int number(int position) {
        return position < numbers.size() ? numbers.get(position) : 0;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (int number : numbers) {
            out.append(out.length() == 0 ? "" : ".").append(number);
        }
        return out.toString();
    }
}
