package dev.tallyclerk.examples.proxy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/** Suggests known words for mistyped ones. */
final class Spelling {
    private Spelling() {}

    /** {@return the known word that begins so, or differs in the fewest letters and in few} */
    static Optional<String> nearest(String word, Collection<String> known) {
        Optional<String> longer =
                known.stream().filter(each -> each.startsWith(word + "-")).findFirst();
        if (longer.isPresent()) {
            return longer;
        }
        int least = word.length() / 3 + 2;
        String nearest = "";
        for (String each : known) {
            int distance = distance(word, each);
            if (distance < least) {
                least = distance;
                nearest = each;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        Arrays.setAll(above, column -> column);
        for (int i = 0; i < a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i + 1;
            for (int j = 0; j < b.length(); j++) {
                int changed = above[j] + (a.charAt(i) == b.charAt(j) ? 0 : 1);
                row[j + 1] = Math.min(changed, Math.min(above[j + 1], row[j]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
