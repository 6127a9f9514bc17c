package dev.tallyclerk.trust.internal.notation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import java.nio.charset.StandardCharsets;

/** Any text is refused, or is a name without empty parts. */
class DistinguishedNameFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        DistinguishedName name;
        try {
            name = DistinguishedName.parse(new String(data, StandardCharsets.UTF_8));
        } catch (EvidenceException e) {
            assertTrue(e.toString().length() < 400);
            return;
        }
        assertTrue(name.isPartOf(name));
        assertFalse(name.attributes().isEmpty());
        name.attributes().forEach((type, value) -> assertFalse(type.isEmpty() || value.isEmpty()));
    }
}
