package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.sigstore.internal.Encodings.Block;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingsTest {
    private static final String ONE = "-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----\n";
    private static final String TWO = "-----BEGIN CERTIFICATE-----\r\nBA\tU=\r\n-----END CERTIFICATE-----";

    private static Reason refusal(String text) {
        return assertThrows(EvidenceException.class, () -> Encodings.pem(text)).reason();
    }

    @Test
    void readsBlocksWithNothingButWhiteSpaceAround() throws EvidenceException {
        List<Block> blocks = Encodings.pem("\n " + ONE + "\r\n" + TWO + "\n\n");
        assertEquals(
                List.of("PUBLIC KEY", "CERTIFICATE"),
                blocks.stream().map(Block::label).toList());
        assertArrayEquals(new byte[] {1, 2, 3}, blocks.get(0).content());
        assertArrayEquals(new byte[] {4, 5}, blocks.get(1).content());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AQID",
                "x" + ONE,
                ONE + "x",
                ONE + "x" + ONE,
                ONE + "-----BEGIN PUBLIC KEY-----\nAQID\n",
                "-----BEGIN PUBLIC KEY-----\nAQID\n-----END CERTIFICATE-----\n",
                "-----BEGIN PUBLIC KEY-----\nAQ\n-----END PUBLIC KEY-----\n",
                "-----BEGIN PUBLIC KEY-----\nAQI=ID\n-----END PUBLIC KEY-----\n",
                "-----BEGIN PUBLIC KEY-----\nProc-Type: 4\n\nAQID\n-----END PUBLIC KEY-----\n",
                "----BEGIN PUBLIC KEY----\nAQID\n----END PUBLIC KEY----\n",
            })
    void refusesWhatIsNoPem(String text) {
        assertEquals(Reason.MALFORMED, refusal(text));
    }

    @Test
    void hasUpTo64BlocksAnd1MiCharacters() throws EvidenceException {
        assertEquals(64, Encodings.pem(ONE.repeat(64)).size());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(ONE.repeat(65)));
        String longest = ONE + " ".repeat((1 << 20) - ONE.length());
        assertEquals(1, Encodings.pem(longest).size());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(longest + " "));
    }

    @Test
    void theOnlyBlockHasNoOtherBesideIt() throws EvidenceException {
        assertEquals("PUBLIC KEY", Encodings.onlyPem(ONE).label());
        EvidenceException e = assertThrows(EvidenceException.class, () -> Encodings.onlyPem(ONE + ONE));
        assertEquals(Reason.MALFORMED, e.reason());
    }
}
