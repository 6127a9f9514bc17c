package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.LoggedEntry;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.SignatureTime;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.TimeSource;
import dev.tallyclerk.trust.sigstore.internal.BundleParts;
import dev.tallyclerk.trust.sigstore.internal.LogEntry;
import dev.tallyclerk.trust.sigstore.internal.TrustedChain;
import dev.tallyclerk.trust.sigstore.internal.TrustedLog;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigstoreVerifierTest {
    private static final byte[] ARTIFACT = "an artifact".getBytes(StandardCharsets.UTF_8);
    private static final SigstoreThresholds NONE = new SigstoreThresholds(0, 0, 0);

    private interface Verification {
        Object run() throws EvidenceException, GeneralSecurityException;
    }

    private static void refuses(Reason reason, Verification verification) {
        EvidenceException e = assertThrows(EvidenceException.class, verification::run);
        assertEquals(reason, e.reason(), e.getMessage());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static KeyPair pair(String algorithm) throws GeneralSecurityException {
        if (algorithm.startsWith("secp")) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(algorithm));
            return generator.generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("RSA")) {
            generator.initialize(2_048);
        }
        return generator.generateKeyPair();
    }

    private static byte[] sign(KeyPair pair, String algorithm, byte[] content) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(pair.getPrivate());
        signer.update(content);
        return signer.sign();
    }

    private static TrustedKey trusted(KeyPair pair) {
        return TrustedKey.ofEncoded(pair.getPublic().getEncoded());
    }

    private static SigstoreVerifier byKeys(TrustedKey... keys) {
        return SigstoreVerifier.of(TrustedRoot.empty()).withThresholds(NONE).withKeys(List.of(keys));
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1, SHA256withECDSA, sha256",
        "secp384r1, SHA384withECDSA, sha384",
        "secp384r1, SHA256withECDSA, sha256",
        "secp521r1, SHA512withECDSA, sha512",
        "secp521r1, SHA256withECDSA, sha256",
        "RSA, SHA256withRSA, sha256"
    })
    void keysSignArtifactsAndTheirDigests(String key, String algorithm, String hash)
            throws GeneralSecurityException, EvidenceException {
        KeyPair pair = pair(key);
        SigstoreBundle bundle = SigstoreBundle.ofSignature(sign(pair, algorithm, ARTIFACT));
        SigstoreVerifier verifier = byKeys(trusted(pair));
        VerifiedBundle verified = verifier.verify(bundle, ARTIFACT);
        assertEquals(new Signer.Key(trusted(pair).fingerprint()), verified.signer());
        assertEquals(List.of(), verified.times());
        assertEquals(Optional.empty(), verified.signedAt());
        assertEquals(verified, verifier.verify(bundle, Digest.of(DigestAlgorithm.of(hash), ARTIFACT)));
        refuses(
                Reason.SIGNATURE_INVALID,
                () -> verifier.verify(bundle, Digest.of(DigestAlgorithm.of(hash), new byte[1])));
        refuses(Reason.SIGNATURE_INVALID, () -> verifier.verify(bundle, new byte[1]));
        refuses(Reason.SIGNATURE_INVALID, () -> byKeys(trusted(pair(key))).verify(bundle, ARTIFACT));
    }

    @Test
    void ed25519NeedsTheArtifact() throws GeneralSecurityException, EvidenceException {
        KeyPair pair = pair("Ed25519");
        SigstoreBundle bundle = SigstoreBundle.ofSignature(sign(pair, "Ed25519", ARTIFACT));
        byKeys(trusted(pair)).verify(bundle, ARTIFACT);
        refuses(Reason.UNSUPPORTED, () -> byKeys(trusted(pair)).verify(bundle, Digest.sha256Of(ARTIFACT)));
    }

    @Test
    void onlyAKeyWithTheHintOfTheBundleCounts() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-key");
        TrustedKey key = each.key().orElseThrow();
        SigstoreBundle bundle = SigstoreBundle.parse(each.bundle());
        SigstoreVerifier verifier = each.verifier();
        verifier.withKeys(List.of(key.withHint(bundle.keyHint()))).verify(bundle, each.artifact());
        refuses(
                Reason.KEY_UNTRUSTED,
                () -> verifier.withKeys(List.of(key.withHint("other"))).verify(bundle, each.artifact()));
        refuses(Reason.KEY_UNTRUSTED, () -> verifier.withKeys(List.of()).verify(bundle, each.artifact()));
    }

    @Test
    void oneOfSeveralKeysIsEnoughAndItsOwnValidityCounts() throws EvidenceException, GeneralSecurityException {
        BundleCase each = BundleCase.own("ok-key");
        SigstoreBundle bundle = SigstoreBundle.parse(each.bundle());
        TrustedKey key = each.key().orElseThrow();
        TrustedKey old = key.withValidUntil(Instant.parse("2025-01-01T00:00:00Z"));
        TrustedKey other = trusted(pair("secp256r1"));
        each.verifier().withKeys(List.of(other, old, key)).verify(bundle, each.artifact());
        refuses(
                Reason.KEY_NOT_VALID,
                () -> each.verifier().withKeys(List.of(other, old)).verify(bundle, each.artifact()));
        refuses(
                Reason.KEY_NOT_VALID,
                () -> each.verifier()
                        .withKeys(List.of(key.withValidFrom(Instant.parse("2026-03-14T09:26:54Z"))))
                        .verify(bundle, each.artifact()));
        Instant time = Instant.parse("2026-03-14T09:26:53Z");
        each.verifier()
                .withKeys(List.of(key.withValidFrom(time).withValidUntil(time)))
                .verify(bundle, each.artifact());
    }

    @Test
    void aKeyOfLimitedValidityNeedsATime() throws GeneralSecurityException {
        KeyPair pair = pair("secp256r1");
        SigstoreBundle bundle = SigstoreBundle.ofSignature(sign(pair, "SHA256withECDSA", ARTIFACT));
        TrustedKey limited = trusted(pair).withValidFrom(Instant.EPOCH);
        refuses(Reason.TIME_MISSING, () -> byKeys(limited).verify(bundle, ARTIFACT));
        refuses(
                Reason.TIME_MISSING,
                () -> byKeys(trusted(pair)).withThresholds(NONE.withTimes(1)).verify(bundle, ARTIFACT));
        refuses(
                Reason.THRESHOLD_NOT_MET,
                () -> byKeys(trusted(pair)).withThresholds(NONE.withLogs(1)).verify(bundle, ARTIFACT));
    }

    @Test
    void oneGoodSignatureOfAnEnvelopeOfCosignIsEnough() throws GeneralSecurityException, EvidenceException {
        KeyPair pair = pair("secp256r1");
        String statement = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha512\":\""
                + Digest.of(DigestAlgorithm.SHA512, ARTIFACT).encoded()
                + "\"},\"annotations\":{\"team\":\"shop\"}}],\"predicateType\":\"https://example.test/p\"}";
        DsseEnvelope unsigned = envelope(statement, "AAAA");
        String good = Base64.getEncoder().encodeToString(sign(pair, "SHA256withECDSA", unsigned.signedBytes()));
        SigstoreBundle bundle = SigstoreBundle.ofEnvelope(envelope(statement, "AAAA", good));
        VerifiedBundle verified = byKeys(trusted(pair)).verify(bundle, ARTIFACT);
        VerifiedStatement said = verified.toVerifiedStatement(
                Evidence.Kind.ATTESTATION, Digest.of(DigestAlgorithm.SHA512, ARTIFACT), "here");
        assertEquals(Optional.of("https://example.test/p"), said.evidence().predicateType());
        assertEquals(Optional.empty(), said.evidence().signedAt());
        assertEquals("shop", said.annotations().get("team"));
        assertEquals(verified.signer(), said.evidence().signer());
        assertTrue(said.evidence().notChecked().contains("that a log has the signature"));
        refuses(
                Reason.SIGNATURE_INVALID,
                () -> byKeys(trusted(pair)).verify(SigstoreBundle.ofEnvelope(unsigned), ARTIFACT));
        refuses(Reason.SUBJECT_MISMATCH, () -> byKeys(trusted(pair)).verify(bundle, Digest.sha256Of(ARTIFACT)));
    }

    private static DsseEnvelope envelope(String statement, String... signatures) throws EvidenceException {
        String payload = Base64.getEncoder().encodeToString(statement.getBytes(StandardCharsets.UTF_8));
        return DsseEnvelope.parse(("{\"payloadType\":\"" + DsseEnvelope.IN_TOTO + "\",\"payload\":\"" + payload
                        + "\",\"signatures\":[{\"sig\":\"" + String.join("\"},{\"sig\":\"", signatures) + "\"}]}")
                .getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a case's bundle as cosign 2 would have kept it} */
    private static SigstoreBundle asOfCosign(BundleCase each) throws EvidenceException {
        BundleParts parts = SigstoreBundle.parse(each.bundle()).parts();
        LogEntry entry = parts.entries().get(0);
        String json = "{\"SignedEntryTimestamp\":\""
                + Base64.getEncoder().encodeToString(entry.promise()) + "\",\"Payload\":{\"body\":\""
                + Base64.getEncoder().encodeToString(entry.body()) + "\",\"integratedTime\":" + entry.integratedTime()
                + ",\"logIndex\":" + entry.logIndex() + ",\"logID\":\"" + entry.logId() + "\"}}";
        DsseEnvelope envelope = parts.envelope();
        SigstoreBundle bare = envelope == null
                ? SigstoreBundle.ofSignature(Objects.requireNonNull(parts.signature()))
                : SigstoreBundle.ofEnvelope(envelope);
        return bare.withCertificate(pem("CERTIFICATE", Objects.requireNonNull(parts.leaf())))
                .withLogEntry(json);
    }

    /** {@return a case's trusted root, said by keys and certificates} */
    private static TrustedRoot byHand(BundleCase each, boolean hasCertificateLogs)
            throws EvidenceException, GeneralSecurityException {
        TrustedRoot root = TrustedRoot.empty();
        for (TrustedChain chain : each.root().parts().authorities()) {
            StringBuilder pem = new StringBuilder();
            for (X509Certificate certificate : chain.certificates()) {
                pem.insert(0, pem("CERTIFICATE", certificate.getEncoded()));
            }
            root = root.withCertificateAuthority(pem.toString());
        }
        for (TrustedChain chain : each.root().parts().timestampAuthorities()) {
            StringBuilder pem = new StringBuilder();
            for (X509Certificate certificate : chain.certificates()) {
                pem.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            root = root.withTimestampAuthority(pem.toString());
        }
        for (TrustedLog log : each.root().parts().logs()) {
            root = root.withLog(pem("PUBLIC KEY", log.key().getEncoded()));
        }
        for (TrustedLog log : each.root().parts().certificateLogs()) {
            root = hasCertificateLogs
                    ? root.withCertificateLog(pem("PUBLIC KEY", log.key().getEncoded()))
                    : root;
        }
        return root;
    }

    @ParameterizedTest
    @CsvSource({"ok-v01", "ok-dsse", "ok-othername"})
    void verifiesTheAnnotationsOfCosign(String name) throws EvidenceException, GeneralSecurityException {
        BundleCase each = BundleCase.own(name);
        VerifiedBundle verified = SigstoreVerifier.of(byHand(each, true))
                .withClock(BundleCase.CLOCK)
                .verify(asOfCosign(each), each.artifact());
        each.identity().orElseThrow().check(verified);
        assertEquals(Optional.of(Instant.parse("2026-03-14T09:26:53Z")), verified.signedAt());
        assertEquals(List.of(), verified.notChecked());
        assertTrue(asOfCosign(each).hasCertificate());
    }

    @Test
    void aCertificateNeedsATimeWhateverTheThresholds() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-v03");
        BundleParts parts = SigstoreBundle.parse(each.bundle()).parts();
        SigstoreBundle bundle = SigstoreBundle.ofSignature(Objects.requireNonNull(parts.signature()))
                .withCertificate(pem("CERTIFICATE", Objects.requireNonNull(parts.leaf())));
        refuses(Reason.TIME_MISSING, () -> each.verifier().withThresholds(NONE).verify(bundle, each.artifact()));
    }

    @Test
    void certificateLogsAreWaivedByTheThresholdOnly() throws EvidenceException, GeneralSecurityException {
        BundleCase each = BundleCase.own("ok-v03");
        SigstoreBundle bundle = SigstoreBundle.parse(each.bundle());
        SigstoreVerifier verifier = SigstoreVerifier.of(byHand(each, false)).withClock(BundleCase.CLOCK);
        refuses(Reason.SCT_INVALID, () -> verifier.verify(bundle, each.artifact()));
        VerifiedBundle verified = verifier.withThresholds(
                        SigstoreThresholds.defaults().withCertificateLogs(0))
                .verify(bundle, each.artifact());
        assertEquals(List.of("that a certificate log has the certificate"), verified.notChecked());
    }

    @Test
    void timestampsCountOnlyWithAnEngine() throws EvidenceException {
        BundleCase both = BundleCase.own("ok-tsa-and-tlog");
        SigstoreVerifier verifier = both.verifier();
        VerifiedBundle verified = verifier.verify(SigstoreBundle.parse(both.bundle()), both.artifact());
        assertEquals(
                List.of(TimeSource.TIMESTAMP_AUTHORITY, TimeSource.LOG),
                verified.times().stream().map(SignatureTime::source).toList());
        VerifiedBundle without = verifier.withTimestampEngine(TimestampEngine.none())
                .verify(SigstoreBundle.parse(both.bundle()), both.artifact());
        assertEquals(List.of("the timestamps"), without.notChecked());
        assertEquals(1, without.times().size());
        BundleCase rekor2 = BundleCase.own("ok-rekor2");
        refuses(
                Reason.UNSUPPORTED,
                () -> rekor2.verifier()
                        .withTimestampEngine(TimestampEngine.none())
                        .verify(SigstoreBundle.parse(rekor2.bundle()), rekor2.artifact()));
    }

    @Test
    void timestampsOfAuthoritiesThatAreTrustedByHandCount() throws EvidenceException, GeneralSecurityException {
        BundleCase each = BundleCase.own("ok-rekor2");
        SigstoreBundle bundle = SigstoreBundle.parse(each.bundle());
        SigstoreVerifier verifier = SigstoreVerifier.of(byHand(each, true))
                .withTimestampEngine(BouncyCastleTimestamps.create())
                .withClock(BundleCase.CLOCK);
        // A log of Rekor v2 is not known by its key alone.
        refuses(Reason.LOG_UNTRUSTED, () -> verifier.verify(bundle, each.artifact()));
        VerifiedBundle verified = verifier.withThresholds(
                        SigstoreThresholds.defaults().withLogs(0))
                .verify(bundle, each.artifact());
        assertEquals(TimeSource.TIMESTAMP_AUTHORITY, verified.times().get(0).source());
        assertEquals(List.of(), verified.logEntries());
        assertEquals(2, verified.notChecked().size(), verified.notChecked()::toString);
        TrustedLog log = each.root().parts().logs().get(2);
        String key = pem("PUBLIC KEY", log.key().getEncoded());
        VerifiedBundle logged = SigstoreVerifier.of(byHand(each, true).withLog("log2026.rekor.acme.test", key))
                .withTimestampEngine(BouncyCastleTimestamps.create())
                .verify(bundle, each.artifact());
        assertEquals(List.of(new LoggedEntry(log.id(), 8)), logged.logEntries());
        refuses(
                Reason.LOG_UNTRUSTED,
                () -> SigstoreVerifier.of(byHand(each, true).withLog("other.rekor.acme.test", key))
                        .withTimestampEngine(BouncyCastleTimestamps.create())
                        .verify(bundle, each.artifact()));
    }

    @Test
    void withoutAClockTheFutureIsNotChecked() throws EvidenceException {
        BundleCase each = BundleCase.own("bad-future-time");
        VerifiedBundle verified =
                SigstoreVerifier.of(each.root()).verify(SigstoreBundle.parse(each.bundle()), each.artifact());
        assertEquals(1, verified.notChecked().size());
    }

    private static SigstoreBundle changed(BundleCase each, String part, String other) throws EvidenceException {
        String json = new String(each.bundle(), StandardCharsets.UTF_8);
        String changed = json.replace(part, other);
        assertNotEquals(json, changed);
        return SigstoreBundle.parse(changed.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBundleSaysWhatItHasBeforeItIsVerified() throws EvidenceException {
        SigstoreBundle both =
                SigstoreBundle.parse(BundleCase.own("ok-tsa-and-tlog").bundle());
        assertEquals(1, both.logEntries());
        assertEquals(1, both.timestamps());
        assertTrue(both.hasCertificate());
        assertEquals("", both.keyHint());
        assertEquals(Optional.empty(), both.envelope());
        SigstoreBundle byKey =
                SigstoreBundle.parse(BundleCase.own("ok-key-dsse").bundle());
        assertFalse(byKey.hasCertificate());
        assertEquals("c+KRiVJ4sHQLxgZYsVZfrFVp9l7JIznBfqPMhLNhLTQ=", byKey.keyHint());
        assertEquals(0, byKey.timestamps());
        assertEquals(DsseEnvelope.IN_TOTO, byKey.envelope().orElseThrow().payloadType());
    }

    @Test
    void anExtensionThatIsNotTheDemandedOneIsNamed() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-v03");
        VerifiedBundle verified = each.verify(each.bundle());
        CertificateIdentity identity = each.identity().orElseThrow();
        EvidenceException other = assertThrows(
                EvidenceException.class,
                () -> identity.withExtension("buildTrigger", "other").check(verified));
        assertFalse(String.valueOf(other.getMessage()).contains("missing"), other.getMessage());
        EvidenceException missing = assertThrows(
                EvidenceException.class,
                () -> identity.withExtension("deploymentEnvironment", "other").check(verified));
        assertTrue(
                String.valueOf(missing.getMessage()).contains("deploymentEnvironment is missing"),
                missing.getMessage());
    }

    @Test
    void aWrongMessageDigestIsRefusedThoughItIsAHint() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-key");
        String digest = Base64.getEncoder()
                .encodeToString(
                        HexFormat.of().parseHex(Digest.sha256Of(each.artifact()).encoded()));
        String other = Base64.getEncoder().encodeToString(new byte[32]);
        SigstoreBundle wrong = changed(each, "\"digest\": \"" + digest, "\"digest\": \"" + other);
        refuses(Reason.SUBJECT_MISMATCH, () -> each.verifier().verify(wrong, each.artifact()));
        SigstoreBundle unknown = changed(each, "SHA2_256", "SHA3_256");
        refuses(Reason.UNSUPPORTED, () -> each.verifier().verify(unknown, each.artifact()));
    }

    @Test
    void theKeyIdOfTheEnvelopeIsTheHintOfTheBundle() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-key-dsse");
        String hint = SigstoreBundle.parse(each.bundle()).keyHint();
        SigstoreBundle same = changed(each, "\"sig\":", "\"keyid\": \"" + hint + "\", \"sig\":");
        each.verifier().verify(same, each.artifact());
        SigstoreBundle other = changed(each, "\"sig\":", "\"keyid\": \"other\", \"sig\":");
        refuses(Reason.MALFORMED, () -> each.verifier().verify(other, each.artifact()));
        SigstoreBundle without = changed(each, "\"sig\":", "\"keyid\": \"\", \"sig\":");
        each.verifier().verify(without, each.artifact());
    }

    @Test
    void theTimeOfAKeysSignatureIsReportedAsUncheckedIfNobodySaysIt()
            throws EvidenceException, GeneralSecurityException {
        BundleCase each = BundleCase.own("ok-key");
        VerifiedBundle timed = each.verifier().verify(SigstoreBundle.parse(each.bundle()), each.artifact());
        assertEquals(List.of(), timed.notChecked());
        KeyPair pair = pair("secp256r1");
        VerifiedBundle untimed = byKeys(trusted(pair))
                .verify(SigstoreBundle.ofSignature(sign(pair, "SHA256withECDSA", ARTIFACT)), ARTIFACT);
        assertEquals(List.of("when the signature was made", "that a log has the signature"), untimed.notChecked());
    }

    @Test
    void aWaivedLogIsStillHeldToItsWord() throws EvidenceException {
        BundleCase each = BundleCase.own("bad-log-other-cert");
        refuses(
                Reason.LOG_ENTRY_MISMATCH,
                () -> each.verifier()
                        .withThresholds(SigstoreThresholds.defaults().withLogs(0))
                        .verify(SigstoreBundle.parse(each.bundle()), each.artifact()));
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/acme/shop/[.]github/workflows/[a-z]+[.]yml@refs/tags/v.*, true",
        "acme/shop, false",
        ".*acme/shop, false",
        "acme/shop.*, false",
        ".*, true"
    })
    void aPatternMustMatchTheWholeIdentity(String pattern, boolean isAccepted) throws EvidenceException {
        BundleCase each = BundleCase.own("ok-v03");
        VerifiedBundle verified = each.verify(each.bundle());
        CertificateIdentity identity =
                CertificateIdentity.matching(pattern, "https://token.actions.githubusercontent.com");
        if (isAccepted) {
            identity.check(verified);
            identity.withIssuerMatching("https://token[.].*").check(verified);
            refuses(Reason.IDENTITY_MISMATCH, () -> {
                identity.withIssuerMatching("token").check(verified);
                return "";
            });
        } else {
            refuses(Reason.IDENTITY_MISMATCH, () -> {
                identity.check(verified);
                return "";
            });
        }
    }

    @Test
    void aPatternThatTakesTooLongIsNotMatched() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-v03");
        VerifiedBundle verified = each.verify(each.bundle());
        CertificateIdentity slow = CertificateIdentity.matching(
                "((([a-z:/.@-]|[0-9])+)+)+!", "https://token.actions.githubusercontent.com");
        refuses(Reason.IDENTITY_MISMATCH, () -> {
            slow.check(verified);
            return "";
        });
    }

    @Test
    void aBareKeyIsNoIdentity() throws EvidenceException {
        BundleCase each = BundleCase.own("ok-key");
        VerifiedBundle verified = each.verify(each.bundle());
        refuses(Reason.IDENTITY_MISMATCH, () -> {
            CertificateIdentity.matching(".*", "x").withIssuerMatching(".*").check(verified);
            return "";
        });
    }

    @Test
    void policiesThatCannotBeMeantAreRefused() {
        CertificateIdentity identity = CertificateIdentity.of("a@example.test", "https://example.test");
        assertThrows(IllegalArgumentException.class, () -> identity.withExtension("sourceRepositoryUri", "x"));
        assertThrows(IllegalArgumentException.class, () -> identity.withExtension("issuer", "x"));
        assertThrows(IllegalArgumentException.class, () -> CertificateIdentity.of("", "https://example.test"));
        assertThrows(IllegalArgumentException.class, () -> CertificateIdentity.of("a@example.test", ""));
        assertThrows(IllegalArgumentException.class, () -> CertificateIdentity.matching("(", "x"));
        assertThrows(IllegalArgumentException.class, () -> new SigstoreThresholds(-1, 0, 0));
        assertEquals(
                "identity \"a@example.test\" of issuer \"https://example.test\", buildTrigger \"push\"",
                identity.withExtension("buildTrigger", "push").toString());
    }

    @Test
    void annotationsOfCosignMustHaveTheirForm() {
        SigstoreBundle bundle = SigstoreBundle.ofSignature(new byte[] {1});
        refuses(Reason.MALFORMED, () -> bundle.withCertificate("no PEM"));
        refuses(Reason.MALFORMED, () -> bundle.withCertificate(pem("PUBLIC KEY", new byte[] {1})));
        refuses(Reason.MALFORMED, () -> bundle.withLogEntry("{}"));
        refuses(Reason.MALFORMED, () -> bundle.withTimestamp("{\"SignedRFC3161Timestamp\":\"\"}"));
        refuses(Reason.LIMIT_EXCEEDED, () -> {
            SigstoreBundle many = bundle;
            for (int i = 0; i < 33; i++) {
                many = many.withTimestamp("{\"SignedRFC3161Timestamp\":\"AAAA\"}");
            }
            return many;
        });
    }
}
