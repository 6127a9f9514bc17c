package dev.tallyclerk.trust.notation;

import static dev.tallyclerk.trust.notation.NotationFixture.NOW;
import static dev.tallyclerk.trust.notation.NotationFixture.accept;
import static dev.tallyclerk.trust.notation.NotationFixture.clock;
import static dev.tallyclerk.trust.notation.NotationFixture.reason;
import static dev.tallyclerk.trust.notation.NotationFixture.refusal;
import static dev.tallyclerk.trust.notation.NotationFixture.statement;
import static dev.tallyclerk.trust.notation.NotationFixture.store;
import static dev.tallyclerk.trust.notation.NotationFixture.verifier;
import static dev.tallyclerk.trust.notation.NotationFixture.verify;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.notation.NotationLevel.Action;
import dev.tallyclerk.trust.notation.NotationLevel.Validation;
import dev.tallyclerk.trust.notation.NotationStatement.TimestampCheck;
import dev.tallyclerk.trust.revocation.CertificateRevocation;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.revocation.RevocationReport;
import dev.tallyclerk.trust.revocation.RevocationStatus;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an envelope says, against a policy, a trust store and a time. */
class NotationVerifierTest {
    private static final TestCertificate EXPIRED = TestEnvelope.ISSUER.issue(
            TestCertificate.P256,
            TestCertificate.leaf().signedBy("SHA384withECDSA").valid("2024-01-01T00:00:00Z", "2026-03-01T00:00:00Z"));

    private static TestEnvelope expired() {
        return new TestEnvelope().signedBy(EXPIRED, TestEnvelope.ISSUER, TestEnvelope.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {NotationEnvelope.JWS, NotationEnvelope.COSE})
    void saysWhoSignedWhat(String mediaType) {
        TestEnvelope made = new TestEnvelope().expiring("2030-01-01T00:00:00Z");
        made.payload = TestEnvelope.payload(TestEnvelope.TARGET, ",\"annotations\":{\"a\":\"b\"}");

        VerifiedStatement found = statement(verify(verifier(statement()), made, mediaType));

        Evidence evidence = found.evidence();
        assertEquals(Evidence.Kind.NOTATION_SIGNATURE, evidence.kind());
        assertEquals(TestEnvelope.TARGET.digest(), evidence.subject());
        assertEquals(
                new Signer.Certificate(
                        "CN=signer,O=Acme,ST=WA,C=US",
                        Digest.sha256Of(TestCertificate.P256.getPublic().getEncoded())
                                .encoded(),
                        "ca:acme"),
                evidence.signer());
        assertEquals(Optional.empty(), evidence.signedAt());
        assertEquals(Optional.of(Instant.parse("2030-01-01T00:00:00Z")), evidence.validUntil());
        assertEquals(
                List.of(
                        "revocation: the certificate \"CN=signer,O=Acme,ST=WA,C=US\" does not say where revocations are"
                                + " published",
                        "revocation: the certificate \"CN=issuer,O=Acme,ST=WA,C=US\" does not say where revocations are"
                                + " published"),
                evidence.notChecked());
        assertEquals(Optional.empty(), found.statement());
        assertEquals(Map.of("a", "b"), found.annotations());
    }

    @ParameterizedTest
    @CsvSource({
        "EC, 256, ES256",
        "EC, 384, ES384",
        "EC, 521, ES512",
        "RSA, 2048, PS256",
        "RSA, 3072, PS384",
        "RSA, 4096, PS512"
    })
    void takesTheAlgorithmFromTheKey(String type, int bits, String algorithm) {
        KeyPair keys = TestCertificate.keys(type, bits);
        TestCertificate signer = TestEnvelope.ROOT.issue(keys, TestCertificate.leaf());
        for (String named : List.of("ES256", "ES384", "ES512", "PS256", "PS384", "PS512")) {
            TestEnvelope made = new TestEnvelope().signedBy(signer, TestEnvelope.ROOT);
            made.algorithm = named;
            if (named.equals(algorithm)) {
                statement(verify(verifier(statement()), made, NotationEnvelope.JWS));
                statement(verify(verifier(statement()), made, NotationEnvelope.COSE));
            } else if (type.equals("EC")) {
                assertEquals(Reason.SIGNATURE_INVALID, refusal(made), named);
            }
        }
    }

    @Test
    void refusesAnRsaKeyOfAnotherSize() {
        KeyPair keys = TestCertificate.keys("RSA", 2_560);
        TestEnvelope made =
                new TestEnvelope().signedBy(TestEnvelope.ROOT.issue(keys, TestCertificate.leaf()), TestEnvelope.ROOT);
        made.algorithm = "PS256";
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(made));
    }

