package dev.tallyclerk.trust.internal.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerFormTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0500",
                "3000",
                "3100",
                "30030101ff",
                "3003010100",
                "020100",
                "02017f",
                "0201ff",
                "02020080",
                "0202ff7f",
                "a003020101",
                "800101",
                "0603550403",
                "3006300406022a03"
            })
    void acceptsTheDistinguishedForm(String hex) {
        assertTrue(DerForm.isOneElement(HexFormat.of().parseHex(hex)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "05",
                "050000",
                "3080",
                "30800000",
                "308100",
                "30820000",
                "3001",
                "300205",
                "300105",
                "1f0100",
                "3f810100",
                "0000",
                "3000ff",
                "010101",
                "010200ff",
                "0100",
                "0200",
                "02020001",
                "0202ff80",
                "240404020000",
                "1000",
                "1100",
                "3084000000",
                "a0020500ff",
                "30060201"
            })
    void refusesOtherForms(String hex) {
        assertFalse(DerForm.isOneElement(HexFormat.of().parseHex(hex)));
    }

    @Test
    void refusesDeepNesting() {
        assertTrue(DerForm.isOneElement(nested(60)));
        assertFalse(DerForm.isOneElement(nested(70)));
    }

    private static byte[] nested(int sequences) {
        byte[] der = {5, 0};
        for (int i = 0; i < sequences; i++) {
            byte[] head = der.length < 0x80
                    ? new byte[] {0x30, (byte) der.length}
                    : new byte[] {0x30, (byte) 0x81, (byte) der.length};
            byte[] outer = Arrays.copyOf(head, head.length + der.length);
            System.arraycopy(der, 0, outer, head.length, der.length);
            der = outer;
        }
        return der;
    }

    @ParameterizedTest
    @CsvSource({
        "20260601120000Z, 2026-06-01T12:00:00Z",
        "20260601120000.5Z, 2026-06-01T12:00:00.5Z",
        "20260601120000.000000001Z, 2026-06-01T12:00:00.000000001Z",
        "20240229235959Z, 2024-02-29T23:59:59Z"
    })
    void readsTimes(String text, Instant time) throws Exception {
        assertEquals(time, DerForm.time(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20250229000000Z", "20260601120000.0Z", "20260601120000.Z", "260601120000Z", "x"})
    void refusesOtherTimes(String text) {
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> DerForm.time(text.getBytes(StandardCharsets.US_ASCII)));
        assertEquals(Reason.MALFORMED, e.reason());
    }
}
