package dev.tallyclerk.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.MalformedDigestException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestTest {
    // FIPS 180-4 example: SHA-256 of "abc".
    private static final String ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void parseReturnsTheTextUnchanged() {
        assertEquals(ABC, Digest.parse(ABC).toString());
        assertEquals(Digest.sha256Of("abc".getBytes(StandardCharsets.US_ASCII)), Digest.parse(ABC));
    }

    @Test
    void isAnotherByItsAlgorithmAndByItsValue() {
        String hex = ABC.substring("sha256:".length());
        Digest digest = Digest.parse(ABC);
        assertEquals(Digest.parse(ABC).hashCode(), digest.hashCode());
        assertEquals(Set.of(digest), Set.of(Digest.parse(ABC)));
        assertNotEquals(Digest.parse("blake3:" + hex), digest);
        assertNotEquals(Digest.parse("sha256:" + hex.replace('b', 'c')), digest);
        assertFalse(digest.equals((Object) ABC));
    }

    @ParameterizedTest
    @CsvSource({
        "sha256, NO_SEPARATOR",
        "'', NO_SEPARATOR",
        ":abc, BAD_ALGORITHM",
        "SHA256:abc, BAD_ALGORITHM",
        "sha256+:abc, BAD_ALGORITHM",
        "+sha256:abc, BAD_ALGORITHM",
        "a..b:abc, BAD_ALGORITHM",
        "../..:abc, BAD_ALGORITHM",
        "sha256:, WRONG_LENGTH",
        "sha256:abc, WRONG_LENGTH",
        "sha256:../../../../../../../../../../../../../../../../../../../etc/passwd, WRONG_LENGTH",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD, NOT_LOWER_HEX",
        "other:, BAD_ENCODED",
        "other:a/b, BAD_ENCODED",
        "other:.., BAD_ENCODED",
    })
    void refusesWithAReason(String text, Reason reason) {
        var e = assertThrows(MalformedDigestException.class, () -> Digest.parse(text));
        assertEquals(reason, e.reason());
    }

    @Test
    void takesLowerCaseHexadecimalInEveryPlaceAndNothingElse() {
        for (String algorithm : List.of("sha256:", "sha384:", "sha512:", "blake3:")) {
            int length = algorithm.equals("sha512:") ? 128 : algorithm.equals("sha384:") ? 96 : 64;
            for (int c = 0; c <= Character.MAX_VALUE; c += c < 0x180 ? 1 : 0x101) {
                boolean hexadecimal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                for (int at = 0; at < length; at += c < 0x180 ? 1 : 13) {
                    String text = algorithm + "a".repeat(at) + (char) c + "0".repeat(length - at - 1);
                    boolean taken = true;
                    try {
                        Digest.parse(text);
                    } catch (MalformedDigestException e) {
                        assertEquals(Reason.NOT_LOWER_HEX, e.reason());
                        taken = false;
                    }
                    assertEquals(hexadecimal, taken, "U+" + Integer.toHexString(c) + " at " + at);
                }
            }
        }
    }

    /** A pair is two characters and one code point, so that encoding it changes the length. */
    @Test
    void refusesSurrogatesPairedOrNotWhereverTheyStand() {
        for (int pairs = 1; pairs <= 32; pairs++) {
            for (String one : List.of("\uD83D\uDE00", "\uDE00\uD83D")) {
                String odd = one.repeat(pairs);
                int rest = 64 - odd.length();
                for (int at = 0; at <= rest; at++) {
                    String text = "sha256:" + "a".repeat(at) + odd + "0".repeat(rest - at);
                    var e = assertThrows(MalformedDigestException.class, () -> Digest.parse(text));
                    assertEquals(Reason.NOT_LOWER_HEX, e.reason());
                }
            }
        }
    }

    @Test
    void keepsAnUnknownAlgorithmThatCanNeverVerify() {
        Digest digest = Digest.parse("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
        assertEquals("multihash+base58", digest.algorithm().name());
        assertFalse(digest.algorithm().isSupported());
        assertTrue(digest.algorithm().newMessageDigest().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> Digest.of(digest.algorithm(), new byte[0]));
    }

    // FIPS 180-4 examples: "abc".
    @ParameterizedTest
    @CsvSource({
        "sha384, cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "sha512, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    })
    void computesTheOtherAlgorithms(String algorithm, String hex) {
        Digest digest = Digest.of(DigestAlgorithm.of(algorithm), "abc".getBytes(StandardCharsets.US_ASCII));
        assertEquals(algorithm + ":" + hex, digest.toString());
    }

    @Test
    void ordersByTheText() {
        Digest a = Digest.parse("sha256:" + "0".repeat(64));
        Digest b = Digest.parse("sha256:" + "1".repeat(64));
        Digest c = Digest.parse("sha512:" + "0".repeat(128));
        assertEquals(List.of(a, b, c), Stream.of(c, b, a).sorted().toList());
        List<String> texts = Stream.of("a:1", "a+b:1", "sha2:x", a.toString(), "a:0")
                .sorted()
                .toList();
        assertEquals(
                texts,
                texts.stream().map(Digest::parse).sorted().map(Digest::toString).toList());
        assertNotEquals(a, b);
    }

    @Test
    void decidesEveryVectorOfTheImageSpecificationsGrammar() throws IOException, JsonException {
        for (JsonCursor vector : vectors("vectors", 50)) {
            String input = vector.required("input").string();
            JsonCursor spec = vector.required("imageSpec");
            if (!spec.required("grammar").bool()) {
                assertThrows(MalformedDigestException.class, () -> Digest.parse(input), input);
                continue;
            }
            // sha384 is not registered, so the specification says nothing of its values; they are hexadecimal all the
            // same.
            boolean registered = spec.required("registered").bool();
            boolean valid = registered
                    ? spec.required("validEncoded").bool()
                    : !input.startsWith("sha384:") || input.matches("sha384:[0-9a-f]{96}");
            if (!valid) {
                var e = assertThrows(MalformedDigestException.class, () -> Digest.parse(input), input);
                assertTrue(Set.of(Reason.WRONG_LENGTH, Reason.NOT_LOWER_HEX).contains(e.reason()), input);
                continue;
            }
            Digest digest = Digest.parse(input);
            assertEquals(input, digest.toString());
            assertEquals(
                    input.substring(0, input.indexOf(':')), digest.algorithm().name());
            assertEquals(
                    registered || input.startsWith("sha384:"),
                    digest.algorithm().hexLength() > 0,
                    input);
        }
    }

    /** go-digest knows two algorithms and no other; whatever it takes or refuses for another cause must agree. */
    @Test
    void agreesWithTheOtherImplementationAboutItsAlgorithms() throws IOException, JsonException {
        for (JsonCursor vector : vectors("vectors", 50)) {
            String input = vector.required("input").string();
            Optional<JsonCursor> error = vector.member("error");
            if (error.isEmpty()) {
                Digest digest = Digest.parse(input);
                assertEquals(
                        vector.required("algorithm").string(),
                        digest.algorithm().name());
                assertEquals(vector.required("encoded").string(), digest.encoded());
            } else if (!error.get().string().equals("unsupported digest algorithm")) {
                assertThrows(MalformedDigestException.class, () -> Digest.parse(input), input);
            }
        }
    }

    @Test
    void computesTheKnownAnswers() throws IOException, JsonException {
        byte[] counting = new byte[4096];
        for (int i = 0; i < counting.length; i++) {
            counting[i] = (byte) i;
        }
        Map<String, byte[]> contents = Map.of(
                "empty",
                new byte[0],
                "{}",
                "{}".getBytes(StandardCharsets.US_ASCII),
                "hello",
                "hello".getBytes(StandardCharsets.US_ASCII),
                "1MiB zeros",
                new byte[1 << 20],
                "bytes 0..255 x16",
                counting);
        for (JsonCursor answer : vectors("knownAnswers", contents.size())) {
            byte[] content = Objects.requireNonNull(
                    contents.get(answer.required("content").string()));
            assertEquals(content.length, answer.required("size").integer(0, 1 << 20));
            for (String algorithm : List.of("sha256", "sha512")) {
                assertEquals(
                        answer.required(algorithm).string(),
                        Digest.of(DigestAlgorithm.of(algorithm), content).toString());
            }
            assertEquals(
                    answer.required("sha256").string(), Digest.sha256Of(content).toString());
        }
    }

    private static List<JsonCursor> vectors(String name, int count) throws IOException, JsonException {
        byte[] file = SharedData.read("registry/vectors/digests.json");
        List<JsonCursor> vectors = JsonCursor.parse(file, JsonLimits.ofBytes(1 << 20))
                .required(name)
                .elements();
        assertEquals(count, vectors.size());
        return vectors;
    }
}
