package dev.tallyclerk.trust.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.Set;

/** Any bytes are refused with a reason, or are a policy whose statements say everything that is needed. */
class NotationTrustPolicyFuzzTest {
    private static final Set<Reason> REFUSALS = Set.of(Reason.MALFORMED, Reason.UNSUPPORTED, Reason.LIMIT_EXCEEDED);

    @FuzzTest
    void parse(byte[] data) {
        NotationTrustPolicy policy;
        try {
            policy = NotationTrustPolicy.parse(data);
        } catch (EvidenceException e) {
            assertTrue(REFUSALS.contains(e.reason()), e::toString);
            assertTrue(e.toString().length() < 3_000);
            return;
        }
        for (NotationStatement statement : policy.statements()) {
            assertFalse(statement.name().isBlank());
            assertFalse(statement.registryScopes().isEmpty());
            assertEquals(statement.level().isSkip(), statement.trustStores().isEmpty(), "stores and the level skip");
            assertEquals(
                    statement.level().isSkip(),
                    statement.trustedIdentities().isEmpty(),
                    "identities and the level skip");
        }
    }
}
