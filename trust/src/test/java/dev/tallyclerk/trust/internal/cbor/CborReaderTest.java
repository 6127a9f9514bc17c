package dev.tallyclerk.trust.internal.cbor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.cbor.CborValue.ArrayValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.BytesValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.IntegerValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.MapValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.SimpleValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.TaggedValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.TextValue;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborReaderTest {
    /** RFC 8949, Appendix A. */
    @ParameterizedTest
    @CsvSource({
        "00, 0",
        "17, 23",
        "1818, 24",
        "18ff, 255",
        "190100, 256",
        "1903e8, 1000",
        "1a000f4240, 1000000",
        "1b000000e8d4a51000, 1000000000000",
        "1b7fffffffffffffff, 9223372036854775807",
        "20, -1",
        "29, -10",
        "3863, -100",
        "3903e7, -1000",
        "3b7fffffffffffffff, -9223372036854775808"
    })
    void readsIntegers(String hex, long value) throws Exception {
        assertReads(new IntegerValue(value), hex);
    }

    /** RFC 8949, Appendix A. */
    @Test
    void readsEachKindOfValue() throws Exception {
        assertReads(SimpleValue.FALSE, "f4");
        assertReads(SimpleValue.TRUE, "f5");
        assertReads(SimpleValue.NULL, "f6");
        assertReads(new BytesValue(new byte[0]), "40");
        assertReads(new BytesValue(new byte[] {1, 2, 3, 4}), "4401020304");
        assertReads(new TextValue(""), "60");
        assertReads(new TextValue("IETF"), "6449455446");
        assertReads(new TextValue("\u6c34"), "63e6b0b4");
        assertReads(new TextValue("\ud800\udd51"), "64f0908591");
        assertReads(ArrayValue.of(), "80");
        assertReads(
                ArrayValue.of(new IntegerValue(1), ArrayValue.of(new IntegerValue(2), new IntegerValue(3))),
                "8201820203");
        assertReads(new MapValue(Map.of()), "a0");
        assertReads(new TaggedValue(1, new IntegerValue(1363896240)), "c11a514b67b0");
        assertReads(new TaggedValue(32, new TextValue("a")), "d8206161");
    }

    @Test
    void findsTheValueOfALabel() throws Exception {
        MapValue map = (MapValue) CborReader.read(HexFormat.of().parseHex("a20102616103"));

        assertEquals(Optional.of(new IntegerValue(2)), map.get(1));
        assertEquals(Optional.of(new IntegerValue(3)), map.get("a"));
        assertEquals(Optional.empty(), map.get(2));
        assertEquals(Optional.empty(), map.get("b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "0000", // two values
                "1817", // 23 in two bytes
                "1900ff", // 255 in three
                "1a0000ffff", // 65535 in five
                "1b00000000ffffffff", // 2^32 - 1 in nine
                "1b8000000000000000", // 2^63
                "3b8000000000000000", // -2^63 - 1
                "18",
                "19ff",
                "1affffff",
                "1bffffffffffffff", // ends too early
                "1c",
                "1d",
                "1e",
                "1f", // reserved
                "5f4101ff",
                "7f6161ff",
                "9f01ff",
                "bf0102ff",
                "ff", // indefinite
                "5803010203", // a short length in two bytes
                "41",
                "4201",
                "616161",
                "61", // too few or too many
                "5bffffffffffffffff",
                "9bffffffffffffffff",
                "bbffffffffffffffff",
                "5b7fffffffffffffff",
                "81",
                "8201",
                "9a7fffffff01",
                "a1",
                "a101",
                "ba7fffffff0102",
                "c1", // too few elements
                "61ff",
                "62c080",
                "63eda080",
                "64f4908080", // no UTF-8
                "a201020103", // duplicate key
                "a2616101616102", // duplicate text
                "a1410101",
                "a1800101",
                "a1f501",
                "a1c10101", // keys of other kinds
                "f7",
                "e0",
                "f0",
                "f820",
                "f93c00",
                "fa47c35000",
                "fb3ff199999999999a", // not for COSE
                "dbffffffffffffffff00" // tag of 64 bits
            })
    void refusesOtherForms(String hex) {
        EvidenceException e = assertThrows(
                EvidenceException.class, () -> CborReader.read(HexFormat.of().parseHex(hex)));

        assertEquals(Reason.MALFORMED, e.reason());
    }

    @Test
    void readsSixteenLevels() throws Exception {
        assertReads(CborReader.read(nested(15)), HexFormat.of().formatHex(nested(15)));

        for (int depth : new int[] {16, 100_000}) {
            EvidenceException e = assertThrows(EvidenceException.class, () -> CborReader.read(nested(depth)));
            assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        }
    }

    private static byte[] nested(int arrays) {
        byte[] document = new byte[arrays + 1];
        java.util.Arrays.fill(document, 0, arrays, (byte) 0x81);
        return document;
    }

    @Test
    void valuesDoNotChange() throws Exception {
        byte[] document = {0x41, 7};
        BytesValue value = (BytesValue) CborReader.read(document);
        document[1] = 8;
        value.bytes()[0] = 9;

        assertArrayEquals(new byte[] {7}, value.bytes());
        assertEquals("h'07'", value.toString());
    }

    private static void assertReads(CborValue value, String hex) throws EvidenceException {
        assertEquals(value, CborReader.read(HexFormat.of().parseHex(hex)));
        assertEquals(hex, HexFormat.of().formatHex(CborWriter.write(value)));
    }
}
