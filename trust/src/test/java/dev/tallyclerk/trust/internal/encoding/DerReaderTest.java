package dev.tallyclerk.trust.internal.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerReaderTest {
    @Test
    void movesOverElements() throws Exception {
        DerReader whole = DerReader.of(HexFormat.of().parseHex("300b0603550403040201ff0500"));
        DerReader parts = whole.enter(DerReader.SEQUENCE);
        whole.end();
        assertEquals("2.5.4.3", parts.identifier());
        assertEquals(DerReader.OCTET_STRING, parts.tag());
        assertArrayEquals(new byte[] {1, -1}, parts.content(DerReader.OCTET_STRING));
        assertThrows(EvidenceException.class, parts::end);
        assertArrayEquals(new byte[] {5, 0}, parts.encoded(5));
        parts.end();
        assertEquals(-1, parts.tag());
        assertThrows(EvidenceException.class, () -> parts.enter(DerReader.SEQUENCE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"30", "3001", "308100", "30810105", "3080", "3085000000000100", "30847fffffff", "3084ffffffff"})
    void refusesOtherForms(String hex) {
        EvidenceException e = assertThrows(
                EvidenceException.class,
                () -> DerReader.of(HexFormat.of().parseHex(hex)).enter(DerReader.SEQUENCE));
        assertEquals(Reason.MALFORMED, e.reason());
    }

    @ParameterizedTest
    @CsvSource({"06012a, 1.2", "0603883703, 2.999.3", "06092a864886f70d01010b, 1.2.840.113549.1.1.11"})
    void readsIdentifiers(String hex, String text) throws Exception {
        assertEquals(text, DerReader.of(HexFormat.of().parseHex(hex)).identifier());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "060181", "060affffffffffffffffff7f", "060380552a", "0603558003", "02012a"})
    void refusesOtherIdentifiers(String hex) {
        assertThrows(
                EvidenceException.class,
                () -> DerReader.of(HexFormat.of().parseHex(hex)).identifier());
    }

    @Test
    void entersTheOnlyElement() throws Exception {
        byte[] der = HexFormat.of().parseHex("0402aabb");
        assertArrayEquals(
                new byte[] {(byte) 0xaa, (byte) 0xbb},
                DerReader.only(DerReader.OCTET_STRING, der).rest());
        for (byte[] other : List.of(new byte[0], Arrays.copyOf(der, 3), Arrays.copyOf(der, 5))) {
            EvidenceException e =
                    assertThrows(EvidenceException.class, () -> DerReader.only(DerReader.OCTET_STRING, other));
            assertEquals(Reason.MALFORMED, e.reason());
        }
        assertThrows(EvidenceException.class, () -> DerReader.only(DerReader.SEQUENCE, der));
    }

    @Test
    void countsElements() throws Exception {
        byte[] empty = {5, 0};
        List<byte[]> most = DerReader.of(DerWriter.element(DerReader.SEQUENCE, many(empty, 512)))
                .enter(DerReader.SEQUENCE)
                .elements();
        assertEquals(512, most.size());
        assertArrayEquals(empty, most.get(511));
        DerReader tooMany = DerReader.only(DerReader.SEQUENCE, DerWriter.element(DerReader.SEQUENCE, many(empty, 513)));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, tooMany::elements).reason());
        DerReader cut = DerReader.of(new byte[] {5, 0, 5});
        assertEquals(
                Reason.MALFORMED,
                assertThrows(EvidenceException.class, cut::elements).reason());
    }

    private static byte[][] many(byte[] element, int number) {
        byte[][] elements = new byte[number][];
        Arrays.fill(elements, element);
        return elements;
    }
}
