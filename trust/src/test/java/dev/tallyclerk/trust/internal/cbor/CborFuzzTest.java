package dev.tallyclerk.trust.internal.cbor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;

/** Any bytes are refused, or are the only encoding of what they say. */
class CborFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        CborValue value;
        try {
            value = CborReader.read(data);
        } catch (EvidenceException e) {
            return;
        }
        assertArrayEquals(data, CborWriter.write(value));
    }
}
