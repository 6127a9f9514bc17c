package dev.tallyclerk.trust.notation;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** What most tests of Notation need: a statement, its trust store and a time. */
final class NotationFixture {
    static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    private NotationFixture() {}

    static NotationStatement statement() {
        return NotationStatement.of(List.of("ca:acme"), List.of("*"));
    }

    static NotationTrustStore store(String name, X509Certificate... certificates) {
        try {
            return NotationTrustStore.of(Map.of(name, List.of(certificates)));
        } catch (EvidenceException e) {
            throw new AssertionError(e);
        }
    }

    static NotationVerifier verifier(NotationStatement statement) {
        return NotationVerifier.of(statement, store("ca:acme", TestEnvelope.ROOT.certificate()))
                .withClock(clock(NOW));
    }

    static Clock clock(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    /** {@return the reason for which an envelope is malformed} */
    static Reason refusal(byte[] envelope, String mediaType) {
        return assertThrows(EvidenceException.class, () -> NotationEnvelope.parse(envelope, mediaType))
                .reason();
    }

    static NotationResult verify(NotationVerifier verifier, TestEnvelope envelope, String mediaType) {
        try {
            return verifier.verify(NotationEnvelope.parse(envelope.bytes(mediaType), mediaType), TestEnvelope.TARGET);
        } catch (EvidenceException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the reason for which the statement of the fixture refuses an envelope} */
    static Reason refusal(TestEnvelope envelope) {
        return refusal(verifier(statement()), envelope);
    }

    static Reason refusal(NotationVerifier verifier, TestEnvelope envelope) {
        return reason(verify(verifier, envelope, NotationEnvelope.JWS));
    }

    static Reason reason(NotationResult result) {
        return result.fold(
                verified -> {
                    throw new AssertionError("accepted: " + verified);
                },
                skipped -> {
                    throw new AssertionError("skipped");
                },
                NotationResult.Refused::reason);
    }

    static VerifiedStatement accept(NotationVerifier verifier, TestEnvelope envelope) {
        return statement(verify(verifier, envelope, NotationEnvelope.JWS));
    }

    static VerifiedStatement statement(NotationResult result) {
        return result.fold(
                NotationResult.Verified::statement,
                skipped -> {
                    throw new AssertionError("skipped");
                },
                refused -> {
                    throw new AssertionError(refused.reason() + ": " + refused.message());
                });
    }
}
