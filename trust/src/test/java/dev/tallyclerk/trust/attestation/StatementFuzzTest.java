package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any bytes are refused with a reason, or are a statement whose predicate is the same when it is written again; every
 * condition on it holds or fails with a reason.
 */
class StatementFuzzTest {
    private static final List<PredicateCondition> CONDITIONS = PredicateConditions.none()
            .withBuilder("https://builder.test/v1")
            .withSource("https://github.com/acme/shop")
            .withSourceBelow("https://github.com/acme")
            .withMaterial("pkg:docker/alpine@3", Map.of("sha256", "def"))
            .withPackages()
            .withVexStatus("CVE-2026-1", Set.of(OpenVex.Status.FIXED))
            .withValue("/a/0", "1")
            .conditions();

    @FuzzTest
    void parse(byte[] data) {
        try {
            assertReadOrRefused(Statement.parse(data));
        } catch (EvidenceException e) {
            DsseEnvelopeFuzzTest.assertRefused(e);
        }
    }

    static void assertReadOrRefused(Statement statement) throws EvidenceException {
        assertTrue(!statement.subjects().isEmpty() && statement.subjects().size() <= 1_024);
        for (PredicateCondition condition : CONDITIONS) {
            try {
                condition.check(statement);
            } catch (EvidenceException e) {
                if (e.reason() != Reason.PREDICATE_MISMATCH) {
                    DsseEnvelopeFuzzTest.assertRefused(e);
                }
                assertTrue(String.valueOf(e.getMessage()).length() < 2_000, e::toString);
            }
        }
        String json = statement.predicateJson().orElse("null");
        Statement again = Statement.parse(("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],"
                        + "\"predicateType\":\"t\",\"predicate\":" + json + "}")
                .getBytes(StandardCharsets.UTF_8));
        assertEquals(statement.predicateJson(), again.predicateJson());
        assertEquals(statement.predicateValue(), again.predicateValue());
        // Refused, or read.
        statement.predicate();
    }
}
