package dev.tallyclerk.trust.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertID;
import org.bouncycastle.asn1.ess.SigningCertificate;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BouncyCastleTimestampsTest {
    private static final TimestampEngine ENGINE = BouncyCastleTimestamps.create();

    private final TestAuthority authority;

    BouncyCastleTimestampsTest() throws Exception {
        authority = new TestAuthority();
    }

    @Test
    void acceptsAToken() throws Exception {
        VerifiedTimestamp timestamp = accepted();

        assertEquals(TestAuthority.NOW, timestamp.time());
        assertEquals(Duration.ZERO, timestamp.accuracy());
        assertEquals(List.of(authority.leaf, authority.root), timestamp.path());
    }

    /** The library's generator and verifier are the oracle. */
    @Test
    void acceptsTheResponseOfTheLibrary() throws Exception {
        TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
                new JcaSimpleSignerInfoGeneratorBuilder()
                        .build("SHA384withECDSA", authority.key.getPrivate(), authority.leaf),
                new JcaDigestCalculatorProviderBuilder()
                        .build()
                        .get(new org.bouncycastle.asn1.x509.AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
                new ASN1ObjectIdentifier("1.2.3"));
        generator.setAccuracySeconds(2);
        generator.setAccuracyMillis(3);
        generator.setAccuracyMicros(4);
        generator.setOrdering(true);
        generator.setTSA(new GeneralName(new X500Name("CN=tsa")));
        generator.addCertificates(new JcaCertStore(List.of(authority.leaf)));
        TimeStampRequestGenerator asks = new TimeStampRequestGenerator();
        asks.setCertReq(true);
        TimeStampRequest request = asks.generate(
                TSPAlgorithms.SHA512,
                MessageDigest.getInstance("SHA-512").digest(TestAuthority.STAMPED),
                BigInteger.valueOf(42));
        byte[] response = new TimeStampResponseGenerator(generator, TSPAlgorithms.ALLOWED)
                .generate(request, BigInteger.TEN, Date.from(TestAuthority.NOW))
                .getEncoded();

        VerifiedTimestamp timestamp = ENGINE.verifyResponse(
                ASN1Primitive.fromByteArray(response).getEncoded(ASN1Encoding.DER),
                TestAuthority.STAMPED,
                authority.trust());

        assertEquals(TestAuthority.NOW, timestamp.time());
        assertEquals(Duration.ofSeconds(2, 3_004_000), timestamp.accuracy());
        refuses(Reason.MALFORMED, response(0, authority.token()), false);
    }

    @Test
    void registersNoProvider() throws Exception {
        accepted();

        assertEquals(null, Security.getProvider("BC"));
    }

    @Test
    void findsTheCertificateAmongTheTrustedOnesIfTheTokenHasNone() throws Exception {
        authority.inToken.clear();
        byte[] token = authority.token();

        assertNotNull(ENGINE.verifyToken(token, TestAuthority.STAMPED, authority.trust(authority.leaf)));
        refuses(Reason.CERTIFICATE_UNTRUSTED, token, false);
    }

    @Test
    void followsAnIntermediateCertificate() throws Exception {
        KeyPair keys = TestAuthority.otherKeys();
        X509Certificate between =
                new TestAuthority.Certificate("CN=between", keys).authority().signedBy("CN=root", authority.rootKey);
        authority.with(new TestAuthority.Certificate("CN=tsa", authority.key)
                .stamping()
                .signedBy("CN=between", keys));
        byte[] without = authority.token();
        refuses(Reason.CERTIFICATE_UNTRUSTED, without, false);
        assertEquals(
                3,
                ENGINE.verifyToken(without, TestAuthority.STAMPED, authority.trust(between))
                        .path()
                        .size());

        authority.inToken.add(between);
        assertEquals(
                List.of(authority.leaf, between, authority.root), accepted().path());
    }

    @Test
    void acceptsEachHashAndKey() throws Exception {
        authority.imprintHash = NISTObjectIdentifiers.id_sha384;
        authority.imprintName = "SHA-384";
        authority.signatureAlgorithm = "SHA512withECDSA";
        accepted();
        for (String algorithm : List.of("SHA256withRSA", "SHA384withRSA", "SHA512withRSA", "SHA256withRSAandMGF1")) {
            authority.key = RSA;
            authority.signatureAlgorithm = algorithm;
            authority.with(stamping().signedBy("CN=root", authority.rootKey));
            accepted();
        }
        authority.key = TestAuthority.keys("Ed25519");
        authority.signatureAlgorithm = "Ed25519";
        authority.with(stamping().signedBy("CN=root", authority.rootKey));
        accepted();
    }

    private static final KeyPair RSA = TestAuthority.keys("RSA2048");

    @Test
    void refusesAShortKey() throws Exception {
        authority.key = TestAuthority.keys("RSA1024");
        authority.signatureAlgorithm = "SHA256withRSA";
        authority.with(stamping().signedBy("CN=root", authority.rootKey));

        refused(Reason.CERTIFICATE_INVALID);
    }

    @Test
    void refusesAShortKeyOfAnAuthority() throws Exception {
        authority.rootKey = TestAuthority.keys("RSA1024");
        authority.root = new TestAuthority.Certificate("CN=root", authority.rootKey)
                .authority()
                .signedBy("CN=root", authority.rootKey);
        authority.with(stamping().signedBy("CN=root", authority.rootKey));

        refused(Reason.CERTIFICATE_INVALID);
    }

    @Test
    void refusesSha1() throws Exception {
        authority.imprintHash = OIWObjectIdentifiers.idSHA1;
        authority.imprintName = "SHA-1";
        refused(Reason.UNSUPPORTED);
        TestAuthority other = new TestAuthority();
        other.signatureAlgorithm = "SHA1withECDSA";
        refuses(Reason.UNSUPPORTED, other.token(), false);
    }

    @Test
    void refusesACertificateSignedBySha1() throws Exception {
        authority.with(stamping().by("SHA1withECDSA").signedBy("CN=root", authority.rootKey));

        refused(Reason.CERTIFICATE_INVALID);
    }

    @Test
    void refusesOtherBytes() throws Exception {
        byte[] token = authority.token();

        EvidenceException e = assertThrows(
                EvidenceException.class, () -> ENGINE.verifyToken(token, new byte[] {1, 2, 4}, authority.trust()));
        assertEquals(Reason.TIMESTAMP_INVALID, e.reason());
    }

    @Test
    void refusesAnUntrustedAuthorityOfTheSameName() throws Exception {
        X509Certificate other = new TestAuthority.Certificate("CN=root", TestAuthority.otherKeys())
                .authority()
                .signedBy("CN=root", TestAuthority.otherKeys());

        EvidenceException e = assertThrows(
                EvidenceException.class,
                () -> ENGINE.verifyToken(
                        authority.token(), TestAuthority.STAMPED, new TimestampTrust(List.of(other), List.of())));
        assertEquals(Reason.CERTIFICATE_UNTRUSTED, e.reason());
    }

    @Test
    void aRootOfTheTokenIsNotTrusted() throws Exception {
        KeyPair keys = TestAuthority.otherKeys();
        authority.inToken.add(
                new TestAuthority.Certificate("CN=own", keys).authority().signedBy("CN=own", keys));
        authority.with(stamping().signedBy("CN=own", keys));

        refused(Reason.CERTIFICATE_UNTRUSTED);
    }

    @TestFactory
    Stream<DynamicTest> refusesACertificateThatIsNotForTimestampingOnly() {
        return Stream.of(
                        with("no purpose", c -> c.without(Extension.extendedKeyUsage)),
                        with("another purpose", c -> purposes(c, true, KeyPurposeId.id_kp_codeSigning)),
                        with(
                                "two purposes",
                                c -> purposes(
                                        c, true, KeyPurposeId.id_kp_timeStamping, KeyPurposeId.id_kp_codeSigning)),
                        with("any purpose", c -> purposes(c, true, KeyPurposeId.anyExtendedKeyUsage)),
                        with("not critical", c -> purposes(c, false, KeyPurposeId.id_kp_timeStamping)),
                        with("no key usage", c -> c.without(Extension.keyUsage)),
                        with(
                                "another key usage",
                                c -> extension(c, Extension.keyUsage, new KeyUsage(KeyUsage.keyEncipherment))),
                        with("an authority", c -> extension(c, Extension.basicConstraints, new BasicConstraints(true))),
                        with(
                                "an unknown critical extension",
                                c -> extension(c, new ASN1ObjectIdentifier("1.2.3"), new ASN1Integer(1))))
                .map(c -> DynamicTest.dynamicTest(c.name, () -> {
                    TestAuthority own = new TestAuthority();
                    own.with(c.change
                            .apply(new TestAuthority.Certificate("CN=tsa", own.key).stamping())
                            .signedBy("CN=root", own.rootKey));
                    refuses(Reason.CERTIFICATE_INVALID, own.token(), own.trust());
                }));
    }

    /** CVE-2026-39984: the first certificate of the token has the right purpose, the one that signed has none. */
    @Test
    void checksThePurposeOfTheCertificateThatSigned() throws Exception {
        X509Certificate proper = authority.leaf;
        authority.key = TestAuthority.otherKeys();
        authority.with(new TestAuthority.Certificate("CN=web", authority.key)
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .signedBy("CN=root", authority.rootKey));
        authority.inToken.add(0, proper);
        refused(Reason.CERTIFICATE_INVALID);

        authority.bound = proper;
        refused(Reason.TIMESTAMP_INVALID);
    }

    @Test
    void refusesATimeOutsideACertificate() throws Exception {
        authority.with(stamping().until(TestAuthority.NOW.minusSeconds(1)).signedBy("CN=root", authority.rootKey));
        refused(Reason.CERTIFICATE_EXPIRED);
        authority.with(stamping().from(TestAuthority.NOW.plusSeconds(1)).signedBy("CN=root", authority.rootKey));
        refused(Reason.CERTIFICATE_EXPIRED);
        authority.with(
                stamping().from(TestAuthority.NOW).until(TestAuthority.NOW).signedBy("CN=root", authority.rootKey));
        accepted();
        authority.genTime = "20260601120000.0001Z";
        refused(Reason.CERTIFICATE_EXPIRED);
    }

    @Test
    void refusesATimeOutsideTheRoot() throws Exception {
        authority.root = new TestAuthority.Certificate("CN=root", authority.rootKey)
                .authority()
                .until(TestAuthority.NOW.minusSeconds(1))
                .signedBy("CN=root", authority.rootKey);

        refused(Reason.CERTIFICATE_EXPIRED);
    }

    @Test
    void refusesARootThatIsNoAuthority() throws Exception {
        authority.root =
                new TestAuthority.Certificate("CN=root", authority.rootKey).signedBy("CN=root", authority.rootKey);
        refused(Reason.CERTIFICATE_INVALID);
        authority.root = new TestAuthority.Certificate("CN=root", authority.rootKey)
                .authority()
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .signedBy("CN=root", authority.rootKey);
        refused(Reason.CERTIFICATE_INVALID);
    }

    @Test
    void refusesMorePathsThanItTries() throws Exception {
        KeyPair keys = TestAuthority.otherKeys();
        for (int i = 0; i < 20; i++) {
            authority.inToken.add(
                    new TestAuthority.Certificate("CN=loop", keys).authority().signedBy("CN=loop", keys));
        }
        authority.with(stamping().signedBy("CN=loop", keys));

        refused(Reason.LIMIT_EXCEEDED);
    }

    @Test
    void refusesTooManyCertificates() throws Exception {
        for (int i = 0; i < 32; i++) {
            authority.inToken.add(
                    new TestAuthority.Certificate("CN=c" + i, authority.key).signedBy("CN=root", authority.rootKey));
        }

        refused(Reason.LIMIT_EXCEEDED);
    }

    @Test
    void refusesTooManyBytes() {
        refuses(Reason.LIMIT_EXCEEDED, new byte[64 * 1024 + 1], false);
        refuses(Reason.LIMIT_EXCEEDED, new byte[64 * 1024 + 1], true);
    }

    @Test
    void refusesNoneOrTwoSigners() throws Exception {
        authority.signers = 2;
        refused(Reason.TIMESTAMP_INVALID);
        authority.signers = 0;
        refused(Reason.TIMESTAMP_INVALID);
    }

    @Test
    void refusesOtherContent() throws Exception {
        authority.contentType = new ASN1ObjectIdentifier("1.2.3");

        refused(Reason.MALFORMED);
    }

    @TestFactory
    Stream<DynamicTest> refusesWrongSignedAttributes() {
        Attribute other = new Attribute(
                PKCSObjectIdentifiers.pkcs_9_at_messageDigest, new DERSet(new DEROctetString(new byte[32])));
        return Stream.of(
                        attributes(
                                "no signing certificate",
                                Reason.TIMESTAMP_INVALID,
                                t -> t.remove(PKCSObjectIdentifiers.id_aa_signingCertificateV2)),
                        attributes(
                                "no content type",
                                Reason.TIMESTAMP_INVALID,
                                t -> t.remove(PKCSObjectIdentifiers.pkcs_9_at_contentType)),
                        attributes(
                                "another content type",
                                Reason.TIMESTAMP_INVALID,
                                t -> t.remove(PKCSObjectIdentifiers.pkcs_9_at_contentType)
                                        .add(PKCSObjectIdentifiers.pkcs_9_at_contentType, PKCSObjectIdentifiers.data)),
                        attributes(
                                "no hash",
                                Reason.TIMESTAMP_INVALID,
                                t -> t.remove(PKCSObjectIdentifiers.pkcs_9_at_messageDigest)),
                        attributes(
                                "another hash",
                                Reason.TIMESTAMP_INVALID,
                                t -> t.remove(PKCSObjectIdentifiers.pkcs_9_at_messageDigest)
                                        .add(other.getAttrType(), other.getAttributeValues()[0])),
                        attributes(
                                "two hashes",
                                Reason.MALFORMED,
                                t -> t.add(other.getAttrType(), other.getAttributeValues()[0])))
                .map(c -> DynamicTest.dynamicTest(c.name, () -> {
                    TestAuthority own = new TestAuthority();
                    own.attributes = c.change;
                    refuses(c.reason, own.token(), own.trust());
                }));
    }

    @Test
    void acceptsTheOlderFormOfTheSigningCertificate() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(authority.leaf.getEncoded());
        ASN1Encodable right = new SigningCertificate(new ESSCertID(hash));
        authority.attributes = t -> t.remove(PKCSObjectIdentifiers.id_aa_signingCertificateV2)
                .add(PKCSObjectIdentifiers.id_aa_signingCertificate, right);
        accepted();

        ASN1Encodable wrong = new SigningCertificate(new ESSCertID(new byte[20]));
        authority.attributes = t -> t.add(PKCSObjectIdentifiers.id_aa_signingCertificate, wrong);
        refused(Reason.TIMESTAMP_INVALID);
    }

    @Test
    void acceptsASignerNamedByItsKey() throws Exception {
        authority.byKeyIdentifier = true;
        refused(Reason.CERTIFICATE_UNTRUSTED);
        authority.with(stamping()
                .with(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(TestAuthority.KEY_IDENTIFIER))
                .signedBy("CN=root", authority.rootKey));
        accepted();
    }

    @Test
    void refusesAWrongSignature() throws Exception {
        byte[] token = authority.token();
        // The signature is the last element, as there are no unsigned attributes.
        token[token.length - 1] ^= 1;

        refuses(Reason.TIMESTAMP_INVALID, token, false);
    }

    @Test
    void refusesAWrongInfo() throws Exception {
        infos(Reason.UNSUPPORTED, list -> list.set(0, new ASN1Integer(2)));
        infos(Reason.MALFORMED, list -> list.addAll(List.of(new ASN1Integer(1), new ASN1Integer(1))));
        infos(Reason.MALFORMED, list -> list.remove(3));
        infos(Reason.MALFORMED, list -> list.add(new DERSequence(new ASN1Integer(-1))));
        infos(Reason.MALFORMED, list -> list.add(new DERSequence(new DERTaggedObject(false, 0, new ASN1Integer(0)))));
        infos(
                Reason.MALFORMED,
                list -> list.add(new DERSequence(new DERTaggedObject(false, 1, new ASN1Integer(1000)))));
        infos(
                Reason.TIMESTAMP_INVALID,
                list -> list.add(new DERTaggedObject(true, 0, new GeneralName(new X500Name("CN=other")))));
        ASN1Encodable extension = new DERSequence(new ASN1Encodable[] {
            new ASN1ObjectIdentifier("1.2.3"), org.bouncycastle.asn1.ASN1Boolean.TRUE, new DEROctetString(new byte[1])
        });
        infos(Reason.CRITICAL_UNKNOWN, list -> list.add(new DERTaggedObject(false, 1, new DERSequence(extension))));
    }

    @Test
    void readsTimesOnlyInTheirForm() throws Exception {
        authority.genTime = "20260601120000.25Z";
        assertEquals(TestAuthority.NOW.plusMillis(250), accepted().time());
        for (String wrong : List.of(
                "20260601120000+0000",
                "202606011200Z",
                "20260601120000",
                "20260601120000.50Z",
                "20261301120000Z",
                "20260601120060Z")) {
            authority.genTime = wrong;
            refused(Reason.MALFORMED);
        }
    }

    @Test
    void readsNothingButDer() throws Exception {
        byte[] token = authority.token();
        refuses(Reason.MALFORMED, Arrays.copyOf(token, token.length + 1), false);
        refuses(Reason.MALFORMED, Arrays.copyOf(token, token.length - 1), false);
        refuses(Reason.MALFORMED, new byte[0], false);
        byte[] ber = ASN1Primitive.fromByteArray(token).getEncoded(ASN1Encoding.BER);
        byte[] indefinite = new byte[token.length + 2];
        System.arraycopy(token, 4, indefinite, 2, token.length - 4);
        indefinite[0] = 0x30;
        indefinite[1] = (byte) 0x80;
        assertEquals(token.length, ber.length);
        refuses(Reason.MALFORMED, Arrays.copyOf(indefinite, token.length), false);
    }

    @Test
    void readsTheStatusOfAResponse() throws Exception {
        byte[] token = authority.token();
        for (int status : new int[] {0, 1}) {
            assertNotNull(ENGINE.verifyResponse(response(status, token), TestAuthority.STAMPED, authority.trust()));
        }
        refuses(Reason.TIMESTAMP_INVALID, response(2, token), true);
        refuses(Reason.MALFORMED, response(-1, token), true);
        refuses(Reason.MALFORMED, token, true);
        refuses(
                Reason.MALFORMED,
                new DERSequence(new DERSequence(new ASN1Integer(0))).getEncoded(ASN1Encoding.DER),
                true);
        refuses(
                Reason.TIMESTAMP_INVALID,
                new DERSequence(new ASN1Encodable[] {
                            new DERSequence(new ASN1Encodable[] {new ASN1Integer(0), new DERBitString(new byte[] {1})}),
                            ASN1Primitive.fromByteArray(token)
                        })
                        .getEncoded(ASN1Encoding.DER),
                true);
    }

    /** A change is found, or is in what nobody signs and nobody reads: the certificate in the token is also trusted. */
    @Test
    void everyChangedByteIsRefused() throws Exception {
        authority.inToken.clear();
        byte[] token = authority.token();
        TimestampTrust trust = authority.trust(authority.leaf);
        for (int at = 0; at < token.length; at++) {
            for (int mask : new int[] {1, 0x80, 0xff}) {
                byte[] changed = token.clone();
                changed[at] ^= (byte) mask;
                int place = at;
                assertThrows(
                        EvidenceException.class,
                        () -> ENGINE.verifyToken(changed, TestAuthority.STAMPED, trust),
                        () -> "byte " + place + " xor " + mask);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> agreesWithTheCases() throws Exception {
        List<X509Certificate> roots = new ArrayList<>();
        List<X509Certificate> others = new ArrayList<>();
        for (String[] line : lines("sigstore-authorities.tsv")) {
            (line[0].equals("root") ? roots : others).add(certificate(line[1]));
        }
        List<String[]> cases = lines("cases.tsv");
        assertEquals(16, cases.size());
        return cases.stream()
                .map(c -> DynamicTest.dynamicTest(c[0], () -> {
                    TimestampTrust trust = c[3].isEmpty()
                            ? new TimestampTrust(roots, others)
                            : new TimestampTrust(List.of(certificate(c[3])), List.of());
                    byte[] stamped = Base64.getDecoder().decode(c[4]);
                    byte[] der = Base64.getDecoder().decode(c[5]);
                    if (c[2].equals("ACCEPT")) {
                        assertTrue(verify(der, stamped, trust, c[1])
                                .time()
                                .isAfter(Instant.parse("2024-01-01T00:00:00Z")));
                    } else {
                        EvidenceException e =
                                assertThrows(EvidenceException.class, () -> verify(der, stamped, trust, c[1]));
                        assertEquals(Reason.valueOf(c[2]), e.reason(), e.getMessage());
                    }
                }));
    }

    private static VerifiedTimestamp verify(byte[] der, byte[] stamped, TimestampTrust trust, String form)
            throws EvidenceException {
        return form.equals("token")
                ? ENGINE.verifyToken(der, stamped, trust)
                : ENGINE.verifyResponse(der, stamped, trust);
    }

    static List<String[]> lines(String name) throws IOException {
        try (InputStream in = BouncyCastleTimestampsTest.class.getResourceAsStream("/testdata/timestamps/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }

    private static X509Certificate certificate(String base64) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    private TestAuthority.Certificate stamping() throws Exception {
        return new TestAuthority.Certificate("CN=tsa", authority.key).stamping();
    }

    /** Accepts what the library accepts. */
    private VerifiedTimestamp accepted() throws Exception {
        byte[] token = authority.token();
        if (!authority.signatureAlgorithm.equals("Ed25519")) {
            TimeStampToken oracle = new TimeStampToken(new CMSSignedData(token));
            assertTrue(oracle.isSignatureValid(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(TestAuthority.LIBRARY)
                    .build(authority.leaf.getPublicKey())));
        }
        VerifiedTimestamp timestamp = ENGINE.verifyToken(token, TestAuthority.STAMPED, authority.trust());
        assertArrayEquals(authority.leaf.getEncoded(), timestamp.path().get(0).getEncoded());
        return timestamp;
    }

    private void refused(Reason reason) throws Exception {
        refuses(reason, authority.token(), false);
    }

    private void infos(Reason reason, java.util.function.Consumer<List<ASN1Encodable>> change) throws Exception {
        authority.info = list -> {
            change.accept(list);
            return list;
        };
        refused(reason);
    }

    private void refuses(Reason reason, byte[] der, boolean isResponse) {
        EvidenceException e = assertThrows(
                EvidenceException.class,
                () -> verify(der, TestAuthority.STAMPED, authority.trust(), isResponse ? "response" : "token"));
        assertEquals(reason, e.reason(), e.getMessage());
    }

    private static void refuses(Reason reason, byte[] der, TimestampTrust trust) {
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> ENGINE.verifyToken(der, TestAuthority.STAMPED, trust));
        assertEquals(reason, e.reason(), e.getMessage());
    }

    private static byte[] response(int status, byte[] token) throws IOException {
        return new DERSequence(new ASN1Encodable[] {
                    new DERSequence(new ASN1Integer(status)), ASN1Primitive.fromByteArray(token)
                })
                .getEncoded(ASN1Encoding.DER);
    }

    /** A change of a certificate. */
    private interface Change {
        TestAuthority.Certificate apply(TestAuthority.Certificate certificate) throws Exception;
    }

    private record CertificateCase(String name, Change change) {}

    private static CertificateCase with(String name, Change change) {
        return new CertificateCase(name, change);
    }

    private static TestAuthority.Certificate purposes(
            TestAuthority.Certificate certificate, boolean critical, KeyPurposeId... purposes) throws Exception {
        return certificate.with(Extension.extendedKeyUsage, critical, new ExtendedKeyUsage(purposes));
    }

    private static TestAuthority.Certificate extension(
            TestAuthority.Certificate certificate, ASN1ObjectIdentifier name, ASN1Encodable value) throws Exception {
        return certificate.with(name, true, value);
    }

    private record AttributeCase(String name, Reason reason, UnaryOperator<AttributeTable> change) {}

    private static AttributeCase attributes(String name, Reason reason, UnaryOperator<AttributeTable> change) {
        return new AttributeCase(name, reason, change);
    }
}
