package dev.tallyclerk.hardening;

/** Orders pointers and paths as a reader meets them: numbers are compared as numbers. */
final class PathOrder {
    private PathOrder() {}

    static int compare(String a, String b) {
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
