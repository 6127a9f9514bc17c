package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DsseEnvelopeTest {
    private static final String TYPE = DsseEnvelope.IN_TOTO;

    private static DsseEnvelope parse(String json) throws EvidenceException {
        return DsseEnvelope.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String envelope(String type, String payload, String signatures) {
        return "{\"payloadType\":\"" + type + "\",\"payload\":\"" + payload + "\",\"signatures\":[" + signatures + "]}";
    }

    private static Reason refusal(String json) {
        return assertThrows(EvidenceException.class, () -> parse(json)).reason();
    }

    /** DSSE protocol v1.0.2, "Test Vectors". */
    @Test
    void signsThePayloadWithItsTypeAndBothLengths() throws EvidenceException {
        String payload = Base64.getEncoder().encodeToString("hello world".getBytes(StandardCharsets.UTF_8));
        DsseEnvelope envelope = parse(envelope("http://example.com/HelloWorld", payload, "{\"sig\":\"AQID\"}"));
        String signed = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assertEquals(signed, new String(envelope.signedBytes(), StandardCharsets.UTF_8));
        assertEquals(
                signed,
                new String(envelope.signedParts().get(0), StandardCharsets.UTF_8)
                        + new String(envelope.signedParts().get(1), StandardCharsets.UTF_8));
        assertEquals("http://example.com/HelloWorld", envelope.payloadType());
        assertArrayEquals("hello world".getBytes(StandardCharsets.UTF_8), envelope.payload());
    }

    @Test
    void countsTheLengthOfTheTypeInBytes() throws EvidenceException {
        DsseEnvelope envelope = parse(envelope("ü", "", "{\"sig\":\"AQID\"}"));
        assertEquals("DSSEv1 2 ü 0 ", new String(envelope.signedBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void keepsTheSignaturesInOrderWithTheirHints() throws EvidenceException {
        DsseEnvelope envelope = parse(envelope(TYPE, "", "{\"keyid\":\"a\",\"sig\":\"AQID\"},{\"sig\":\"-_8=\"}"));
        assertEquals(2, envelope.signatures().size());
        assertEquals("a", envelope.signatures().get(0).keyId());
        assertArrayEquals(new byte[] {1, 2, 3}, envelope.signatures().get(0).value());
        assertEquals("", envelope.signatures().get(1).keyId());
        assertArrayEquals(new byte[] {-5, -1}, envelope.signatures().get(1).value());
    }

    @Test
    void anEnvelopeOfPartsHasASignatureToo() {
        AttestationLimits limits = AttestationLimits.defaults();
        DsseEnvelope.Signature signature = new DsseEnvelope.Signature("", new byte[] {1});
        DsseEnvelope envelope = DsseEnvelope.of(TYPE, new byte[] {2}, List.of(signature), limits);
        assertEquals(List.of(signature), envelope.signatures());
        assertThrows(IllegalArgumentException.class, () -> DsseEnvelope.of(TYPE, new byte[] {2}, List.of(), limits));
    }

    @Test
    void ignoresUnknownMembers() throws EvidenceException {
        assertEquals(
                TYPE,
                parse("{\"payloadType\":\"" + TYPE + "\",\"payload\":\"\",\"more\":1,"
                                + "\"signatures\":[{\"sig\":\"AQID\",\"cert\":null}]}")
                        .payloadType());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"payloadType\":\"t\",\"payload\":\"\"}",
                "{\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AQID\"}]}",
                "{\"payload\":\"\",\"signatures\":[{\"sig\":\"AQID\"}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"payload\":\"\",\"signatures\":[{\"sig\":\"AQID\"}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"Payload\":\"\",\"signatures\":[{\"sig\":\"AQID\"}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"AQID\",\"Sig\":\"\"}]}",
                "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"AQID\"}]} {}",
            })
    void refusesWhatIsNoEnvelope(String json) {
        assertEquals(Reason.MALFORMED, refusal(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AQ", "AQ=", "AR==", "A Q=", "AQID\\n", "-_+/", "A", "===="})
    void refusesBase64InAnotherThanTheCanonicalForm(String text) {
        assertEquals(Reason.MALFORMED, refusal(envelope(TYPE, text, "{\"sig\":\"AQID\"}")));
        assertEquals(Reason.MALFORMED, refusal(envelope(TYPE, "", "{\"sig\":\"" + text + "\"}")));
    }

    @Test
    void refusesMoreSignaturesThanTheLimit() throws EvidenceException {
        String many = String.join(",", Collections.nCopies(32, "{\"sig\":\"AQID\"}"));
        assertEquals(32, parse(envelope(TYPE, "", many)).signatures().size());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(envelope(TYPE, "", many + ",{\"sig\":\"AQID\"}")));
    }

    @Test
    void refusesAnEnvelopeAboveTheLimitsOfItsSizeAndDepth() {
        byte[] large = envelope(TYPE, "", "{\"sig\":\"AQID\"}").getBytes(StandardCharsets.UTF_8);
        AttestationLimits limits = AttestationLimits.defaults().withMaxDocumentBytes(large.length - 1);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, () -> DsseEnvelope.parse(large, limits))
                        .reason());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}"));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("{\"a\":[" + "1,".repeat(20_000) + "1]}"));
    }

    @Test
    void hasAStatementOnlyOfTheTypeOfInToto() throws EvidenceException {
        String statement =
                Base64.getEncoder().encodeToString(StatementTest.json("t", "{}").getBytes(StandardCharsets.UTF_8));
        assertEquals(
                "t",
                parse(envelope(TYPE, statement, "{\"sig\":\"AQID\"}"))
                        .statement()
                        .predicateType());
        DsseEnvelope other = parse(envelope("application/json", statement, "{\"sig\":\"AQID\"}"));
        assertEquals(
                Reason.MALFORMED,
                assertThrows(EvidenceException.class, other::statement).reason());
    }

    @Test
    void readsTheStatementWithinItsOwnLimits() throws EvidenceException {
        String statement = Base64.getEncoder()
                .encodeToString(StatementTest.json("t", "[1,2,3,4]").getBytes(StandardCharsets.UTF_8));
        byte[] document = envelope(TYPE, statement, "{\"sig\":\"AQID\"}").getBytes(StandardCharsets.UTF_8);
        DsseEnvelope envelope =
                DsseEnvelope.parse(document, AttestationLimits.defaults().withMaxValues(8));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, envelope::statement).reason());
    }
}
