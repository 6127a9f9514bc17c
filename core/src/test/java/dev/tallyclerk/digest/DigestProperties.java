package dev.tallyclerk.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.MalformedDigestException.Reason;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;

class DigestProperties {
    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+");

    @Property
    void parseAcceptsOrExplainsButNeverCrashes(@ForAll String text) {
        try {
            assertEquals(text, Digest.parse(text).toString());
        } catch (MalformedDigestException e) {
            assertTrue(e.toString().length() < 250, "the message quotes a bounded part of the input");
        }
    }

    @Property
    void whateverParsesIsSafeInAPath(
            @ForAll @Chars({'a', '0', '+', '.', '_', '-', ':', '/', '\\', '=', '\0'}) @StringLength(max = 12)
                    String text) {
        try {
            Digest digest = Digest.parse(text);
            assertTrue(digest.encoded().matches("[a-zA-Z0-9=_-]+"));
            assertTrue(digest.algorithm().name().matches("[a-z0-9]+([+._-][a-z0-9]+)*"));
        } catch (MalformedDigestException e) {
            assertTrue(e.reason() != null);
        }
    }

    @Property
    void somethingOddInAHexadecimalValueIsRefusedAndNeverCrashes(
            @ForAll @NotEmpty @StringLength(max = 64) String odd, @ForAll @IntRange(max = 63) int where) {
        Assume.that(!odd.matches("[0-9a-f]+"));
        int before = Math.min(where, 64 - odd.length());
        String text = "sha256:" + "b".repeat(before) + odd + "7".repeat(64 - odd.length() - before);
        var e = assertThrows(MalformedDigestException.class, () -> Digest.parse(text));
        assertEquals(Reason.NOT_LOWER_HEX, e.reason());
    }

    @Property
    void contentHasOneDigest(@ForAll byte[] content) {
        Digest digest = Digest.sha256Of(content);
        assertEquals(digest, Digest.parse(digest.toString()));
        assertEquals(digest, Digest.of(DigestAlgorithm.SHA256, content));
    }

    /** The specification's grammar, and for the algorithms that are known the length and digits of their values. */
    @Property(tries = 20_000)
    void acceptsWhatTheGrammarAccepts(
            @ForAll @StringLength(max = 6) @Chars({'a', '0', '+', '.', '_', '-', 'A', '/', ' '}) String algorithm,
            @ForAll @StringLength(max = 6) @Chars({'a', '0', 'Z', '=', '_', '-', '/', '.', ':'}) String encoded) {
        String text = algorithm + ':' + encoded;
        assertEquals(GRAMMAR.matcher(text).matches(), isDigest(text), text);
    }

    @Property
    void aKnownAlgorithmHasValuesOfOneLengthInLowerCase(
            @ForAll("known") DigestAlgorithm algorithm, @ForAll @IntRange(max = 130) int length) {
        String text = algorithm + ":" + "f".repeat(length);
        assertEquals(length == algorithm.hexLength(), isDigest(text));
        for (String other : List.of("F", "g", "=", "\u0131", "\uff10")) {
            assertFalse(isDigest(algorithm + ":" + "0".repeat(algorithm.hexLength() - 1) + other));
        }
    }

    @Provide
    Arbitrary<DigestAlgorithm> known() {
        return Arbitraries.of(
                DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512, DigestAlgorithm.BLAKE3);
    }

    private static boolean isDigest(String text) {
        try {
            assertEquals(text, Digest.parse(text).toString());
            return true;
        } catch (MalformedDigestException e) {
            return false;
        }
    }
}
