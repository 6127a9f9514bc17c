package dev.tallyclerk.hardening;

import java.util.Comparator;

/** Orders locations as a reader meets them: numbers in a pointer count as numbers. */
final class LocationOrder implements Comparator<Location> {
    static final LocationOrder INSTANCE = new LocationOrder();

    private LocationOrder() {}

    @Override
    public int compare(Location a, Location b) {
        int byKind = Integer.compare(kind(a), kind(b));
        if (byKind != 0) {
            return byKind;
        }
        int bySource = source(a).compareTo(source(b));
        if (bySource != 0) {
            return bySource;
        }
        int byNumber = Integer.compare(number(a), number(b));
        return byNumber != 0 ? byNumber : comparePaths(path(a), path(b));
    }

    private static int kind(Location place) {
        return place.fold(pointer -> 1, line -> 2, history -> 3, layer -> 4, whole -> 0);
    }

    private static String source(Location place) {
        return place.fold(
                Location.Pointer::source, Location.Line::source, history -> "", layer -> "", Location.Whole::source);
    }

    private static int number(Location place) {
        return place.fold(
                pointer -> 0, Location.Line::line, Location.History::index, Location.LayerEntry::layer, whole -> 0);
    }

    private static String path(Location place) {
        return place.fold(Location.Pointer::pointer, line -> "", history -> "", Location.LayerEntry::path, whole -> "");
    }

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
