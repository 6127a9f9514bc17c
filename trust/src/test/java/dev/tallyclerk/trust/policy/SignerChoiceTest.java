package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SignerChoiceTest {
    @Test
    void oneSignerWhoMeetsTwoRequirementsCountsOnce() {
        SignerChoice one = SignerChoice.of(List.of("key:1"));
        assertFalse(SignerChoice.atLeast(2, List.of(one, one)).isMet());
        assertTrue(SignerChoice.atLeast(1, List.of(one, one)).isMet());
    }

    @Test
    void aSignerIsLeftToTheRequirementThatNeedsIt() {
        SignerChoice either = SignerChoice.of(List.of("key:1", "key:2"));
        SignerChoice first = SignerChoice.of(List.of("key:1"));
        assertTrue(SignerChoice.atLeast(2, List.of(either, first)).isMet());
    }

    @Test
    void allOfMayBeMetByOneSigner() {
        SignerChoice one = SignerChoice.of(List.of("key:1"));
        assertEquals(
                List.of(Set.of("key:1")), SignerChoice.allOf(List.of(one, one)).sets());
        assertFalse(SignerChoice.allOf(List.of(one, SignerChoice.NONE)).isMet());
    }

    @Test
    void aGroupOfSignersIsUsedUpAsAWhole() {
        SignerChoice both =
                SignerChoice.allOf(List.of(SignerChoice.of(List.of("key:1")), SignerChoice.of(List.of("key:2"))));
        assertFalse(SignerChoice.atLeast(2, List.of(both, SignerChoice.of(List.of("key:2"))))
                .isMet());
        assertTrue(SignerChoice.atLeast(2, List.of(both, SignerChoice.of(List.of("key:3"))))
                .isMet());
    }

    @Test
    void manyAlternativesEndInBoundedTime() {
        List<String> signers =
                IntStream.range(0, 200).mapToObj(i -> "key:" + i % 15).toList();
        List<SignerChoice> choices = Collections.nCopies(32, SignerChoice.of(signers));
        assertFalse(SignerChoice.atLeast(16, choices).isMet());
    }

    /** The oracle: tries every assignment of signers to requirements. */
    private static int most(List<Set<Integer>> signers, int from, Set<Integer> used) {
        if (from == signers.size()) {
            return 0;
        }
        int best = most(signers, from + 1, used);
        for (int signer : signers.get(from)) {
            if (!used.contains(signer)) {
                Set<Integer> more = new HashSet<>(used);
                more.add(signer);
                best = Math.max(best, 1 + most(signers, from + 1, more));
            }
        }
        return best;
    }

    @Property(tries = 300)
    void findsAnAssignmentExactlyIfThereIsOne(
            @ForAll @Size(min = 1, max = 5) List<@Size(max = 3) Set<@IntRange(min = 0, max = 4) Integer>> signers,
            @ForAll @IntRange(min = 1, max = 5) int count) {
        List<SignerChoice> choices = signers.stream()
                .map(each -> SignerChoice.of(each.stream().map(String::valueOf).toList()))
                .toList();
        boolean expected = most(signers, 0, Set.of()) >= count;
        assertEquals(
                expected,
                count <= choices.size() && SignerChoice.atLeast(count, choices).isMet());
    }
}
