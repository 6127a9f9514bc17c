package dev.tallyclerk.trust.internal.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerSignatureTest {
    private static final HexFormat HEX = HexFormat.of();

    /** CVE-2022-21449: an integer of zero, on runtimes that would take it. */
    @ParameterizedTest
    @CsvSource({
        "3006020101020101, true",
        "3006020100020101, false",
        "3006020101020100, false",
        "3006020100020100, false",
        "30060201ff020101, false",
        "300702020001020101, false",
        "300702020080020101, true",
        "30060201010201, false",
        "300602010102010100, false",
        "30810602010102 0101, false",
        "3006020101, false",
        "30800201010201010000, false",
        "3106020101020101, false",
        "3000, false",
        "300502010102 00, false",
        "'', false",
    })
    void anEcdsaSignatureIsTwoPositivesInDer(String hex, boolean expected) {
        assertEquals(expected, DerSignature.isPairOfPositives(HEX.parseHex(hex.replace(" ", ""))));
    }
}
