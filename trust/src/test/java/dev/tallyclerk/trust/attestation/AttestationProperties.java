package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class AttestationProperties {
    private static DsseEnvelope envelope(String type, byte[] payload) throws EvidenceException {
        return DsseEnvelope.parse(("{\"payloadType\":\"" + type + "\",\"payload\":\""
                        + Base64.getEncoder().encodeToString(payload) + "\",\"signatures\":[{\"sig\":\"AQID\"}]}")
                .getBytes(StandardCharsets.UTF_8));
    }

    /** The lengths make the encoding injective: no type and payload can be taken for others. */
    @Property
    void whatIsSignedDetermineTypeAndPayload(
            @ForAll @AlphaChars @StringLength(max = 12) String type,
            @ForAll @Size(max = 12) byte[] payload,
            @ForAll @AlphaChars @StringLength(max = 12) String otherType,
            @ForAll @Size(max = 12) byte[] otherPayload)
            throws EvidenceException {
        DsseEnvelope one = envelope(type, payload);
        DsseEnvelope other = envelope(otherType, otherPayload);
        assertArrayEquals(payload, one.payload());
        assertEquals(
                type.equals(otherType) && Arrays.equals(payload, otherPayload),
                Arrays.equals(one.signedBytes(), other.signedBytes()));
    }

    @Property
    void bytesHaveOneText(@ForAll @Size(max = 20) byte[] bytes, @ForAll int position, @ForAll char other) {
        String text = Base64.getEncoder().encodeToString(bytes);
        assertArrayEquals(bytes, StrictBase64.decode(text).orElseThrow());
        assertArrayEquals(
                bytes,
                StrictBase64.decodeEither(Base64.getUrlEncoder().encodeToString(bytes))
                        .orElseThrow());
        Assume.that(!text.isEmpty());
        int at = Math.floorMod(position, text.length());
        String changed = text.substring(0, at) + other + text.substring(at + 1);
        assertTrue(changed.equals(text)
                || StrictBase64.decode(changed)
                        .filter(decoded -> Arrays.equals(decoded, bytes))
                        .isEmpty());
    }

    /** A prefix that ends within a segment never covers a repository. */
    @Property
    void aRepositoryIsBelowItsOwnSegmentsOnly(@ForAll("paths") String path, @ForAll("paths") String prefix) {
        String repository = "https://git.test/" + path;
        String above = "https://git.test/" + prefix;
        boolean isBelow = path.equals(prefix) || path.startsWith(prefix + "/");
        assertEquals(isBelow, SourceRepository.isBelow(repository, above));
        assertEquals(isBelow, SourceRepository.isBelow("git+" + repository + ".git@refs/heads/a", above));
        assertFalse(SourceRepository.isBelow(repository + "/../x", above));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings()
                .withChars("ab")
                .ofMinLength(1)
                .ofMaxLength(2)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(segments -> String.join("/", segments));
    }
}
