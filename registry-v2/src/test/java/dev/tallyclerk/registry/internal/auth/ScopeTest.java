package dev.tallyclerk.registry.internal.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void namesEachResourceAndActionOnce() {
        Scope scope = new Scope(List.of("repository:b:push,pull", "repository:a:pull", "repository:b:delete,pull"));
        assertEquals(List.of("repository:a:pull", "repository:b:delete,pull,push"), scope.resources());
    }

    @Test
    void takesFromAChallengeWhatConcernsTheCallAndLeaveToPull() {
        Scope pull = Scope.pull("a");
        assertEquals(Scope.push("a"), pull.andChallenged("repository:a:pull,push"));
        assertEquals(
                pull.and(Scope.pull("b")),
                pull.andChallenged("repository:b:delete,pull,push repository:c:push registry:catalog:*"));
        assertEquals(Scope.catalog(), Scope.none().andChallenged("registry:catalog:*"));
        assertEquals(
                List.of("repository:host:5000/a:pull"),
                Scope.none().andChallenged("repository:host:5000/a:pull").resources());
    }

    /** As Azure asks for a list of tags. */
    @Test
    void takesActionsOfMoreThanLettersForTheCallsOwnRepository() {
        assertEquals(
                List.of("repository:a:metadata_read,pull"),
                Scope.pull("a").andChallenged("repository:a:metadata_read").resources());
        assertEquals(Scope.pull("a"), Scope.pull("a").andChallenged("repository:b:metadata_read"));
    }

    @Test
    void takesNoNonsenseFromAChallenge() {
        Scope pull = Scope.pull("a");
        for (String text : List.of(
                "",
                " ",
                "x",
                ":",
                "::",
                "repository:a:",
                "repository::pull",
                "a b",
                "repository:a:PULL\n",
                "repository:\"b\":pull",
                "repository:b:pull".repeat(400))) {
            assertEquals(pull, pull.andChallenged(text), text);
        }
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            many.append(" repository:r").append(i).append(":pull");
        }
        assertEquals(16, pull.andChallenged(many.toString()).resources().size());
    }

    @Provide
    static Arbitrary<Scope> scopes() {
        Arbitrary<String> names = Arbitraries.of("repository:a", "repository:b", "registry:catalog");
        Arbitrary<String> actions = Arbitraries.of("pull", "push", "delete", "*")
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(list -> String.join(",", list));
        return Combinators.combine(names, actions)
                .as((name, allowed) -> name + ":" + allowed)
                .list()
                .ofMaxSize(4)
                .map(Scope::new);
    }

    @Property
    void aScopeCoversItselfAndItsParts(@ForAll("scopes") Scope a, @ForAll("scopes") Scope b) {
        assertTrue(a.covers(a));
        assertTrue(a.covers(Scope.none()));
        assertTrue(a.and(b).covers(a));
        assertTrue(a.and(b).covers(b));
        assertEquals(a.and(b), b.and(a));
        assertEquals(a.covers(b), a.and(b).equals(a));
        assertEquals(a, new Scope(a.resources()));
    }

    @Test
    void doesNotCoverWhatItHasNot() {
        assertFalse(Scope.pull("a").covers(Scope.push("a")));
        assertFalse(Scope.pull("a").covers(Scope.pull("b")));
        assertFalse(Scope.none().covers(Scope.pull("a")));
    }

    @Test
    void isTheCatalogsOrNot() {
        assertTrue(Scope.none().andChallenged("registry:catalog:*").isCatalog());
        assertFalse(Scope.none().isCatalog());
        assertFalse(Scope.catalog().and(Scope.pull("a")).isCatalog());
    }
}