    @ParameterizedTest
    @ValueSource(strings = {NotationEnvelope.JWS, NotationEnvelope.COSE})
    void refusesASignatureByAnotherKey(String mediaType) {
        TestEnvelope made = new TestEnvelope();
        made.keys = TestCertificate.OTHER_P256;
        assertEquals(Reason.SIGNATURE_INVALID, reason(verify(verifier(statement()), made, mediaType)));
    }

    @Test
    void everyPartOfTheDescriptorIsCompared() throws EvidenceException {
        NotationEnvelope envelope = NotationEnvelope.parse(new TestEnvelope().jws(), NotationEnvelope.JWS);
        TargetArtifact target = TestEnvelope.TARGET;
        for (TargetArtifact other : List.of(
                new TargetArtifact("application/vnd.oci.image.index.v1+json", target.digest(), target.size()),
                new TargetArtifact("", target.digest(), target.size()),
                new TargetArtifact(target.mediaType(), Digest.sha256Of(new byte[0]), target.size()),
                new TargetArtifact(target.mediaType(), target.digest(), target.size() + 1))) {
            assertEquals(
                    Reason.SUBJECT_MISMATCH, reason(verifier(statement()).verify(envelope, other)), other.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"targetArtifact\":{}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"sha256:00\",\"size\":1}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":\"1\"}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":1.0}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":-1}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":1,\"Size\":246}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":1,\"size\":246}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":1,\"annotations\":{\"a\":1}}}",
                "{\"targetArtifact\":{\"mediaType\":\"a\",\"digest\":\"D\",\"size\":1},\"TargetArtifact\":{}}",
            })
    void refusesAPayloadThatIsNone(String payload) {
        TestEnvelope made = new TestEnvelope();
        made.payload =
                payload.replace("\"D\"", '"' + TestEnvelope.TARGET.digest().toString() + '"');
        assertEquals(Reason.MALFORMED, refusal(made));
    }

    @ParameterizedTest
    @CsvSource({"b, true", "c, false"})
    void comparesUserMetadata(String wanted, boolean isAccepted) {
        TestEnvelope made = new TestEnvelope();
        made.payload = TestEnvelope.payload(TestEnvelope.TARGET, ",\"annotations\":{\"a\":\"b\",\"x\":\"y\"}");
        NotationVerifier verifier = verifier(statement()).withUserMetadata(Map.of("a", wanted));
        if (isAccepted) {
            accept(verifier, made);
        } else {
            assertEquals(Reason.ANNOTATION_MISMATCH, refusal(verifier, made));
        }
    }

    @ParameterizedTest
    @EnumSource(NotationLevel.Validation.class)
    void aLevelLogsWhatItDoesNotEnforce(Validation validation) {
        TestEnvelope made = faultOf(validation);
        Reason reason = refusal(made);
        NotationVerifier logs =
                verifier(statement().withLevel(NotationLevel.STRICT.withOverride(validation, Action.LOG)));

        VerifiedStatement logged = accept(logs, made);

        String note = logged.evidence().notChecked().get(0);
        assertTrue(note.startsWith(validation + ": failed"), note);
        assertEquals(
                reason,
                refusal(
                        verifier(statement().withLevel(NotationLevel.AUDIT.withOverride(validation, Action.ENFORCE))),
                        made));
    }

    private static TestEnvelope faultOf(Validation validation) {
        return switch (validation) {
            case AUTHENTICITY ->
                new TestEnvelope().signedBy(TestCertificate.selfSigned(TestCertificate.P256, TestCertificate.leaf()));
            case EXPIRY -> new TestEnvelope().expiring("2026-12-01T00:00:00Z");
            case AUTHENTIC_TIMESTAMP -> expired();
            case REVOCATION ->
                new TestEnvelope()
                        .signedBy(TestEnvelope.ROOT.issue(TestCertificate.P256, withOcsp()), TestEnvelope.ROOT);
        };
    }

