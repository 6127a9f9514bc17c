package dev.tallyclerk.trust.notation;

import static dev.tallyclerk.trust.notation.NotationFixture.NOW;
import static dev.tallyclerk.trust.notation.NotationFixture.accept;
import static dev.tallyclerk.trust.notation.NotationFixture.clock;
import static dev.tallyclerk.trust.notation.NotationFixture.reason;
import static dev.tallyclerk.trust.notation.NotationFixture.refusal;
import static dev.tallyclerk.trust.notation.NotationFixture.statement;
import static dev.tallyclerk.trust.notation.NotationFixture.verifier;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What went wrong in notation-go and its relatives. {@link AttachedSignaturesTest} has the endless signatures. */
class NotationAdvisoriesTest {
    /** CVE-2023-33959, GHSA-xhg5-42rf-296r: the registry made the verifier look at another artifact. */
    @Test
    void cve202333959TheSignatureIsOfTheDigestThatTheCallerResolved() throws EvidenceException {
        NotationEnvelope envelope = NotationEnvelope.parse(new TestEnvelope().jws(), NotationEnvelope.JWS);
        TargetArtifact other = new TargetArtifact(
                TestEnvelope.TARGET.mediaType(), Digest.sha256Of(new byte[] {1}), TestEnvelope.TARGET.size());
        assertEquals(Reason.SUBJECT_MISMATCH, reason(verifier(statement()).verify(envelope, other)));
        NotationStatement audit = statement().withLevel(NotationLevel.AUDIT);
        assertEquals(Reason.SUBJECT_MISMATCH, reason(verifier(audit).verify(envelope, other)));
        VerifiedStatement found = NotationFixture.statement(verifier(audit).verify(envelope, TestEnvelope.TARGET));
        assertEquals(TestEnvelope.TARGET.digest(), found.evidence().subject());
    }

    /** CVE-2023-25656: a distinguished name such as {@code =#} used up the memory. */
    @ParameterizedTest
    @ValueSource(strings = {"=#", "CN=#", "CN=#04FFFFFFFF", "C=US, ST=WA, O=#04847FFFFFFF", "O=#1"})
    void cve202325656AHostileDistinguishedNameIsRefusedAtOnce(String name) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThrows(
                        IllegalArgumentException.class,
                        () -> NotationStatement.of(List.of("ca:acme"), List.of("x509.subject: " + name))));
    }

    /** CVE-2024-23332: a permissive policy lets an attacker offer an old image whose signature has expired. */
    @Test
    void cve202423332AnExpiredSignatureThatAPermissivePolicyAcceptsIsReported() {
        TestEnvelope expired = new TestEnvelope().expiring("2026-03-01T00:00:00Z");
        assertEquals(Reason.EXPIRED, refusal(expired));
        VerifiedStatement found = accept(verifier(statement().withLevel(NotationLevel.PERMISSIVE)), expired);
        assertTrue(
                found.evidence().notChecked().stream().anyMatch(note -> note.startsWith("expiry: failed")),
                () -> found.evidence().notChecked().toString());
        assertEquals(
                "2026-03-01T00:00:00Z",
                found.evidence().validUntil().orElseThrow().toString());
    }

    /**
     * CVE-2024-56138, GHSA-45v3-38pc-874v, as it concerns a verifier: the authority's path is known, and is the
     * token's.
     */
    @Test
    void cve202456138ATimestampCountsOnlyIfItsPathLeadsToAStoreThatThePolicyNames() throws EvidenceException {
        TimestampEngine refuses = new TimestampEngine() {
            @Override
            public VerifiedTimestamp verifyResponse(byte[] response, byte[] stamped, TimestampTrust trust) {
                throw new AssertionError("no response");
            }

            @Override
            public VerifiedTimestamp verifyToken(byte[] token, byte[] stamped, TimestampTrust trust)
                    throws EvidenceException {
                throw new EvidenceException(Reason.CERTIFICATE_UNTRUSTED, "of another authority");
            }
        };
        TestEnvelope made = new TestEnvelope();
        made.unsigned.put("io.cncf.notary.timestampSignature", new byte[] {7});
        NotationVerifier verifier = NotationVerifier.of(
                        NotationStatement.of(List.of("ca:acme", "tsa:acme"), List.of("*")),
                        NotationTrustStore.of(Map.of(
                                "ca:acme", List.of(TestEnvelope.ROOT.certificate()),
                                "tsa:acme", List.of(TestEnvelope.ROOT.certificate()))))
                .withTimestampEngine(refuses)
                .withClock(clock(NOW));
        assertEquals(Reason.TIMESTAMP_INVALID, refusal(verifier, made));
    }
}
