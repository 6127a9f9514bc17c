package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimpleSigningTest {
    private static final String PAYLOAD = TestSigner.payload(TestSigner.IMAGE, "acme.test/shop", "null");

    private static SimpleSigning parse(String document) throws EvidenceException {
        return SimpleSigning.parse(document.getBytes(StandardCharsets.UTF_8), 4_096);
    }

    @Test
    void readsTheDigestTheNameAndTheAnnotations() throws EvidenceException {
        assertEquals(new SimpleSigning("acme.test/shop", TestSigner.IMAGE, Map.of()), parse(PAYLOAD));
        assertEquals(
                new SimpleSigning("", TestSigner.IMAGE, Map.of("env", "prod")),
                parse(TestSigner.payload(
                        TestSigner.IMAGE, "", "{\"env\":\"prod\",\"timestamp\":1,\"list\":[],\"yes\":true}")));
    }

    @Test
    void anAbsentOptionalIsEmpty() throws EvidenceException {
        assertEquals(Map.of(), parse(PAYLOAD.replace(",\"optional\":null", "")).annotations());
    }

    @Test
    void unknownMembersCountOnlyBesideWhatIsCritical() throws EvidenceException {
        assertEquals(
                TestSigner.IMAGE,
                parse(PAYLOAD.replace("{\"critical\"", "{\"x\":1,\"critical\"")).digest());
    }

    /** containers-signature(5): "consumers MUST reject" them. */
    @ParameterizedTest
    @ValueSource(strings = {"\"type\"", "\"docker-reference\"", "\"docker-manifest-digest\""})
    void refusesUnknownCriticalMembers(String beside) {
        String document = PAYLOAD.replace(beside, "\"x\":1," + beside);
        assertEquals(
                Reason.CRITICAL_UNKNOWN,
                assertThrows(EvidenceException.class, () -> parse(document)).reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cosign container image signature | something else | UNSUPPORTED",
                "cosign container image signature | Cosign container image signature | UNSUPPORTED",
                "\"type\" | \"Type\" | MALFORMED",
                "\"image\" | \"Image\" | MALFORMED",
                "\"identity\" | \"Identity\" | MALFORMED",
                "\"critical\" | \"Critical\" | MALFORMED",
                "\"optional\" | \"Optional\" | MALFORMED",
                "\"docker-reference\" | \"Docker-Reference\" | MALFORMED",
                "\"docker-manifest-digest\" | \"Docker-Manifest-Digest\" | MALFORMED",
                "\"type\" | \"type\":\"x\",\"type\" | MALFORMED",
                "\"docker-manifest-digest\" | \"docker-manifest-digest\":\"x\",\"docker-manifest-digest\" | MALFORMED",
                "sha256:ab | sha256:AB | MALFORMED",
                "\"sha256:ab | \"ab | MALFORMED",
                "\"acme.test/shop\" | 1 | MALFORMED",
                "null | [] | MALFORMED",
                "null | null} {\"a\":1 | MALFORMED",
                "\"docker-reference\" | \"docker-reference\":\"\",\"docker-reference\" | MALFORMED",
            })
    void refusesAnotherForm(String part, String other, Reason reason) {
        String document = PAYLOAD.replace(part, other);
        assertEquals(
                reason,
                assertThrows(EvidenceException.class, () -> parse(document)).reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"docker-reference\":\"acme.test/shop\"",
                "\"identity\":{\"docker-reference\":\"acme.test/shop\"},",
                ",\"type\":\"cosign container image signature\"",
            })
    void refusesTheAbsenceOfACriticalMember(String member) {
        String document = PAYLOAD.replace(member, "");
        assertEquals(
                Reason.MALFORMED,
                assertThrows(EvidenceException.class, () -> parse(document)).reason());
    }

    @Test
    void refusesMoreThanTheLimits() {
        byte[] large = PAYLOAD.getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, () -> SimpleSigning.parse(large, large.length - 1))
                        .reason());
        String deep = PAYLOAD.replace("null", "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}");
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, () -> parse(deep)).reason());
    }
}
