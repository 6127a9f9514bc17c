package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.file;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TestRepository.signature;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 4.2 and 5.4.2; the same check guards all roles. */
class ThresholdTest {
    private final TestRepository repository = new TestRepository();
    private final SigningKey a = SigningKey.ed25519();
    private final SigningKey b = SigningKey.ed25519();
    private final AtomicInteger verifications = new AtomicInteger();
    private final SignatureEngine counting =
            key -> SignatureEngine.runtime().verifierFor(key).map(verifier -> (m, s) -> {
                verifications.incrementAndGet();
                return verifier.verify(m, s);
            });

    /** The root is read anew, so that a test may change its role entries. */
    private TrustedMetadata root(SignatureEngine engine) throws TufException {
        repository.writeRoot();
        return TrustedMetadata.start(repository.rootFile(1), engine, TufLimits.defaults());
    }

    private TufException refused(List<?> signatures) throws TufException {
        TrustedMetadata root = root(SignatureEngine.runtime());
        byte[] timestamp = file(repository.timestamp, signatures);
        return refuses(Reason.THRESHOLD_NOT_MET, "timestamp", "5.4.2", () -> root.updateTimestamp(timestamp, NOW));
    }

    private void accepted(List<?> signatures) throws TufException {
        byte[] timestamp = file(repository.timestamp, signatures);
        assertTrue(root(SignatureEngine.runtime())
                .updateTimestamp(timestamp, NOW)
                .timestamp()
                .isPresent());
    }

    private static List<Outcome> outcomes(TufException e) {
        return e.threshold().orElseThrow().keys().stream()
                .map(ThresholdReport.KeyOutcome::outcome)
                .toList();
    }

    private Map<String, Object> signed(SigningKey key) {
        return signature(key.keyId(), key, repository.timestamp);
    }

