package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.cosign.SignedIdentity.Match;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of containers-policy.json(5), and what containers/image does beyond its text. */
class SignedIdentityTest {
    private static final String HEX = "ab".repeat(32);

    private static Reference image(String name) {
        return Reference.parseNormalized(name.replace("@D", "@sha256:" + HEX));
    }

    private static void check(SignedIdentity identity, String image, String signed, boolean accepted) {
        assertEquals(
                accepted,
                identity.accepts(image(image), signed.replace("@D", "@sha256:" + HEX)),
                identity + " of " + image + " for " + signed);
    }

    @ParameterizedTest
    @CsvSource({
        "acme.test/shop:1, acme.test/shop:1, true, true, true",
        "acme.test/shop:1, acme.test/shop:2, false, false, true",
        "acme.test/shop:1, acme.test/shop, false, false, true",
        "acme.test/shop, acme.test/shop, false, false, true",
        "acme.test/shop, acme.test/shop:1, false, false, true",
        "acme.test/shop@D, acme.test/shop:1, false, true, true",
        "acme.test/shop@D, acme.test/shop@D, true, true, true",
        "acme.test/shop@D, acme.test/shop, false, false, true",
        "acme.test/shop:1@D, acme.test/shop:1, false, false, true",
        "acme.test/shop:1@D, acme.test/shop:1@D, true, true, true",
        "acme.test/shop:1, acme.test/other:1, false, false, false",
        "acme.test/shop@D, acme.test/other@D, false, false, false",
        "acme.test/shop:1, mirror.test/shop:1, false, false, false",
        "debian:12, docker.io/library/debian:12, true, true, true",
        "docker.io/library/debian:12, debian:12, true, true, true",
        "acme.test/shop:1, acme.test/Shop:1, false, false, false",
        "acme.test/shop:1, '', false, false, false",
        "acme.test/shop:1, 'acme.test/shop:1 ', false, false, false",
    })
    void comparesTheSignedNameWithTheImages(
            String image, String signed, boolean exact, boolean repoDigestOrExact, boolean repository) {
        check(SignedIdentity.matchExact(), image, signed, exact);
        check(SignedIdentity.matchRepoDigestOrExact(), image, signed, repoDigestOrExact);
        check(SignedIdentity.matchRepository(), image, signed, repository);
    }

    @ParameterizedTest
    @CsvSource({
        "acme.test/shop:1, acme.test/shop:1, true",
        "acme.test/shop:1, acme.test/shop:2, false",
        "acme.test/shop:1, acme.test/shop, false",
        "debian:12, docker.io/library/debian:12, true",
    })
    void comparesTheSignedNameWithAReference(String reference, String signed, boolean accepted) {
        check(SignedIdentity.exactReference(reference), "mirror.test/x:7", signed, accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "acme.test/shop, acme.test/shop:1, true",
        "acme.test/shop, acme.test/shop, true",
        "acme.test/shop, acme.test/shop/x, false",
        "debian, docker.io/library/debian@D, true",
    })
    void comparesTheRepositoryOfTheSignedName(String repository, String signed, boolean accepted) {
        check(SignedIdentity.exactRepository(repository), "mirror.test/x:7", signed, accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "mirror.test, acme.test, mirror.test/shop:1, acme.test/shop:1, true",
        "mirror.test, acme.test, mirror.test/shop:1, mirror.test/shop:1, false",
        "mirror.test, acme.test, mirror.test/shop@D, acme.test/shop:7, true",
        "mirror.test, acme.test, mirror.tests/shop:1, acme.tests/shop:1, false",
        "mirror.test, acme.test, mirror.tests/shop:1, mirror.tests/shop:1, true",
        "mirror.test/a, acme.test/b, mirror.test/a/shop:1, acme.test/b/shop:1, true",
        "mirror.test/a, acme.test/b, mirror.test/a:1, acme.test/b:1, true",
        "mirror.test/a, acme.test/b, mirror.test/ab:1, acme.test/bb:1, false",
        "mirror.test/a, acme.test/b, mirror.test/ab:1, mirror.test/ab:1, true",
    })
    void comparesTheSignedNameWithThatOfTheMirroredImage(
            String prefix, String signedPrefix, String image, String signed, boolean accepted) {
        check(SignedIdentity.remapIdentity(prefix, signedPrefix), image, signed, accepted);
    }

    @Test
    void aRemappedNameThatIsMalformedDoesNotCount() {
        check(SignedIdentity.remapIdentity("mirror.test", "UPPER/x:1"), "mirror.test/shop:1", "acme.test/a:1", false);
    }

    @Test
    void refusesNamesThatDoNotFitTheDemand() {
        IllegalArgumentException untagged =
                assertThrows(IllegalArgumentException.class, () -> SignedIdentity.exactReference("acme.test/shop"));
        assertEquals("an exact reference has a tag or digest: acme.test/shop", untagged.getMessage());
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.exactReference("acme.test/UP:1"));
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.exactRepository("acme.test/shop:1"));
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.exactRepository(""));
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.remapIdentity("a.test", ""));
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.remapIdentity("", "a.test"));
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.remapIdentity("a.test/", "b.test"));
        assertThrows(IllegalArgumentException.class, () -> SignedIdentity.remapIdentity("a.test", "b.test/"));
        assertThrows(IllegalArgumentException.class, () -> new SignedIdentity(Match.MATCH_EXACT, "a.test/b", ""));
        assertThrows(IllegalArgumentException.class, () -> new SignedIdentity(Match.MATCH_EXACT, "", "a.test"));
        assertThrows(IllegalArgumentException.class, () -> new SignedIdentity(Match.EXACT_REPOSITORY, "a.test/b", "c"));
    }

    @Test
    void isSpelledAsInPolicyJson() {
        assertEquals("matchRepository", SignedIdentity.matchRepository().toString());
        assertEquals(
                "remapIdentity a.test -> b.test",
                SignedIdentity.remapIdentity("a.test", "b.test").toString());
        assertEquals("matchRepoDigestOrExact", Match.MATCH_REPO_DIGEST_OR_EXACT.spelling());
    }
}
