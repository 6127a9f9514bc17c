package dev.tallyclerk.trust.notation;

import static dev.tallyclerk.trust.notation.NotationFixture.accept;
import static dev.tallyclerk.trust.notation.NotationFixture.clock;
import static dev.tallyclerk.trust.notation.NotationFixture.refusal;
import static dev.tallyclerk.trust.notation.NotationFixture.statement;
import static dev.tallyclerk.trust.notation.NotationFixture.store;
import static dev.tallyclerk.trust.notation.NotationFixture.verifier;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.notation.TestCertificate.Form;
import java.security.KeyPair;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the signature specification for certificates and their order. */
class CertificateRulesTest {
    private static final ASN1ObjectIdentifier OTHER = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

    private static TestEnvelope with(UnaryOperator<Form> change) {
        TestCertificate leaf = TestEnvelope.ROOT.issue(TestCertificate.P256, change.apply(TestCertificate.leaf()));
        return new TestEnvelope().signedBy(leaf, TestEnvelope.ROOT);
    }

    static Stream<UnaryOperator<Form>> badLeaves() {
        return Stream.of(
                form -> form.without(Extension.keyUsage),
                form -> form.with(Extension.keyUsage, false, new KeyUsage(KeyUsage.digitalSignature)),
                form -> form.usage(KeyUsage.nonRepudiation),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.dataEncipherment),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.keyAgreement),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.keyCertSign),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.cRLSign),
                form -> form.usage(KeyUsage.digitalSignature | KeyUsage.decipherOnly),
                form -> form.purposes(KeyPurposeId.anyExtendedKeyUsage),
                form -> form.purposes(KeyPurposeId.id_kp_serverAuth),
                form -> form.purposes(KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_clientAuth),
                form -> form.purposes(KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_emailProtection),
                form -> form.purposes(KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_timeStamping),
                form -> form.purposes(KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_OCSPSigning),
                form -> form.with(Extension.basicConstraints, true, new BasicConstraints(true)),
                form -> form.with(Extension.basicConstraints, true, new BasicConstraints(0)),
                form -> form.signedBy("SHA1withECDSA"));
    }

    @ParameterizedTest
    @MethodSource("badLeaves")
    void refusesALeafThatMayNotSignImages(UnaryOperator<Form> change) {
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(with(change)));
    }

    static Stream<UnaryOperator<Form>> goodLeaves() {
        return Stream.of(
                form -> form,
                form -> form.without(Extension.basicConstraints),
                form -> form.with(Extension.basicConstraints, false, new BasicConstraints(false)),
                form -> form.without(Extension.extendedKeyUsage),
                form -> form.purposes(KeyPurposeId.getInstance(OTHER)),
                form -> form.with(OTHER, true, new DEROctetString(new byte[] {1})));
    }

    @ParameterizedTest
    @MethodSource("goodLeaves")
    void acceptsALeafWhateverElseItHas(UnaryOperator<Form> change) {
        accept(verifier(statement()), with(change));
    }

    private static TestEnvelope below(UnaryOperator<Form> change) {
        TestCertificate issuer =
                TestEnvelope.ROOT.issue(TestCertificate.ISSUER_KEYS, change.apply(TestCertificate.authority("issuer")));
        TestCertificate leaf =
                issuer.issue(TestCertificate.P256, TestCertificate.leaf().signedBy("SHA384withECDSA"));
        return new TestEnvelope().signedBy(leaf, issuer, TestEnvelope.ROOT);
    }

    static Stream<UnaryOperator<Form>> badAuthorities() {
        return Stream.of(
                form -> form.without(Extension.basicConstraints),
                form -> form.with(Extension.basicConstraints, false, new BasicConstraints(true)),
                form -> form.with(Extension.basicConstraints, true, new BasicConstraints(false)),
                form -> form.without(Extension.keyUsage),
                form -> form.with(Extension.keyUsage, false, new KeyUsage(KeyUsage.keyCertSign)),
                form -> form.usage(KeyUsage.cRLSign),
                form -> form.usage(KeyUsage.digitalSignature),
                form -> form.signedBy("SHA1withECDSA"));
    }

    @ParameterizedTest
    @MethodSource("badAuthorities")
    void refusesAnAuthorityThatMayNotIssue(UnaryOperator<Form> change) {
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(below(change)));
    }

    @ParameterizedTest
    @MethodSource("badAuthorities")
    void refusesARootThatMayNotIssue(UnaryOperator<Form> change) {
        TestCertificate root = TestCertificate.root(change);
        TestEnvelope made = new TestEnvelope().signedBy(root.issue(TestCertificate.P256, TestCertificate.leaf()), root);
        NotationStatement audit = statement().withLevel(NotationLevel.AUDIT);
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(verifier(audit), made));
    }

    @Test
    void countsTheAuthoritiesBelowAnAuthority() {
        TestCertificate root =
                TestCertificate.root(form -> form.with(Extension.basicConstraints, true, new BasicConstraints(0)));
        NotationVerifier verifier = NotationVerifier.of(statement(), store("ca:acme", root.certificate()))
                .withClock(clock(NotationFixture.NOW));
        accept(verifier, new TestEnvelope().signedBy(root.issue(TestCertificate.P256, TestCertificate.leaf()), root));

        TestCertificate issuer = root.issue(TestCertificate.ISSUER_KEYS, TestCertificate.authority("issuer"));
        TestCertificate leaf =
                issuer.issue(TestCertificate.P256, TestCertificate.leaf().signedBy("SHA384withECDSA"));
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(verifier, new TestEnvelope().signedBy(leaf, issuer, root)));
    }

    @Test
    void theChainIsOrderedCompleteAndWithoutOthers() {
        TestCertificate leaf = TestEnvelope.LEAF;
        TestCertificate issuer = TestEnvelope.ISSUER;
        TestCertificate root = TestEnvelope.ROOT;
        TestCertificate stranger =
                TestCertificate.selfSigned(TestCertificate.OTHER_P256, TestCertificate.authority("stranger"));
        for (TestCertificate[] chain : new TestCertificate[][] {
            {leaf},
            {leaf, issuer},
            {leaf, root},
            {leaf, root, issuer},
            {leaf, issuer, root, root},
            {leaf, issuer, stranger, root},
            {leaf, issuer, root, stranger},
            {leaf, leaf, issuer, root},
        }) {
            assertEquals(
                    Reason.CERTIFICATE_INVALID,
                    refusal(new TestEnvelope().signedBy(chain)),
                    chain.length + " certificates");
        }
        accept(verifier(statement()), new TestEnvelope().signedBy(leaf, issuer, root));
    }

    /** Names are no proof: each certificate is signed by the key of the next. */
    @Test
    void refusesAnIssuerOfTheSameNameWithAnotherKey() {
        TestCertificate lookalike =
                TestCertificate.selfSigned(TestCertificate.OTHER_P256, TestCertificate.authority("root"));
        TestCertificate leaf = TestEnvelope.ROOT.issue(TestCertificate.P256, TestCertificate.leaf());
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(new TestEnvelope().signedBy(leaf, lookalike)));
    }

    /** Neither is a key without the name. */
    @Test
    void refusesAnIssuerOfAnotherNameWithTheSameKey() {
        TestCertificate renamed =
                TestCertificate.selfSigned(TestCertificate.ROOT_KEYS, TestCertificate.authority("renamed"));
        TestCertificate leaf = TestEnvelope.ROOT.issue(TestCertificate.P256, TestCertificate.leaf());
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(new TestEnvelope().signedBy(leaf, renamed)));
    }

    @Test
    void acceptsASelfSignedLeafThatIsTrusted() {
        TestCertificate alone = TestCertificate.selfSigned(TestCertificate.P256, TestCertificate.leaf());
        NotationVerifier trusts = NotationVerifier.of(statement(), store("ca:acme", alone.certificate()))
                .withClock(clock(NotationFixture.NOW));
        accept(trusts, new TestEnvelope().signedBy(alone));
        assertEquals(Reason.CERTIFICATE_UNTRUSTED, refusal(new TestEnvelope().signedBy(alone)));
    }

    @Test
    void refusesAWeakKeyAnywhereInTheChain() {
        KeyPair weak = TestCertificate.keys("RSA", 1_024);
        TestCertificate issuer = TestEnvelope.ROOT.issue(weak, TestCertificate.authority("issuer"));
        TestCertificate leaf =
                issuer.issue(TestCertificate.P256, TestCertificate.leaf().signedBy("SHA256withRSA"));
        assertEquals(Reason.CERTIFICATE_INVALID, refusal(new TestEnvelope().signedBy(leaf, issuer, TestEnvelope.ROOT)));
    }
}
