package dev.tallyclerk.internal.text;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses which known name a misspelt one stands for. */
public final class Suggestion {
    private static final int LONGEST = 80;

    private Suggestion() {}

    /** {@return the known name with the smallest edit distance, if that is small; the first of several} */
    public static @Nullable String of(String wrong, Collection<String> known) {
        if (wrong.length() > LONGEST) {
            return null;
        }
        int best = 1 + wrong.length() / 3;
        String found = null;
        for (String name : known) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < best || (distance == best && found == null)) {
                best = distance;
                found = name;
            }
        }
        return found;
    }

    /** {@return the number of insertions, deletions, replacements and swaps of neighbours} */
    private static int distance(String a, String b) {
        int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                costs[i][j] = i == 0 || j == 0 ? i + j : step(costs, a, i, b, j);
            }
        }
        return costs[a.length()][b.length()];
    }

    private static int step(int[][] costs, String a, int i, String b, int j) {
        int replaced = costs[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int cost = Math.min(replaced, 1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(cost, 1 + costs[i - 2][j - 2]) : cost;
    }
}
