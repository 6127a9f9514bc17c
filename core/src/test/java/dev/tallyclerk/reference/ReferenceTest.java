package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "\u212a, UPPER_CASE",
        "\u0130d, UPPER_CASE",
        "d\u00e9bian, BAD_FORMAT",
    })
    void refusesWithAReason(String text, Reason reason) {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parse(text));
        assertEquals(reason, e.reason());
    }

    @ParameterizedTest
    @CsvSource({
        "'', BAD_FORMAT",
        "Debian, UPPER_CASE",
        "team/App:1, UPPER_CASE",
        "no name but Upper Case, UPPER_CASE",
        "\ud801\udc00, UPPER_CASE",
        "registry.example/, BAD_FORMAT",
    })
    void refusesANameThatAPersonTypedWithAReason(String text, Reason reason) {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parseNormalized(text));
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
    void refusesAPathThatDockersPrefixMakesTooLong() {
        assertEquals(255, Reference.parseNormalized("a".repeat(247)).path().length());
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parseNormalized("a".repeat(248)));
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

    @Test
    void takesAnotherTag() {
        Reference named = Reference.parse("localhost:5000/a/b");
        Digest digest = Digest.parse("sha256:" + HEX);
        assertEquals("localhost:5000/a/b:1.0_x", named.withTag("1.0_x").toString());
        Reference both = named.withTag("1").withDigest(digest).withTag("2");
        assertEquals(Reference.parse("localhost:5000/a/b:2@" + digest), both);
    }

    @Test
    void takesNoTagThatItCouldNotReadAgain() {
        Reference named = Reference.parse("example.org/a");
        for (String bad : List.of(
                "", "5000/b", "5000/b:c", "-a", "a b", "a:b", "a@sha256:" + HEX, "@sha256:" + HEX, "x".repeat(129))) {
            var e = assertThrows(MalformedReferenceException.class, () -> named.withTag(bad), bad);
            assertEquals(Reason.BAD_FORMAT, e.reason());
        }
    }

    @Test
    void pinsWithNoDigestThatItCouldNotReadAgain() {
        Reference named = Reference.parseNormalized("a");
        for (String other : List.of("sha384:" + HEX + "0".repeat(32), "blake3:" + HEX, "md5:abc")) {
            Digest digest = Digest.parse(other);
            var e = assertThrows(MalformedReferenceException.class, () -> named.withDigest(digest));
            assertEquals(Reason.BAD_DIGEST, e.reason());
        }
        Digest sha512 = Digest.parse("sha512:" + HEX + HEX);
        assertEquals(sha512, named.withDigest(sha512).digest().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "debian, docker.io/library/debian:latest",
        "debian:12, docker.io/library/debian:12",
        "host:1/a:b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
                + "host:1/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    })
    void leavesOneWayToTheContentOfAPull(String text, String expected) {
        assertEquals(expected, Reference.parseDockerRef(text).toString());
    }

    /** Docker's own rule, and why the short form is for people only. */
    @ParameterizedTest
    @CsvSource({"docker.io/localhost/app, localhost/app", "docker.io/a.example/app, a.example/app"})
    void theShortFormMayBeAnotherName(String whole, String shown) {
        assertEquals(shown, Reference.parse(whole).familiar());
        assertNotEquals(Reference.parse(whole), Reference.parseNormalized(shown));
    }

    /** What somebody types may have a password before the host. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "user:s3cret@registry.example/a:t",
                "user:s3cret@127.0.0.1:5000/a",
                "https://user:s3cret@registry.example/a",
                "user:s3cret@registry.example",
                "user:s3cret@localhost",
                "user:s3cret@localhost:5000",
                "user:s3/cret@registry.example/a"
            })
    void noRefusalRepeatsAPassword(String text) {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parseNormalized(text));
        String message = String.valueOf(e.getMessage());
        assertFalse(message.contains("s3cret"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"App:1@sha256:00", "App:1@sha256:zz.z", "a/B:1@sha256:00", "registry.example/App@sha256:00"})
    void aRefusalSaysWhatStandsBeforeADigest(String text) {
        var e = assertThrows(MalformedReferenceException.class, () -> Reference.parseNormalized(text));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(text), message);
    }
}
