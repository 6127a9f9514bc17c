package dev.tallyclerk.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text is a digest that is safe in a path and leads back to itself, or is refused with a bounded message. */
class DigestFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Digest digest;
        try {
            digest = Digest.parse(text);
        } catch (MalformedDigestException e) {
            assertTrue(e.toString().length() < 250);
            return;
        }
        assertEquals(text, digest.toString());
        assertEquals(digest, Digest.parse(digest.toString()));
        assertEquals(0, digest.compareTo(Digest.parse(text)));
        assertFalse(text.contains("/") || text.contains("\\") || text.contains(".."));
        int hexLength = digest.algorithm().hexLength();
        assertTrue(hexLength == 0 || digest.encoded().length() == hexLength);
    }
}
