package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnyReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    private static String kind(String text) {
        return AnyReference.parse(text).fold(name -> "name " + name, id -> "id " + id);
    }

    @Test
    void tellsAnIdFromAName() {
        assertEquals("id sha256:" + HEX, kind(HEX));
        assertEquals("id sha256:" + HEX, kind("sha256:" + HEX));
        assertEquals("id sha512:" + HEX + HEX, kind("sha512:" + HEX + HEX));
        assertEquals("name docker.io/library/debian", kind("debian"));
        assertEquals("name docker.io/library/debian@sha256:" + HEX, kind("debian@sha256:" + HEX));
    }

    @Test
    void takesWhatIsNotQuiteAnIdForAName() {
        assertEquals("name docker.io/library/" + HEX.substring(1), kind(HEX.substring(1)));
        assertEquals("name docker.io/library/" + HEX + "0", kind(HEX + "0"));
        assertEquals("name docker.io/library/sha384:" + HEX, kind("sha384:" + HEX));
        assertEquals("name docker.io/library/blake3:" + HEX, kind("blake3:" + HEX));
        assertEquals(
                "name docker.io/library/sha256:" + HEX.toUpperCase(Locale.ROOT),
                kind("sha256:" + HEX.toUpperCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', BAD_FORMAT",
        "Debian, UPPER_CASE",
        "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF, UPPER_CASE",
        "a@sha256:0123456789abcdef0123456789abcdef, BAD_DIGEST",
        "sha256:, BAD_FORMAT",
        ":, BAD_FORMAT",
    })
    void refusesWithAReason(String text, Reason reason) {
        var e = assertThrows(MalformedReferenceException.class, () -> AnyReference.parse(text));
        assertEquals(reason, e.reason());
    }

    @Test
    void twoFormsOfOneIdAreEqual() {
        assertEquals(AnyReference.parse(HEX), AnyReference.parse("sha256:" + HEX));
        assertEquals(
                AnyReference.parse(HEX).hashCode(),
                AnyReference.parse("sha256:" + HEX).hashCode());
        assertNotEquals(AnyReference.parse("sha256"), AnyReference.parse("sha256:" + HEX));
    }
}