    @Test
    void enoughKeysAreEnoughInAnyOrder() throws TufException {
        SigningKey c = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.TIMESTAMP, 2, a, b, c);
        accepted(List.of(signed(c), signed(a)));
        accepted(List.of(signed(b), signed(SigningKey.ed25519()), signed(a), signed(c)));
    }

    @Test
    void everyMissingSignatureIsExplained() throws TufException {
        SigningKey c = SigningKey.ed25519();
        SigningKey d = SigningKey.ed25519();
        repository.setKeys(TopLevelRole.TIMESTAMP, 3, a, b, c, d);
        object(repository.root, "keys").remove(c.keyId());
        object(repository.root, "keys", d.keyId()).put("scheme", "from-the-future");
        Map<String, Object> wrong = signed(b);
        wrong.put("keyid", b.keyId());
        wrong.put("sig", signed(a).get("sig"));
        TufException e = refused(List.of(signed(a), wrong, signed(c), signed(d)));
        assertEquals(1, e.threshold().orElseThrow().have());
        assertEquals(3, e.threshold().orElseThrow().need());
        assertEquals(
                List.of(Outcome.SIGNED, Outcome.WRONG_SIGNATURE, Outcome.NOT_DECLARED, Outcome.UNUSABLE_KEY),
                outcomes(e));
        assertEquals("UNKNOWN_SCHEME", e.threshold().orElseThrow().keys().get(3).detail());
        assertEquals(
                List.of(Outcome.NO_SIGNATURE, Outcome.NO_SIGNATURE, Outcome.NOT_DECLARED, Outcome.NO_SIGNATURE),
                outcomes(refused(List.of())));
    }

    /** GHSA-3633-5h82-39pq, go-tuf 733, CVE-2020-6174. */
    @Test
    void oneKeyUnderTwoKeyIdsCountsOnce() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 2, a, b);
        repository.declare(b.keyId(), a);
        Map<String, Object> again = signature(b.keyId(), a, repository.timestamp);
        TufException e = refused(List.of(signed(a), again));
        assertEquals(List.of(Outcome.SIGNED, Outcome.SAME_KEY_AGAIN), outcomes(e));
        // Its second name may still be the one that signed.
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a, b);
        repository.declare(b.keyId(), a);
        accepted(List.of(again));
    }

    @Test
    void oneRsaKeyWithTwoSchemesCountsOnce() throws TufException {
        SigningKey rsa = SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256);
        repository.setKeys(TopLevelRole.TIMESTAMP, 2, rsa, b);
        Map<String, Object> other = TestRepository.declaration(rsa);
        other.put("scheme", "rsassa-pss-sha512");
        object(repository.root, "keys").put(b.keyId(), other);
        assertEquals(
                1,
                refused(List.of(signed(rsa), signed(b)))
                        .threshold()
                        .orElseThrow()
                        .have());
    }

    /** CVE-2020-15093. */
    @Test
    void twoSignaturesUnderOneKeyIdRefuseTheFile() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 2, a, b);
        TrustedMetadata root = root(SignatureEngine.runtime());
        byte[] timestamp = file(repository.timestamp, List.of(signed(a), signed(b), signed(b)));
        TufException e =
                refuses(Reason.DUPLICATE_SIGNATURE, "timestamp", "5.4.2", () -> root.updateTimestamp(timestamp, NOW));
        assertEquals("/signatures/2", e.pointer().orElseThrow());
    }

    /** CVE-2026-23992. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aThresholdBelowOneRefusesTheRoot(long threshold) {
        repository.setKeys(TopLevelRole.TIMESTAMP, threshold, a);
        TufException e = refuses(Reason.MALFORMED, "root", "5.2", () -> root(SignatureEngine.runtime()));
        assertEquals("/signed/roles/timestamp/threshold", e.pointer().orElseThrow());
    }

    @Test
    void aKeyIdThatStandsTwiceInARoleRefusesTheRoot() {
        object(repository.root, "roles", "timestamp").put("keyids", List.of(a.keyId(), a.keyId()));
        TufException e = refuses(Reason.MALFORMED, "root", "5.2", () -> root(SignatureEngine.runtime()));
        assertEquals("/signed/roles/timestamp/keyids", e.pointer().orElseThrow());
    }

    /** CVE-2020-6173. */
    @Test
    void thousandsOfBogusSignaturesAreNotTried() throws TufException {
        repository.setKeys(TopLevelRole.TARGETS, 1, a);
        List<Object> signatures = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            signatures.add(Map.of("keyid", "bogus" + i, "sig", "00".repeat(64)));
        }
        signatures.add(signature(a.keyId(), a, repository.targets));
        TrustedMetadata snapshot = root(counting)
                .updateTimestamp(repository.fileNamed("timestamp.json"), NOW)
                .updateSnapshot(repository.fileNamed("1.snapshot.json"), NOW);
        verifications.set(0);
        byte[] targets = file(repository.targets, signatures);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> snapshot.updateTargets(targets, NOW));
        assertEquals(1, verifications.get());
    }

    @Test
    void keysAreNotTriedAfterTheThresholdIsMet() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a, b);
        TrustedMetadata root = root(counting);
        verifications.set(0);
        root.updateTimestamp(file(repository.timestamp, List.of(signed(a), signed(b))), NOW);
        assertEquals(1, verifications.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz", "0", "00", "not hex at all"})
    void aSignatureThatIsNotOneDoesNotCountAndDoesNotHurt(String sig) throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a, b);
        Map<String, Object> broken = new LinkedHashMap<>(Map.of("keyid", a.keyId(), "sig", sig));
        accepted(List.of(broken, signed(b)));
        assertEquals(List.of(Outcome.WRONG_SIGNATURE, Outcome.NO_SIGNATURE), outcomes(refused(List.of(broken))));
    }

    /** As in roots for which some are still to sign. */
    @Test
    void anEmptySignatureIsNone() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a, b);
        Map<String, Object> empty = Map.of("keyid", a.keyId(), "sig", "");
        accepted(List.of(empty, signed(b)));
        assertEquals(List.of(Outcome.NO_SIGNATURE, Outcome.NO_SIGNATURE), outcomes(refused(List.of(empty))));
    }

    /** NCC CS-DRNT15-1, CVE-2015-9258: the signature says how it wants to be verified, and nobody listens. */
    @Test
    void theSchemeIsTheKeysAndNotTheSignatures() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a);
        Map<String, Object> signature = signed(a);
        signature.put("method", "none");
        signature.put("scheme", "rsassa-pss-sha256");
        accepted(List.of(signature));
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void everySchemeSignsMetadata(SignatureScheme scheme) throws TufException {
        SigningKey key = SigningKey.of(scheme);
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, key);
        if (scheme.needsOptIn()) {
            TufException e = refused(List.of(signed(key)));
            assertEquals(List.of(Outcome.SCHEME_NOT_IN_ENGINE), outcomes(e));
            assertTrue(String.valueOf(e.getMessage()).contains(scheme.schemeName() + " needs opting in"));
        }
        byte[] timestamp = file(repository.timestamp, List.of(signed(key)));
        SignatureEngine engine = scheme.needsOptIn() ? SignatureEngine.runtime(scheme) : SignatureEngine.runtime();
        assertTrue(root(engine).updateTimestamp(timestamp, NOW).timestamp().isPresent());
    }

    @ParameterizedTest
    @EnumSource(value = SignatureScheme.class, names = "ECDSA_.*", mode = EnumSource.Mode.MATCH_ALL)
    void aKeyTypeMayBeSpelledAsTheScheme(SignatureScheme scheme) throws TufException {
        SigningKey key = SigningKey.of(scheme);
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, key);
        object(repository.root, "keys", key.keyId()).put("keytype", key.scheme());
        accepted(List.of(signed(key)));
    }

    /** go-tuf 739: a key of the wrong length. */
    @Test
    void anUnusableKeyDoesNotHurtTheOthers() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a, b);
        Map<String, Object> declared = object(repository.root, "keys", a.keyId());
        for (Map<String, Object> value : List.<Map<String, Object>>of(
                Map.of("public", "00"), Map.of("public", ""), Map.of(), Map.of("identity", "x", "issuer", "y"))) {
            declared.put("keyval", value);
            accepted(List.of(signed(a), signed(b)));
        }
    }

    @Test
    void aSchemeThatTheEngineLacksIsToldFromAWrongSignature() throws TufException {
        TrustedMetadata root =
                root(key -> key.fingerprint().equals(a.verificationKey().fingerprint())
                        ? Optional.empty()
                        : SignatureEngine.runtime().verifierFor(key));
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a);
        repository.rotateRoot();
        TrustedMetadata next = root.updateRoot(repository.rootFile(2));
        byte[] timestamp = file(repository.timestamp, List.of(signed(a)));
        TufException e =
                refuses(Reason.THRESHOLD_NOT_MET, "timestamp", "5.4.2", () -> next.updateTimestamp(timestamp, NOW));
        assertEquals(List.of(Outcome.SCHEME_NOT_IN_ENGINE), outcomes(e));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("SignatureEngine") && message.contains("jdk.crypto.ec"), message);
        assertTrue(message.contains("does not support ed25519, or rejects the key"), message);
        assertFalse(message.contains("sign it again"), message);
    }

    @Test
    @SuppressWarnings("NullAway") // what no engine may do
    void anEngineThatGivesNoAnswerIsNotUsed() {
        NullPointerException e = assertThrows(NullPointerException.class, () -> root(key -> null));
        assertEquals("the signature engine gave no answer", e.getMessage());
    }

    @Test
    void unknownMembersAreSignedOver() throws TufException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, a);
        repository.timestamp.put("x-unknown", List.of("kept"));
        Map<String, Object> good = signed(a);
        accepted(List.of(good));
        repository.timestamp.put("x-unknown", List.of("changed"));
        refused(List.of(good));
    }
}
