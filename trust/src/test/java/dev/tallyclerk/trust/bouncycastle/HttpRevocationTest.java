package dev.tallyclerk.trust.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.testing.FakeNetwork;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.TransportKind;
import dev.tallyclerk.trust.bouncycastle.TestAuthority.Certificate;
import dev.tallyclerk.trust.revocation.CertificateRevocation;
import dev.tallyclerk.trust.revocation.HttpRevocation;
import dev.tallyclerk.trust.revocation.RevocationChecker;
import dev.tallyclerk.trust.revocation.RevocationLimits;
import dev.tallyclerk.trust.revocation.RevocationReport;
import dev.tallyclerk.trust.revocation.RevocationStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers and lists are made by another library. */
class HttpRevocationTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final KeyPair ROOT = TestAuthority.keys("EC");
    private static final KeyPair LEAF = TestAuthority.keys("EC");
    private static final KeyPair OTHER = TestAuthority.otherKeys();
    private static final String RESPONDER = "http://ocsp.example.org/";
    private static final String LIST = "http://crl.example.org/a.crl";
    private static final Duration DAY = Duration.ofDays(1);

    private final FakeNetwork network =
            new FakeNetwork().name("ocsp.example.org", "93.184.215.14").name("crl.example.org", "93.184.215.15");
    private final X509Certificate root;

    HttpRevocationTest() throws Exception {
        root = root(KeyUsage.keyCertSign | KeyUsage.cRLSign);
    }

    private static X509Certificate root(int usage) throws Exception {
        return new Certificate("CN=root", ROOT)
                .with(Extension.basicConstraints, true, new BasicConstraints(true))
                .with(Extension.keyUsage, true, new KeyUsage(usage))
                .signedBy("CN=root", ROOT);
    }

    // OCSP

    @Test
    void aResponderSaysGood() throws Exception {
        X509Certificate leaf = leaf(RESPONDER);
        respond(new Answer(leaf));

        CertificateRevocation result = result(leaf);

        assertEquals(RevocationStatus.GOOD, result.status());
        assertEquals(leaf, result.certificate());
        assertEquals(
                List.of("OCSP \"http://ocsp.example.org/\": good; current until " + NOW.plus(DAY)), result.steps());
        assertEquals("POST", network.requests().get(0).method());
        assertEquals(
                List.of("application/ocsp-request"),
                network.requests().get(0).headers().get("Content-Type"));
        try (InputStream body = network.requests().get(0).body().open()) {
            OCSPReq request = new OCSPReq(body.readAllBytes());
            assertEquals(name(leaf), request.getRequestList()[0].getCertID());
        }
    }

    @Test
    void aResponderSaysRevoked() throws Exception {
        X509Certificate leaf = leaf(RESPONDER);
        Answer answer = new Answer(leaf);
        answer.status = new RevokedStatus(Date.from(NOW.minus(DAY)), CRLReason.keyCompromise);
        respond(answer);

        CertificateRevocation result = result(leaf);

        assertEquals(RevocationStatus.REVOKED, result.status());
        assertEquals(Optional.of(NOW.minus(DAY)), result.revokedAt());
        assertEquals("keyCompromise", result.revocationReason());
    }

    @Test
    void anInvalidityDateAfterTheSignatureKeepsItGood() throws Exception {
        X509Certificate leaf = leaf(RESPONDER, LIST);
        Answer answer = new Answer(leaf);
        answer.status = new RevokedStatus(Date.from(NOW.minus(DAY)), CRLReason.keyCompromise);
        answer.extension = invalidFrom(NOW.minus(DAY.multipliedBy(2)));
        respond(answer);
        assertInvalidityDate(leaf);

        network.serve("http://ocsp.example.org", request -> FakeNetwork.answer(500, ""));
        X509v2CRLBuilder list = list();
        ExtensionsGenerator entry = new ExtensionsGenerator();
        entry.addExtension(Extension.reasonCode, false, CRLReason.lookup(CRLReason.cACompromise));
        entry.addExtension(
                Extension.invalidityDate, false, new ASN1GeneralizedTime(Date.from(NOW.minus(DAY.multipliedBy(2)))));
        list.addCRLEntry(leaf.getSerialNumber(), Date.from(NOW.minus(DAY)), entry.generate());
        publish(list, ROOT);
        assertInvalidityDate(leaf);
        assertEquals("cACompromise", result(leaf).revocationReason());
    }

    private void assertInvalidityDate(X509Certificate leaf) {
        RevocationChecker checker = checker();
        List<X509Certificate> path = List.of(leaf, root);
        assertEquals(RevocationStatus.REVOKED, checker.check(path).status());
        assertEquals(
                RevocationStatus.REVOKED,
                checker.check(path, NOW.minus(DAY.multipliedBy(2))).status());
        RevocationReport before = checker.check(path, NOW.minus(DAY.multipliedBy(3)));
        assertEquals(RevocationStatus.GOOD, before.status());
        List<String> steps = before.certificates().get(0).steps();
        assertTrue(steps.get(steps.size() - 1).startsWith("signed at "), steps::toString);
    }

    @Test
    void aRevokedCertificateIsRevokedForOlderSignaturesToo() throws Exception {
        X509Certificate leaf = leaf(RESPONDER);
        Answer answer = new Answer(leaf);
        answer.status = new RevokedStatus(Date.from(NOW.minus(DAY)), CRLReason.superseded);
        respond(answer);

        assertEquals(
                RevocationStatus.REVOKED,
                checker()
                        .check(List.of(leaf, root), NOW.minus(DAY.multipliedBy(9)))
                        .status());
    }

    @Test
    void aResponderThatTheIssuerAuthorisedMayAnswer() throws Exception {
        X509Certificate leaf = leaf(RESPONDER);
        Answer answer = new Answer(leaf);
        answer.delegate(responder().with(NO_CHECK, false, org.bouncycastle.asn1.DERNull.INSTANCE));
        respond(answer);
        assertEquals(RevocationStatus.GOOD, result(leaf).status());

        answer.delegate(responder());
        respond(answer);
        CertificateRevocation result = result(leaf);
        assertEquals(RevocationStatus.GOOD, result.status());
        assertTrue(result.steps().get(0).endsWith("revoked was not checked"), result.steps()::toString);

        answer.byKey = true;
        respond(answer);
        assertEquals(RevocationStatus.GOOD, result(leaf).status());
    }

    private static final ASN1ObjectIdentifier NO_CHECK = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.48.1.5");

    private static Certificate responder() throws Exception {
        return new Certificate("CN=responder", OTHER)
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
    }

    @Test
    void aResponderWithoutThePurposeMayNot() throws Exception {
        unknown(answer -> answer.delegate(responder().without(Extension.extendedKeyUsage)), "not for OCSP");
        unknown(
                answer -> answer.delegate(responder()
                        .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning))),
                "not for OCSP");
        unknown(
                answer -> answer.delegate(
                        responder().with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment))),
                "not for OCSP");
    }

    @Test
    void aResponderOfAnotherIssuerMayNot() throws Exception {
        unknown(
                answer -> {
                    answer.signer = OTHER;
                    answer.certificate = responder().signedBy("CN=root", OTHER);
                },
                "does not hold");
        unknown(
                answer -> {
                    answer.signer = OTHER;
                    answer.certificate = responder().signedBy("CN=other", OTHER);
                },
                "no path");
        unknown(answer -> answer.delegate(responder().until(NOW.minusSeconds(1))), "does not hold");
    }

    @Test
    void anAnswerWithAWrongSignatureDoesNotCount() throws Exception {
        unknown(answer -> answer.signer = OTHER, "signature of the answer is wrong");
        unknown(
                answer -> {
                    answer.signer = TestAuthority.keys("EC");
                    answer.certificate = responder().signedBy("CN=root", ROOT);
                },
                "signature of the answer is wrong");
        unknown(answer -> answer.algorithm = "SHA1withECDSA", "signature algorithm");
    }

    @Test
    void anAnswerAboutAnotherCertificateDoesNotCount() throws Exception {
        X509Certificate other = leaf(RESPONDER);

        unknown(answer -> answer.name = name(other), "other certificates");
    }

    @Test
    void anAnswerThatIsNotCurrentDoesNotCount() throws Exception {
        unknown(answer -> answer.next = NOW.minus(Duration.ofMinutes(6)), "not at " + NOW);
        unknown(answer -> answer.start = NOW.plus(Duration.ofMinutes(6)), "not at " + NOW);
        unknown(answer -> answer.next = null, "until when");

        X509Certificate leaf = leaf(RESPONDER);
        Answer answer = new Answer(leaf);
        answer.next = NOW.minus(Duration.ofMinutes(4));
        answer.start = NOW.plus(Duration.ofMinutes(4));
        respond(answer);
        assertEquals(RevocationStatus.GOOD, result(leaf).status());
        assertEquals(
                RevocationStatus.UNKNOWN,
                checker()
                        .withLimits(RevocationLimits.defaults().withClockSkew(Duration.ZERO))
                        .check(List.of(leaf, root))
                        .status());
    }

    @Test
    void anAnswerThatIsUnknownOrAnErrorDoesNotCount() throws Exception {
        unknown(answer -> answer.status = new UnknownStatus(), "not known to the responder");
        unknown(
                answer -> answer.extension = new Extension(new ASN1ObjectIdentifier("1.2.3"), true, new byte[] {5, 0}),
                "critical");
        X509Certificate leaf = leaf(RESPONDER);
        byte[] error =
                new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null).getEncoded();
        network.serve("http://ocsp.example.org", request -> bytes(200, error));
        assertUnknown(leaf, "tryLater");
        network.serve("http://ocsp.example.org", request -> bytes(200, new byte[] {1, 2}));
        assertUnknown(leaf, "DER");
    }

    @Test
    void everyChangedByteOfAnAnswerIsRefused() throws Exception {
        X509Certificate leaf = leaf(RESPONDER);
        byte[] answer = new Answer(leaf).encoded();
        BouncyCastleOcsp engine = BouncyCastleOcsp.create();
        engine.read(answer, leaf, root, NOW, Duration.ZERO);
        for (int at = 0; at < answer.length; at++) {
            byte[] changed = answer.clone();
            changed[at] ^= 0x55;
            assertThrows(
                    dev.tallyclerk.evidence.EvidenceException.class,
                    () -> engine.read(changed, leaf, root, NOW, Duration.ZERO));
        }
    }

    // Lists

    @Test
    void aListSaysWhetherACertificateIsRevoked() throws Exception {
        X509Certificate leaf = leaf(LIST);
        X509v2CRLBuilder list = list();
        list.addCRLEntry(leaf.getSerialNumber().add(BigInteger.ONE), Date.from(NOW), CRLReason.keyCompromise);
        publish(list, ROOT);
        CertificateRevocation good = result(leaf);
        assertEquals(RevocationStatus.GOOD, good.status());
        assertEquals(
                List.of("CRL \"http://crl.example.org/a.crl\": good; current until " + NOW.plus(DAY)), good.steps());

        list.addCRLEntry(leaf.getSerialNumber(), Date.from(NOW.minus(DAY)), CRLReason.privilegeWithdrawn);
        publish(list, ROOT);
        CertificateRevocation revoked = result(leaf);
        assertEquals(RevocationStatus.REVOKED, revoked.status());
        assertEquals(Optional.of(NOW.minus(DAY)), revoked.revokedAt());
        assertEquals("privilegeWithdrawn", revoked.revocationReason());
    }

    @Test
    void aListIsAskedIfTheResponderDoesNotAnswer() throws Exception {
        X509Certificate leaf = leaf(RESPONDER, LIST);
        network.serve("http://ocsp.example.org", request -> FakeNetwork.answer(404, ""));
        publish(list(), ROOT);

        CertificateRevocation result = result(leaf);

        assertEquals(RevocationStatus.GOOD, result.status());
        assertEquals(2, result.steps().size());
        assertTrue(result.steps().get(0).contains("404"), result.steps()::toString);
    }

    @Test
    void aListOfSomebodyElseDoesNotCount() throws Exception {
        X509Certificate leaf = leaf(LIST);
        publish(list(), OTHER);
        assertUnknown(leaf, "not signed by the issuer");
        publish(
                new X509v2CRLBuilder(new X500Name("CN=other"), Date.from(NOW.minus(DAY)))
                        .setNextUpdate(Date.from(NOW.plus(DAY))),
                ROOT);
        assertUnknown(leaf, "of another issuer");
        publish(list(), ROOT, "SHA1withECDSA");
        assertUnknown(leaf, "signature algorithm");
    }

    @Test
    void anIssuerThatMayNotSignListsDoesNotCount() throws Exception {
        X509Certificate leaf = leaf(LIST);
        publish(list(), ROOT);

        RevocationReport report = checker().check(List.of(leaf, root(KeyUsage.keyCertSign)));

        assertEquals(RevocationStatus.UNKNOWN, report.status());
    }

    @Test
    void aListThatIsNotCurrentDoesNotCount() throws Exception {
        X509Certificate leaf = leaf(LIST);
        publish(list().setNextUpdate(Date.from(NOW.minus(Duration.ofMinutes(6)))), ROOT);
        assertUnknown(leaf, "not at");
        publish(
                new X509v2CRLBuilder(new X500Name("CN=root"), Date.from(NOW.plus(Duration.ofMinutes(6))))
                        .setNextUpdate(Date.from(NOW.plus(DAY))),
                ROOT);
        assertUnknown(leaf, "not at");
        publish(new X509v2CRLBuilder(new X500Name("CN=root"), Date.from(NOW.minus(DAY))), ROOT);
        assertUnknown(leaf, "until when");
    }

    @Test
    void aListWithAPartOfTheRevocationsDoesNotCount() throws Exception {
        X509Certificate leaf = leaf(LIST);
        publish(list().addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE)), ROOT);
        assertUnknown(leaf, "delta");
        publish(list().addExtension(Extension.freshestCRL, false, points(LIST)), ROOT);
        assertUnknown(leaf, "delta");
        publish(list().addExtension(new ASN1ObjectIdentifier("1.2.3"), true, new DEROctetString(new byte[1])), ROOT);
        assertUnknown(leaf, "critical");
        DistributionPointName same = point(LIST);
        issuing(leaf, new IssuingDistributionPoint(same, false, true, null, false, false), "not about all");
        issuing(
                leaf,
                new IssuingDistributionPoint(
                        same, false, false, new ReasonFlags(ReasonFlags.keyCompromise), false, false),
                "not about all");
        issuing(leaf, new IssuingDistributionPoint(same, false, false, null, true, false), "not about all");
        issuing(leaf, new IssuingDistributionPoint(same, false, false, null, false, true), "not about all");
        issuing(
                leaf,
                new IssuingDistributionPoint(point("http://crl.example.org/b.crl"), true, false, null, false, false),
                "another distribution point");
        publish(
                list().addExtension(
                                Extension.issuingDistributionPoint,
                                true,
                                new IssuingDistributionPoint(same, true, false, null, false, false)),
                ROOT);
        assertEquals(RevocationStatus.GOOD, result(leaf).status());
    }

    private void issuing(X509Certificate leaf, IssuingDistributionPoint point, String why) throws Exception {
        publish(list().addExtension(Extension.issuingDistributionPoint, true, point), ROOT);
        assertUnknown(leaf, why);
    }

    @Test
    void anEntryWithAnUnknownCriticalExtensionDoesNotCount() throws Exception {
        X509Certificate leaf = leaf(LIST);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(new ASN1ObjectIdentifier("1.2.3"), true, new DEROctetString(new byte[1]));
        X509v2CRLBuilder list = list();
        list.addCRLEntry(leaf.getSerialNumber(), Date.from(NOW), extensions.generate());
        publish(list, ROOT);
        assertUnknown(leaf, "critical");

        X509v2CRLBuilder removing = list();
        removing.addCRLEntry(leaf.getSerialNumber(), Date.from(NOW), CRLReason.removeFromCRL);
        publish(removing, ROOT);
        assertUnknown(leaf, "for deltas only");
    }

    @Test
    void allDistributionPointsAreAsked() throws Exception {
        X509Certificate leaf = leaf(LIST, "http://crl.example.org/b.crl");
        byte[] good = encoded(list(), ROOT, "SHA256withECDSA");
        X509v2CRLBuilder revoking = list();
        revoking.addCRLEntry(leaf.getSerialNumber(), Date.from(NOW), CRLReason.keyCompromise);
        byte[] revoked = encoded(revoking, ROOT, "SHA256withECDSA");
        network.serve(
                "http://crl.example.org",
                request -> request.uri().getPath().equals("/a.crl") ? bytes(200, good) : bytes(404, new byte[0]));
        assertUnknown(leaf, "404");
        network.serve(
                "http://crl.example.org",
                request -> bytes(200, request.uri().getPath().equals("/a.crl") ? good : revoked));
        assertEquals(RevocationStatus.REVOKED, result(leaf).status());
    }

    @Test
    void aPointForSomeReasonsDoesNotCount() throws Exception {
        X509Certificate leaf = withExtensions(List.of(), new CRLDistPoint(new DistributionPoint[] {
            new DistributionPoint(point(LIST), new ReasonFlags(ReasonFlags.keyCompromise), null)
        }));

        assertUnknown(leaf, "some reasons only");
        assertEquals(List.of(), network.requests());
    }

    // Servers

    @Test
    void aServerThatCannotBeReachedIsNoAnswer() throws Exception {
        X509Certificate leaf = leaf(RESPONDER, LIST);
        FakeNetwork.Server broken = request -> {
            throw new IOException("no route");
        };
        network.serve("http://ocsp.example.org", broken).serve("http://crl.example.org", broken);

        CertificateRevocation result = result(leaf);

        assertEquals(RevocationStatus.UNKNOWN, result.status());
        assertEquals(2, result.steps().size());
        assertTrue(result.steps().stream().allMatch(step -> step.contains("no route")), result.steps()::toString);
    }

    @Test
    void tooManyBytesAreNotRead() throws Exception {
        X509Certificate leaf = leaf(RESPONDER, LIST);
        byte[] answer = new Answer(leaf).encoded();
        byte[] list = encoded(list(), ROOT, "SHA256withECDSA");
        network.serve("http://ocsp.example.org", request -> bytes(200, answer))
                .serve("http://crl.example.org", request -> bytes(200, list));
        RevocationLimits exact =
                RevocationLimits.defaults().withMaxAnswerBytes(answer.length).withMaxListBytes(list.length);

        assertEquals(RevocationStatus.GOOD, status(leaf, exact));
        assertEquals(1, network.requests().size());
        assertEquals(RevocationStatus.GOOD, status(leaf, exact.withMaxAnswerBytes(answer.length - 1)));
        assertEquals(3, network.requests().size());
        assertEquals(
                RevocationStatus.UNKNOWN,
                status(leaf, exact.withMaxAnswerBytes(answer.length - 1).withMaxListBytes(list.length - 1)));
    }

    private RevocationStatus status(X509Certificate leaf, RevocationLimits limits) {
        return checker().withLimits(limits).check(List.of(leaf, root)).status();
    }

    @Test
    void aFewAddressesAreAskedAtMost() throws Exception {
        X509Certificate leaf =
                leaf(RESPONDER + "1", RESPONDER + "2", RESPONDER + "3", RESPONDER + "4", RESPONDER + "5");
        network.serve("http://ocsp.example.org", request -> FakeNetwork.answer(404, ""));

        CertificateRevocation result = result(leaf);

        assertEquals(RevocationStatus.UNKNOWN, result.status());
        assertEquals(3, network.requests().size());
        assertEquals(5, result.steps().size());
        assertTrue(result.steps().get(4).contains("more than 3 addresses"), result.steps()::toString);
    }

    @Test
    void aPublicServerDoesNotLeadInside() throws Exception {
        X509Certificate leaf = leaf(LIST);
        network.name("inside.example.org", "192.168.1.1")
                .serve(
                        "http://crl.example.org",
                        request -> FakeNetwork.answer(302, "", "Location", "http://inside.example.org/a.crl"));

        assertUnknown(leaf, "nothing is sent there");
        assertEquals(1, network.requests().size());
    }

    @Test
    void onlyPlainHttpIsAsked() throws Exception {
        for (String address : List.of(
                "https://crl.example.org/a.crl",
                "ldap://crl.example.org/a.crl",
                "file:///etc/passwd.crl",
                "http://user@crl.example.org/a.crl",
                "http:///a.crl",
                "no address.crl")) {
            assertEquals(RevocationStatus.UNKNOWN, result(leaf(address)).status(), address);
        }
        assertEquals(List.of(), network.requests());
    }

    @Test
    void whatIsNotStatedIsSaid() throws Exception {
        X509Certificate leaf = leaf();

        assertEquals(RevocationStatus.NOT_STATED, result(leaf).status());
        assertEquals(
                RevocationStatus.NOT_STATED,
                RevocationChecker.offline().check(List.of(leaf, root)).status());
        assertEquals(
                RevocationStatus.UNKNOWN,
                RevocationChecker.offline()
                        .check(List.of(leaf(LIST), root), NOW)
                        .status());
        assertEquals(RevocationStatus.GOOD, checker().check(List.of(root)).status());
        assertThrows(IllegalArgumentException.class, () -> checker().check(List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> RevocationChecker.offline().check(List.of()));
    }

    @Test
    void aResponderIsNotAskedWithoutAnEngine() throws Exception {
        X509Certificate leaf = leaf(RESPONDER);

        CertificateRevocation result = HttpRevocation.of(http())
                .check(List.of(leaf, root))
                .certificates()
                .get(0);

        assertEquals(RevocationStatus.UNKNOWN, result.status());
        assertTrue(result.steps().get(0).contains("no engine"), result.steps()::toString);
    }

    @Test
    void everyCertificateButTheRootIsChecked() throws Exception {
        X509Certificate between = new Certificate("CN=between", OTHER)
                .with(Extension.basicConstraints, true, new BasicConstraints(true))
                .with(Extension.cRLDistributionPoints, false, points(LIST))
                .signedBy("CN=root", ROOT);
        X509Certificate leaf = new Certificate("CN=leaf", LEAF).signedBy("CN=between", OTHER);
        X509v2CRLBuilder list = list();
        list.addCRLEntry(between.getSerialNumber(), Date.from(NOW), CRLReason.cACompromise);
        publish(list, ROOT);

        RevocationReport report = checker().check(List.of(leaf, between, root));

        assertEquals(
                List.of(RevocationStatus.NOT_STATED, RevocationStatus.REVOKED),
                report.certificates().stream()
                        .map(CertificateRevocation::status)
                        .toList());
        assertEquals(RevocationStatus.REVOKED, report.status());
    }

    @ParameterizedTest
    @EnumSource(TransportKind.class)
    void realServersAreAsked(TransportKind kind) throws Exception {
        List<byte[]> answers = new ArrayList<>();
        try (HostileServer server = HostileServer.start(exchange ->
                exchange.answer(200, answers.get(exchange.request().method().equals("POST") ? 0 : 1)))) {
            X509Certificate leaf =
                    leaf(server.uri("/ocsp").toString(), server.uri("/a.crl").toString());
            Answer answer = new Answer(leaf);
            answer.status = new UnknownStatus();
            answers.add(answer.encoded());
            answers.add(encoded(list(), ROOT, "SHA256withECDSA"));

            CertificateRevocation result = HttpRevocation.of(
                            HttpSettings.of(kind.make()).withClock(Clock.fixed(NOW, ZoneOffset.UTC)))
                    .withOcsp(BouncyCastleOcsp.create())
                    .check(List.of(leaf, root))
                    .certificates()
                    .get(0);

            assertEquals(RevocationStatus.GOOD, result.status(), result.steps()::toString);
            assertEquals(2, result.steps().size());
        }
    }

    // Making certificates, answers and lists

    private HttpSettings http() {
        return HttpSettings.of(network)
                .withNameResolver(network)
                .withRetries(RetryPolicy.never())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private HttpRevocation checker() {
        return HttpRevocation.of(http()).withOcsp(BouncyCastleOcsp.create());
    }

    private CertificateRevocation result(X509Certificate leaf) {
        return checker().check(List.of(leaf, root)).certificates().get(0);
    }

    private void assertUnknown(X509Certificate leaf, String why) {
        CertificateRevocation result = result(leaf);
        assertEquals(RevocationStatus.UNKNOWN, result.status(), result.steps()::toString);
        assertTrue(result.steps().stream().anyMatch(step -> step.contains(why)), result.steps()::toString);
    }

    /** A change of an answer. */
    private interface Change {
        void apply(Answer answer) throws Exception;
    }

    private void unknown(Change change, String why) throws Exception {
        X509Certificate leaf = leaf(RESPONDER);
        Answer answer = new Answer(leaf);
        change.apply(answer);
        respond(answer);
        assertUnknown(leaf, why);
    }

    private X509Certificate leaf(String... addresses) throws Exception {
        List<String> responders = new ArrayList<>();
        List<String> lists = new ArrayList<>();
        for (String address : addresses) {
            (address.endsWith("crl") ? lists : responders).add(address);
        }
        return withExtensions(responders, points(lists.toArray(new String[0])));
    }

    private static X509Certificate withExtensions(List<String> responders, CRLDistPoint points) throws Exception {
        Certificate certificate = new Certificate("CN=leaf", LEAF);
        if (!responders.isEmpty()) {
            certificate.with(
                    Extension.authorityInfoAccess,
                    false,
                    new AuthorityInformationAccess(responders.stream()
                            .map(address -> new AccessDescription(
                                    AccessDescription.id_ad_ocsp,
                                    new GeneralName(GeneralName.uniformResourceIdentifier, address)))
                            .toArray(AccessDescription[]::new)));
        }
        if (points.getDistributionPoints().length > 0) {
            certificate.with(Extension.cRLDistributionPoints, false, points);
        }
        return certificate.signedBy("CN=root", ROOT);
    }

    private static CRLDistPoint points(String... addresses) {
        DistributionPoint[] points = new DistributionPoint[addresses.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = new DistributionPoint(point(addresses[i]), null, null);
        }
        return new CRLDistPoint(points);
    }

    private static DistributionPointName point(String address) {
        return new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, address)));
    }

    private static Extension invalidFrom(Instant time) throws IOException {
        return new Extension(Extension.invalidityDate, false, new ASN1GeneralizedTime(Date.from(time)).getEncoded());
    }

    private CertificateID name(X509Certificate leaf) throws Exception {
        return new CertificateID(
                new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                new JcaX509CertificateHolder(root),
                leaf.getSerialNumber());
    }

    private void respond(Answer answer) throws Exception {
        byte[] encoded = answer.encoded();
        network.serve("http://ocsp.example.org", request -> bytes(200, encoded));
    }

    private static X509v2CRLBuilder list() {
        return new X509v2CRLBuilder(new X500Name("CN=root"), Date.from(NOW.minus(DAY)))
                .setNextUpdate(Date.from(NOW.plus(DAY)));
    }

    private void publish(X509v2CRLBuilder list, KeyPair signer) throws Exception {
        publish(list, signer, "SHA256withECDSA");
    }

    private void publish(X509v2CRLBuilder list, KeyPair signer, String algorithm) throws Exception {
        byte[] encoded = encoded(list, signer, algorithm);
        network.serve("http://crl.example.org", request -> bytes(200, encoded));
    }

    private static byte[] encoded(X509v2CRLBuilder list, KeyPair signer, String algorithm) throws Exception {
        return list.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                .getEncoded();
    }

    private static Response bytes(int status, byte[] body) {
        return FakeNetwork.answer(status, new ByteArrayInputStream(body));
    }

    /** An answer of a responder in the making. */
    private final class Answer {
        CertificateID name;
        CertificateStatus status = CertificateStatus.GOOD;
        Instant start = NOW.minus(DAY);

        @org.jspecify.annotations.Nullable Instant next = NOW.plus(DAY);

        KeyPair signer = ROOT;
        X509Certificate certificate = root;
        String algorithm = "SHA256withECDSA";
        boolean byKey;

        @org.jspecify.annotations.Nullable Extension extension;

        Answer(X509Certificate leaf) throws Exception {
            name = name(leaf);
        }

        void delegate(Certificate delegate) throws Exception {
            signer = OTHER;
            certificate = delegate.signedBy("CN=root", ROOT);
        }

        byte[] encoded() throws Exception {
            JcaX509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
            RespID id = byKey
                    ? new RespID(
                            holder.getSubjectPublicKeyInfo(),
                            new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1))
                    : new RespID(holder.getSubject());
            BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(id);
            builder.addResponse(
                    name,
                    status,
                    Date.from(start),
                    next == null ? null : Date.from(next),
                    extension == null ? null : new Extensions(extension));
            X509CertificateHolder[] chain =
                    certificate.equals(root) ? new X509CertificateHolder[0] : new X509CertificateHolder[] {holder};
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            builder.build(
                                    new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()),
                                    chain,
                                    Date.from(NOW)))
                    .getEncoded();
        }
    }
}