    private static TestCertificate.Form withOcsp() {
        return TestCertificate.leaf()
                .with(
                        Extension.authorityInfoAccess,
                        false,
                        new AuthorityInformationAccess(
                                AccessDescription.id_ad_ocsp,
                                new GeneralName(GeneralName.uniformResourceIdentifier, "http://ocsp.test/")));
    }

    @Test
    void permissiveEnforcesAuthenticityOnlyAndAuditNothing() {
        TestEnvelope untrusted = faultOf(Validation.AUTHENTICITY);
        assertEquals(
                Reason.CERTIFICATE_UNTRUSTED,
                refusal(verifier(statement().withLevel(NotationLevel.PERMISSIVE)), untrusted));
        accept(verifier(statement().withLevel(NotationLevel.AUDIT)), untrusted);
        for (Validation validation :
                List.of(Validation.EXPIRY, Validation.AUTHENTIC_TIMESTAMP, Validation.REVOCATION)) {
            accept(verifier(statement().withLevel(NotationLevel.PERMISSIVE)), faultOf(validation));
        }
    }

    @Test
    void aSignerWhomNoStoreVouchesForIsNamedWithoutAStoreAndATime() {
        NotationVerifier audit = NotationVerifier.of(
                        NotationStatement.of(List.of("signingAuthority:acme"), List.of("*"))
                                .withLevel(NotationLevel.AUDIT),
                        store("ca:acme", TestEnvelope.ROOT.certificate()))
                .withClock(clock(NOW));
        Evidence evidence = accept(audit, new TestEnvelope().byAuthority("2026-02-03T04:05:06Z"))
                .evidence();
        assertEquals("none", ((Signer.Certificate) evidence.signer()).trustStore());
        assertEquals(Optional.empty(), evidence.signedAt());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T23:59:59Z, EXPIRED",
        "2026-12-01T00:00:00Z, EXPIRED",
        "2026-12-01T00:00:01Z, ",
    })
    void aSignatureEndsAtItsExpiry(String expiry, Reason reason) {
        TestEnvelope made = new TestEnvelope().expiring(expiry);
        if (reason == null) {
            accept(verifier(statement()), made);
        } else {
            assertEquals(reason, refusal(made));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2023-12-31T23:59:59Z, false",
        "2024-01-01T00:00:00Z, true",
        "2026-03-01T00:00:00Z, true",
        "2026-03-01T00:00:01Z, false",
    })
    void everyCertificateIsValidNow(String now, boolean isValid) {
        NotationVerifier verifier = verifier(statement()).withClock(clock(Instant.parse(now)));
        if (isValid) {
            accept(verifier, expired());
        } else {
            assertEquals(Reason.CERTIFICATE_EXPIRED, refusal(verifier, expired()));
        }
    }

    @Test
    void aRootThatExpiredIsNotValid() {
        TestCertificate root = TestCertificate.root(form -> form.valid("2024-01-01T00:00:00Z", "2026-03-01T00:00:00Z"));
        TestEnvelope made = new TestEnvelope().signedBy(root.issue(TestCertificate.P256, TestCertificate.leaf()), root);
        NotationVerifier verifier = NotationVerifier.of(statement(), store("ca:acme", root.certificate()))
                .withClock(clock(NOW));
        assertEquals(Reason.CERTIFICATE_EXPIRED, refusal(verifier, made));
    }

    @ParameterizedTest
    @CsvSource({"2026-02-03T04:05:06Z, true", "2026-03-01T00:00:01Z, false", "2023-12-31T23:59:59Z, false"})
    void theTimeOfASigningAuthorityDecides(String time, boolean isValid) {
        NotationVerifier verifier = NotationVerifier.of(
                        NotationStatement.of(List.of("signingAuthority:acme"), List.of("*")),
                        store("signingAuthority:acme", TestEnvelope.ROOT.certificate()))
                .withClock(clock(NOW));
        TestEnvelope made = expired().byAuthority(time);
        if (isValid) {
            Evidence evidence = accept(verifier, made).evidence();
            assertEquals(Optional.of(Instant.parse(time)), evidence.signedAt());
            assertEquals("signingAuthority:acme", ((Signer.Certificate) evidence.signer()).trustStore());
        } else {
            assertEquals(Reason.CERTIFICATE_EXPIRED, refusal(verifier, made));
        }
    }

    @Test
    void eachSchemeHasItsOwnTypeOfStore() {
        NotationStatement statement = NotationStatement.of(List.of("ca:acme", "signingAuthority:acme"), List.of("*"));
        NotationVerifier ca = NotationVerifier.of(statement, store("ca:acme", TestEnvelope.ROOT.certificate()))
                .withClock(clock(NOW));
        NotationVerifier authority = NotationVerifier.of(
                        statement, store("signingAuthority:acme", TestEnvelope.ROOT.certificate()))
                .withClock(clock(NOW));
        TestEnvelope bySigner = new TestEnvelope();
        TestEnvelope byAuthority = new TestEnvelope().byAuthority("2026-02-03T04:05:06Z");

        accept(ca, bySigner);
        accept(authority, byAuthority);
        assertEquals(Reason.CERTIFICATE_UNTRUSTED, refusal(ca, byAuthority));
        assertEquals(Reason.CERTIFICATE_UNTRUSTED, refusal(authority, bySigner));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x509.subject: C=US, ST=WA, O=Acme|true",
                "x509.subject:CN=signer,O=Acme,S=WA,C=US|true",
                "x509.subject: C=US, ST=WA, O=Acme, OU=x|false",
                "x509.subject: C=US, ST=WA, O=acme|false",
                "x509.subject: C=US, ST=WA, O=Acme, CN=root|false",
            })
    void theSubjectMustHaveTheAttributesOfATrustedIdentity(String identity, boolean isTrusted) {
        NotationVerifier verifier = verifier(
                NotationStatement.of(List.of("ca:acme"), List.of("x509.subject: C=DE, ST=BE, O=Other", identity)));
        if (isTrusted) {
            accept(verifier, new TestEnvelope());
        } else {
            assertEquals(Reason.IDENTITY_MISMATCH, refusal(verifier, new TestEnvelope()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C=US,ST=WA,O=Acme,O=Evil", "C=US,ST=WA,O=Acme+OU=x"})
    void anAmbiguousSubjectIsNoTrustedIdentity(String subject) {
        TestEnvelope made = new TestEnvelope()
                .signedBy(
                        TestEnvelope.ROOT.issue(
                                TestCertificate.P256, TestCertificate.leaf().named(subject)),
                        TestEnvelope.ROOT);
        NotationStatement identity =
                NotationStatement.of(List.of("ca:acme"), List.of("x509.subject: C=US, ST=WA, O=Acme"));
        assertEquals(Reason.IDENTITY_MISMATCH, refusal(verifier(identity), made));
        accept(verifier(statement()), made);
    }

    /** An engine that knows one token. */
    private static TimestampEngine engine(String time, Duration accuracy, List<TimestampTrust> asked) {
        return new TimestampEngine() {
            @Override
            public VerifiedTimestamp verifyResponse(byte[] response, byte[] stamped, TimestampTrust trust) {
                throw new AssertionError("a token is no response");
            }

            @Override
            public VerifiedTimestamp verifyToken(byte[] token, byte[] stamped, TimestampTrust trust) {
                assertEquals(List.of((byte) 7), List.of(token[0]));
                assertEquals(64, stamped.length);
                asked.add(trust);
                return new VerifiedTimestamp(Instant.parse(time), accuracy, trust.roots());
            }
        };
    }

    private static NotationVerifier stamped(TimestampCheck check, TimestampEngine engine) throws EvidenceException {
        return NotationVerifier.of(
                        NotationStatement.of(List.of("ca:acme", "tsa:acme"), List.of("*"))
                                .withTimestampCheck(check),
                        NotationTrustStore.of(Map.of(
                                "ca:acme", List.of(TestEnvelope.ROOT.certificate()),
                                "tsa:acme", List.of(TestEnvelope.ROOT.certificate()))))
                .withTimestampEngine(engine)
                .withClock(clock(NOW));
    }

    private static TestEnvelope withTimestamp(TestEnvelope made) {
        made.unsigned.put("io.cncf.notary.timestampSignature", new byte[] {7});
        return made;
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T00:00:00Z, PT0S, true",
        "2026-02-28T23:59:59Z, PT1S, true",
        "2026-02-28T23:59:59Z, PT1.001S, false",
        "2026-03-01T00:00:01Z, PT0S, false",
        "2024-01-01T00:00:00Z, PT0S, true",
        "2024-01-01T00:00:00Z, PT0.001S, false",
        "2023-12-31T23:59:59Z, PT0S, false",
    })
    void aTimestampCoversACertificateThatExpired(String time, Duration accuracy, boolean isValid)
            throws EvidenceException {
        List<TimestampTrust> asked = new ArrayList<>();
        NotationVerifier verifier = stamped(TimestampCheck.AFTER_CERT_EXPIRY, engine(time, accuracy, asked));
        if (isValid) {
            assertEquals(
                    Optional.of(Instant.parse(time)),
                    accept(verifier, withTimestamp(expired())).evidence().signedAt());
        } else {
            assertEquals(Reason.CERTIFICATE_EXPIRED, refusal(verifier, withTimestamp(expired())));
        }
        assertEquals(List.of(new TimestampTrust(List.of(TestEnvelope.ROOT.certificate()), List.of())), asked);
    }

    @Test
    void aTimestampIsLookedAtWhenThePolicySaysSo() throws EvidenceException {
        List<TimestampTrust> asked = new ArrayList<>();
        TimestampEngine engine = engine("2026-02-03T04:05:06Z", Duration.ZERO, asked);
        Evidence unneeded = accept(stamped(TimestampCheck.AFTER_CERT_EXPIRY, engine), withTimestamp(new TestEnvelope()))
                .evidence();
        assertEquals(Optional.empty(), unneeded.signedAt());
        accept(stamped(TimestampCheck.AFTER_CERT_EXPIRY, engine), new TestEnvelope());
        assertEquals(List.of(), asked);

        Evidence always = accept(stamped(TimestampCheck.ALWAYS, engine), withTimestamp(new TestEnvelope()))
                .evidence();
        assertEquals(Optional.of(Instant.parse("2026-02-03T04:05:06Z")), always.signedAt());
        assertEquals(Reason.TIME_MISSING, refusal(stamped(TimestampCheck.ALWAYS, engine), new TestEnvelope()));
        assertEquals(Reason.TIME_MISSING, refusal(stamped(TimestampCheck.AFTER_CERT_EXPIRY, engine), expired()));
        assertEquals(1, asked.size());
    }

    @Test
    void withoutAStoreForAuthoritiesATimestampCountsForNothing() {
        assertEquals(Reason.CERTIFICATE_EXPIRED, refusal(withTimestamp(expired())));
        NotationVerifier empty = NotationVerifier.of(
                        NotationStatement.of(List.of("ca:acme", "tsa:none"), List.of("*")),
                        store("ca:acme", TestEnvelope.ROOT.certificate()))
                .withClock(clock(NOW));
        assertEquals(Reason.TIMESTAMP_INVALID, refusal(empty, withTimestamp(expired())));
    }

    @Test
    void withoutAnEngineATimestampIsUnsupported() throws EvidenceException {
        assertEquals(
                Reason.UNSUPPORTED,
                refusal(stamped(TimestampCheck.ALWAYS, TimestampEngine.none()), withTimestamp(expired())));
    }

    @ParameterizedTest
    @CsvSource({"1.3.6.1.5.5.7.48.1, true", "1.3.6.1.5.5.7.48.2, false"})
    void statedRevocationIsUnknownUntilSomebodyAsks(String method, boolean isStated) {
        TestCertificate signer = TestEnvelope.ROOT.issue(
                TestCertificate.P256,
                TestCertificate.leaf()
                        .with(
                                Extension.authorityInfoAccess,
                                false,
                                new AuthorityInformationAccess(
                                        new ASN1ObjectIdentifier(method),
                                        new GeneralName(GeneralName.uniformResourceIdentifier, "http://ca.test/"))));
        TestEnvelope made = new TestEnvelope().signedBy(signer, TestEnvelope.ROOT);
        if (isStated) {
            assertEquals(Reason.REVOCATION_UNKNOWN, refusal(made));
        } else {
            accept(verifier(statement()), made);
        }
    }

    @Test
    void aListOfRevokedCertificatesIsUnknownUntilSomebodyAsks() {
        TestCertificate issuer = TestEnvelope.ROOT.issue(
                TestCertificate.ISSUER_KEYS,
                TestCertificate.authority("issuer")
                        .with(Extension.cRLDistributionPoints, false, new DEROctetString(new byte[0])));
        TestEnvelope made = new TestEnvelope()
                .signedBy(
                        issuer.issue(
                                TestCertificate.P256, TestCertificate.leaf().signedBy("SHA384withECDSA")),
                        issuer,
                        TestEnvelope.ROOT);
        assertEquals(Reason.REVOCATION_UNKNOWN, refusal(made));
        Evidence skipped = accept(
                        verifier(statement()
                                .withLevel(NotationLevel.STRICT.withOverride(Validation.REVOCATION, Action.SKIP))),
                        made)
                .evidence();
        assertEquals(List.of("revocation: skipped by the policy"), skipped.notChecked());
    }

    /** A checker that gives one answer, and keeps what it was asked. */
    private static RevocationChecker checker(RevocationStatus status, List<List<X509Certificate>> asked) {
        return new RevocationChecker() {
            @Override
            public RevocationReport check(List<X509Certificate> path) {
                asked.add(path);
                return new RevocationReport(path.subList(0, path.size() - 1).stream()
                        .map(certificate -> new CertificateRevocation(
                                certificate,
                                status,
                                status == RevocationStatus.REVOKED ? Optional.of(NOW) : Optional.empty(),
                                "",
                                List.of("a test")))
                        .toList());
            }

            @Override
            public RevocationReport check(List<X509Certificate> path, Instant signedAt) {
                assertEquals(Instant.parse("2026-02-03T04:05:06Z"), signedAt);
                return check(path);
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"GOOD,", "NOT_STATED,", "UNKNOWN, REVOCATION_UNKNOWN", "REVOKED, CERTIFICATE_REVOKED"})
    void aCheckerIsAskedAboutTheWholeChain(RevocationStatus status, Reason reason) {
        List<List<X509Certificate>> asked = new ArrayList<>();
        NotationVerifier verifier = verifier(statement()).withRevocation(checker(status, asked));
        if (reason == null) {
            int notes =
                    accept(verifier, new TestEnvelope()).evidence().notChecked().size();
            assertEquals(status == RevocationStatus.GOOD ? 0 : 2, notes);
        } else {
            assertEquals(reason, refusal(verifier, new TestEnvelope()));
        }
        assertEquals(List.of(new TestEnvelope().chain), asked);
    }

    @Test
    void aCheckerIsAskedAboutTheTimeAndThePathOfATimestamp() throws EvidenceException {
        List<List<X509Certificate>> asked = new ArrayList<>();
        TimestampEngine engine = engine("2026-02-03T04:05:06Z", Duration.ZERO, new ArrayList<>());
        NotationVerifier verifier =
                stamped(TimestampCheck.ALWAYS, engine).withRevocation(checker(RevocationStatus.GOOD, asked));
        accept(verifier, withTimestamp(new TestEnvelope()));
        assertEquals(List.of(new TestEnvelope().chain, List.of(TestEnvelope.ROOT.certificate())), asked);
    }

    @ParameterizedTest
    @CsvSource({"GOOD,", "UNKNOWN, REVOCATION_UNKNOWN", "REVOKED, CERTIFICATE_REVOKED"})
    void aTimestampByARevokedCertificateIsRefused(RevocationStatus status, Reason reason) throws EvidenceException {
        TimestampEngine engine = engine("2026-02-03T04:05:06Z", Duration.ZERO, new ArrayList<>());
        RevocationChecker checker = new RevocationChecker() {
            @Override
            public RevocationReport check(List<X509Certificate> path) {
                RevocationStatus found = path.size() == 1 ? status : RevocationStatus.GOOD;
                return new RevocationReport(path.stream()
                        .map(certificate -> new CertificateRevocation(
                                certificate,
                                found,
                                found == RevocationStatus.REVOKED ? Optional.of(NOW) : Optional.empty(),
                                "",
                                List.of("a test")))
                        .toList());
            }

            @Override
            public RevocationReport check(List<X509Certificate> path, Instant signedAt) {
                return check(path);
            }
        };
        NotationVerifier verifier = stamped(TimestampCheck.ALWAYS, engine).withRevocation(checker);
        if (reason == null) {
            accept(verifier, withTimestamp(new TestEnvelope()));
        } else {
            assertEquals(reason, refusal(verifier, withTimestamp(new TestEnvelope())));
        }
    }

    /** Its certificates name servers of an attacker's choice. */
    @Test
    void nobodyIsAskedAboutASignerThatIsNotTrusted() {
        List<List<X509Certificate>> asked = new ArrayList<>();
        TestCertificate root =
                TestCertificate.selfSigned(TestCertificate.OTHER_P256, TestCertificate.authority("root"));
        TestEnvelope made = new TestEnvelope().signedBy(root.issue(TestCertificate.P256, withOcsp()), root);
        NotationVerifier audit = verifier(statement().withLevel(NotationLevel.AUDIT))
                .withRevocation(checker(RevocationStatus.GOOD, asked));
        List<String> notes = accept(audit, made).evidence().notChecked();
        assertTrue(notes.get(1).startsWith("revocation: failed"), notes::toString);
        assertEquals(List.of(), asked);
    }

    @Test
    void aCheckerIsAskedBelowTheTrustedCertificateOnly() {
        List<List<X509Certificate>> asked = new ArrayList<>();
        NotationVerifier verifier = NotationVerifier.of(
                        statement(), store("ca:acme", TestEnvelope.ISSUER.certificate()))
                .withClock(clock(NOW))
                .withRevocation(checker(RevocationStatus.GOOD, asked));
        List<String> notes = accept(verifier, new TestEnvelope()).evidence().notChecked();
        assertEquals(List.of(new TestEnvelope().chain.subList(0, 2)), asked);
        assertEquals(
                List.of(
                        "revocation: the certificate \"CN=issuer,O=Acme,ST=WA,C=US\" is trusted itself, and was not asked"
                                + " about"),
                notes);
    }

    @Test
    void aPolicyThatSkipsRevocationAsksNobody() {
        List<List<X509Certificate>> asked = new ArrayList<>();
        NotationStatement skips =
                statement().withLevel(NotationLevel.STRICT.withOverride(Validation.REVOCATION, Action.SKIP));
        accept(verifier(skips).withRevocation(checker(RevocationStatus.REVOKED, asked)), new TestEnvelope());
        assertEquals(List.of(), asked);
    }

    @Test
    void anImageWithoutAStatementIsNotCovered() throws EvidenceException {
        NotationVerifier verifier = verifier(statement().withRegistryScopes(List.of("registry.test/acme/shop")));
        NotationEnvelope envelope = NotationEnvelope.parse(new TestEnvelope().jws(), NotationEnvelope.JWS);
        assertEquals(Reason.NOT_COVERED, reason(verifier.verify(envelope, TestEnvelope.TARGET)));
        for (String other : List.of("registry.test/acme/shop2", "registry.test/acme", "other.test/acme/shop")) {
            assertEquals(
                    Reason.NOT_COVERED, reason(verifier.verify(envelope, TestEnvelope.TARGET, Reference.parse(other))));
        }
        statement(verifier.verify(envelope, TestEnvelope.TARGET, Reference.parse("registry.test/acme/shop:1")));
    }

    @Test
    void theLevelSkipLooksAtNothing() throws EvidenceException {
        NotationTrustPolicy policy = NotationTrustPolicy.parse(
                ("{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"no\",\"registryScopes\":[\"*\"],"
                                + "\"signatureVerification\":{\"level\":\"skip\"}}]}")
                        .getBytes(StandardCharsets.UTF_8));
        TestEnvelope made = new TestEnvelope();
        made.keys = TestCertificate.OTHER_P256;
        NotationResult result = verify(NotationVerifier.of(policy, store("ca:none")), made, NotationEnvelope.JWS);
        assertEquals(new NotationResult.Skipped("no"), result);
    }
}
