package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "debian, docker.io/library/debian",
        "library/debian, docker.io/library/debian",
        "team/app:1.0, docker.io/team/app:1.0",
        "index.docker.io/team/app, docker.io/team/app",
        "localhost/app, localhost/app",
        "localhost:5000/app, localhost:5000/app",
        "[::1]:5000/a/b:c, [::1]:5000/a/b:c",
        "Registry/app, Registry/app",
    })
    void normalisesAsDockerDoes(String text, String expected) {
        assertEquals(expected, Reference.parseNormalized(text).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "'', EMPTY",
        "Debian, UPPER_CASE",
        "a//b, BAD_FORMAT",
        "a_-b, BAD_FORMAT",
        "a...b, BAD_FORMAT",
        "a:, BAD_FORMAT",
        "a:.tag, BAD_FORMAT",
        "a@sha256:abc, BAD_FORMAT",
        "-host/a, BAD_FORMAT",
        "https://host/a, BAD_FORMAT",
    })
    void refusesWithAReason(String text, Reason reason) {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parse(text));
        assertEquals(reason, e.reason());
    }

    @Test
    void refusesAnImageIdAsAName() {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parseNormalized(HEX));
        assertEquals(Reason.IMAGE_ID, e.reason());
    }

    @Test
    void refusesADigestOfAnAlgorithmThatRegistriesDoNotKnow() {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parse("a@sha384:" + HEX + HEX));
        assertEquals(Reason.BAD_DIGEST, e.reason());
    }

    @Test
    void refusesAPathThatIsTooLong() {
        assertEquals(255, Reference.parse("h.x/" + "a".repeat(255)).path().length());
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parse("h.x/" + "a".repeat(256)));
        assertEquals(Reason.TOO_LONG, e.reason());
    }

    @Test
    void fillsInATagOnlyWhereThereIsNothingBetter() {
        assertEquals(
                "latest", Reference.parseNormalized("a").withDefaultTag().tag().orElseThrow());
        Reference pinned = Reference.parseNormalized("a@sha256:" + HEX);
        assertEquals(pinned, pinned.withDefaultTag());
        assertEquals(
                "b", Reference.parseNormalized("a:b").withDefaultTag().tag().orElseThrow());
    }

    @Test
    void pinsAndUnpins() {
        Reference tagged = Reference.parseNormalized("a:b");
        Digest digest = Digest.parse("sha256:" + HEX);
        assertEquals(
                "docker.io/library/a:b@" + digest, tagged.withDigest(digest).toString());
        assertEquals(
                "docker.io/library/a@" + digest,
                tagged.withDigest(digest).withoutTag().toString());
        assertEquals("a:b@" + digest, tagged.withDigest(digest).familiar());
    }

    @Property
    void parseAcceptsOrExplainsButNeverCrashes(
            @ForAll @Chars({'a', 'B', '0', '.', '_', '-', '/', ':', '@', '[', ']', ' ', 'é', '\u212a'}) String text) {
        try {
            Reference reference = Reference.parse(text);
            assertEquals(text, reference.toString());
            assertEquals(reference, Reference.parse(reference.toString()));
        } catch (MalformedReferenceException e) {
            assertTrue(e.toString().length() < 300);
        }
    }

    @Property
    void aNormalisedNameStaysAsItIs(@ForAll @Chars({'a', '0', '.', '_', '-', '/', ':', 'B'}) String text) {
        try {
            Reference reference = Reference.parseNormalized(text);
            assertEquals(reference, Reference.parseNormalized(reference.toString()));
            assertEquals(reference, Reference.parseNormalized(reference.familiar()));
        } catch (MalformedReferenceException e) {
            assertTrue(e.reason() != null);
        }
    }
}
