package dev.tallyclerk.trust.internal.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictBase64Test {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 12_286, 12_287, 12_288, 12_289, 40_000})
    void decodesBothAlphabetsOfAnyLength(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        String standard = Base64.getEncoder().encodeToString(bytes);
        assertArrayEquals(bytes, StrictBase64.decode(standard).orElseThrow());
        assertArrayEquals(bytes, StrictBase64.decodeEither(standard).orElseThrow());
        String urlSafe = Base64.getUrlEncoder().encodeToString(bytes);
        assertArrayEquals(bytes, StrictBase64.decodeEither(urlSafe).orElseThrow());
        assertEquals(standard.equals(urlSafe), StrictBase64.decode(urlSafe).isPresent());
        String unpadded = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        assertArrayEquals(bytes, StrictBase64.decodeUnpadded(unpadded).orElseThrow());
        assertEquals(
                urlSafe.equals(unpadded), StrictBase64.decodeUnpadded(urlSafe).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A", "AQ", "AQ=", "AR==", "AAB=", "AQ==AQ==", "====", "AQID\n", " AQI", "-_+/", "AQ=A", "ÄAAA"})
    void refusesEveryOtherForm(String text) {
        assertEquals(Optional.empty(), StrictBase64.decode(text));
        assertEquals(Optional.empty(), StrictBase64.decodeEither(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "AQ==", "AQI=", "AR", "AAB", "AQID=", "AQIDA", "A+", "A/", "AQ\n", "=", "==="})
    void refusesEveryOtherUnpaddedForm(String text) {
        assertEquals(Optional.empty(), StrictBase64.decodeUnpadded(text));
    }

    @Test
    void refusesPaddingWithin() {
        String part = "A".repeat((1 << 14) - 1) + "=";
        assertEquals(Optional.empty(), StrictBase64.decode(part + "AAAA"));
        assertEquals(Optional.empty(), StrictBase64.decode("AAA=" + "A".repeat(1 << 14)));
    }
}
