package dev.tallyclerk.hardening;

import java.util.Comparator;

/** Orders locations as a reader meets them: numbers in a pointer are compared as numbers. */
final class LocationOrder {
    static final Comparator<Location> INSTANCE = Comparator.<Location>comparingInt(
                    place -> place.fold(pointer -> 1, line -> 2, history -> 3, layer -> 4, whole -> 0))
            .thenComparing(place -> place.<String>fold(
                    Location.Pointer::source,
                    Location.Line::source,
                    history -> "",
                    layer -> "",
                    Location.Whole::source))
            .thenComparingInt(place -> place.fold(
                    pointer -> 0, Location.Line::line, Location.History::index, Location.LayerEntry::layer, whole -> 0))
            .thenComparing(
                    place -> place.<String>fold(
                            Location.Pointer::pointer,
                            line -> "",
                            history -> "",
                            Location.LayerEntry::path,
                            whole -> ""),
                    LocationOrder::comparePaths);

    private LocationOrder() {}

    private static int comparePaths(String a, String b) {
        String[] left = a.split("/", -1);
        String[] right = b.split("/", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int result = compareSteps(left[i], right[i]);
            if (result != 0) {
                return result;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static int compareSteps(String a, String b) {
        if (isIndex(a) && isIndex(b) && a.length() != b.length()) {
            return Integer.compare(a.length(), b.length());
        }
        return a.compareTo(b);
    }

    private static boolean isIndex(String step) {
        return !step.isEmpty()
                && (step.charAt(0) != '0' || step.length() == 1)
                && step.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
