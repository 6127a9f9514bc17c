package dev.tallyclerk.trust.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sets of signers, by id, of which each suffices for a requirement. A requirement that is not met has none.
 *
 * @param sets the sets, without duplicates
 */
record SignerChoice(List<Set<String>> sets) {
    /** More alternatives than a policy in use has; further ones are dropped, which can only reject. */
    private static final int MAX_SETS = 256;

    private static final int MAX_STEPS = 100_000;

    static final SignerChoice NONE = new SignerChoice(List.of());

    SignerChoice {
        sets = List.copyOf(sets);
    }

    static SignerChoice of(Iterable<String> signers) {
        List<Set<String>> sets = new ArrayList<>();
        for (String signer : signers) {
            add(sets, Set.of(signer));
        }
        return new SignerChoice(sets);
    }

    boolean isMet() {
        return !sets.isEmpty();
    }

    private static void add(List<Set<String>> sets, Set<String> set) {
        if (sets.size() < MAX_SETS && !sets.contains(set)) {
            sets.add(set);
        }
    }

    static SignerChoice anyOf(List<SignerChoice> choices) {
        List<Set<String>> sets = new ArrayList<>();
        for (SignerChoice choice : choices) {
            choice.sets.forEach(set -> add(sets, set));
        }
        return new SignerChoice(sets);
    }

    static SignerChoice allOf(List<SignerChoice> choices) {
        List<Set<String>> sets = List.of(Set.of());
        for (SignerChoice choice : choices) {
            List<Set<String>> next = new ArrayList<>();
            for (Set<String> left : sets) {
                for (Set<String> right : choice.sets) {
                    Set<String> both = new TreeSet<>(left);
                    both.addAll(right);
                    add(next, Set.copyOf(both));
                }
            }
            sets = next;
        }
        return new SignerChoice(sets);
    }

    /** {@return the unions of the sets of {@code count} of the choices that have no signer in common} */
    static SignerChoice atLeast(int count, List<SignerChoice> choices) {
        Search search = new Search(choices);
        search.from(0, count, new HashSet<>());
        return new SignerChoice(search.found);
    }

    /** A search with a bound on its steps, because choosing disjoint sets may take exponential time. */
    private static final class Search {
        private final List<SignerChoice> choices;
        private final List<Set<String>> found = new ArrayList<>();
        private int steps;

        Search(List<SignerChoice> choices) {
            this.choices = choices;
        }

        void from(int first, int count, Set<String> used) {
            if (count == 0) {
                add(found, Set.copyOf(used));
                return;
            }
            for (int i = first; i <= choices.size() - count; i++) {
                for (Set<String> set : choices.get(i).sets) {
                    if (found.size() == MAX_SETS || steps++ > MAX_STEPS) {
                        return;
                    }
                    if (set.stream().noneMatch(used::contains)) {
                        used.addAll(set);
                        from(i + 1, count - 1, used);
                        used.removeAll(set);
                    }
                }
            }
        }
    }
}
