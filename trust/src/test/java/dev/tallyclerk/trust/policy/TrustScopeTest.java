package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.reference.Reference;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustScopeTest {
    private static boolean covers(String scope, String image) {
        return TrustScope.parse(scope).covers(Optional.of(Reference.parse(image)));
    }

    @ParameterizedTest
    @CsvSource({
        "*, registry.example.org/team/app:1, true",
        "*/*, registry.example.org/team/app:1, true",
        "*.example.org, registry.example.org/team/app:1, true",
        "*.example.org, example.org/team/app:1, false",
        "*.example.org, badexample.org/team/app:1, false",
        "registry.example.org, registry.example.org/team/app:1, true",
        "registry.example.org, registry.example.org:5000/team/app:1, false",
        "registry.example.org:5000, registry.example.org:5000/team/app:1, true",
        "registry.example.org/team/*, registry.example.org/team/app:1, true",
        "registry.example.org/team/*, registry.example.org/team/sub/app:1, true",
        "registry.example.org/team/*, registry.example.org/teams/app:1, false",
        "registry.example.org/team/*, registry.example.org/team:1, false",
        "registry.example.org/team/app, registry.example.org/team/app:1, true",
        "registry.example.org/team/app, registry.example.org/team/app/sub:1, false",
        "registry.example.org/team/app, registry.example.org/team/apple:1, false",
        "registry.example.org/team/app:1.*, registry.example.org/team/app:1.2.3, true",
        "registry.example.org/team/app:1.*, registry.example.org/team/app:11, false",
        "registry.example.org/team/app:1.*-slim, registry.example.org/team/app:1.2-slim, true",
        "registry.example.org/team/app:1.*-slim, registry.example.org/team/app:1.2-slim-x, false",
        "registry.example.org/team/app:1, registry.example.org/team/app:1, true",
        "docker.io/library/debian, debian:12, false",
    })
    void coversTheImagesThatItNames(String scope, String image, boolean expected) {
        if (image.startsWith("debian")) {
            assertTrue(TrustScope.parse(scope).covers(Optional.of(Reference.parseNormalized(image))));
            return;
        }
        assertEquals(expected, covers(scope, image));
    }

    @Test
    void aDigestWithoutATagIsCoveredByScopesWithoutTags() {
        String image = "registry.example.org/team/app@sha256:" + "a".repeat(64);
        assertTrue(covers("registry.example.org/team/app", image));
        assertEquals(false, covers("registry.example.org/team/app:*", image));
    }

    @Test
    void onlyTheScopeOfEverythingCoversAnImageWithoutAName() {
        assertTrue(TrustScope.EVERYTHING.covers(Optional.empty()));
        for (String scope : List.of("*/*", "*.example.org", "example.org", "example.org/a", "example.org/a:*")) {
            assertEquals(false, TrustScope.parse(scope).covers(Optional.empty()), scope);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "debian",
                "library/debian",
                "Registry.example.org",
                "registry.example.org/",
                "registry.example.org/Team",
                "registry.example.org/team/app:",
                "registry.example.org/team/app:a b",
                "registry.example.org/*",
                "registry.example.org/team*",
                "registry.example.org/team/**",
                "registry.example.org/team/app@sha256:00",
                "https://registry.example.org",
                "**",
                "*.",
            })
    void refusesOtherForms(String scope) {
        assertThrows(IllegalArgumentException.class, () -> TrustScope.parse(scope));
    }

    @Test
    void theMostSpecificIsTheGreatest() {
        List<String> ascending = List.of(
                "*",
                "*/*",
                "*.example.org",
                "*.eu.example.org",
                "registry.example.org",
                "registry.example.org/team/*",
                "registry.example.org/team/sub/*",
                "registry.example.org/team/sub/app",
                "registry.example.org/team/sub/app:*",
                "registry.example.org/team/sub/app:1.*",
                "registry.example.org/team/sub/app:1");
        for (int i = 1; i < ascending.size(); i++) {
            assertTrue(
                    TrustScope.parse(ascending.get(i - 1)).compareTo(TrustScope.parse(ascending.get(i))) < 0,
                    ascending.get(i));
        }
    }

    @Provide
    Arbitrary<String> globs() {
        return Arbitraries.strings().withChars('a', 'b', '*').ofMinLength(1).ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> tags() {
        return Arbitraries.strings().withChars('a', 'b').ofMinLength(1).ofMaxLength(8);
    }

    @Property
    void aGlobMatchesAsTheExpressionOfTheSameMeaning(@ForAll("globs") String glob, @ForAll("tags") String tag) {
        assertEquals(
                tag.matches(glob.replace("*", ".*")),
                covers("registry.example.org/app:" + glob, "registry.example.org/app:" + tag));
    }

    @Property
    void anyTextIsAScopeOrRefusedInOneWay(@ForAll String text) {
        try {
            assertEquals(text, TrustScope.parse(text).toString());
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("not a scope: "));
        }
    }
}
