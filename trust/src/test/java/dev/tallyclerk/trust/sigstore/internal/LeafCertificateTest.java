package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeafCertificateTest {
    private static final KeyPair KEYS = keys("EC", 256);

    private static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private interface Reading {
        Object of(LeafCertificate leaf) throws EvidenceException;
    }

    private static TestLeaf leaf() {
        return new TestLeaf(KEYS);
    }

    private static LeafCertificate parse(TestLeaf leaf) throws EvidenceException {
        return LeafCertificate.parse(leaf.der());
    }

    private static void refuses(byte[] der) {
        EvidenceException e = assertThrows(EvidenceException.class, () -> LeafCertificate.parse(der));
        assertEquals(Reason.CERTIFICATE_INVALID, e.reason(), e.getMessage());
    }

    private static void refuses(TestLeaf leaf, Reading reading) throws EvidenceException {
        LeafCertificate certificate = parse(leaf);
        EvidenceException e = assertThrows(EvidenceException.class, () -> reading.of(certificate));
        assertEquals(Reason.CERTIFICATE_INVALID, e.reason(), e.getMessage());
    }

    @Test
    void readsWhatFulcioIssues() throws EvidenceException {
        byte[] der = leaf().der();
        LeafCertificate leaf = LeafCertificate.parse(der);
        assertEquals(TestLeaf.IDENTITY, leaf.identity());
        assertEquals(TestLeaf.ISSUER, leaf.issuer());
        assertEquals(Map.of(), leaf.extensions());
        assertEquals(KEYS.getPublic(), leaf.publicKey());
        assertArrayEquals(der, leaf.encoded());
        assertTrue(leaf.sctList().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void refusesAnAuthority(int pathLength) {
        refuses(leaf().authority(pathLength).der());
    }

    @Test
    void theExtendedKeyUsageIsCodeSigning() throws EvidenceException {
        refuses(leaf().without(Extension.extendedKeyUsage).der());
        for (KeyPurposeId other : List.of(
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.anyExtendedKeyUsage, KeyPurposeId.id_kp_timeStamping)) {
            refuses(leaf().with(Extension.extendedKeyUsage, new ExtendedKeyUsage(other))
                    .der());
            parse(leaf().with(
                            Extension.extendedKeyUsage,
                            new ExtendedKeyUsage(new KeyPurposeId[] {KeyPurposeId.id_kp_codeSigning, other})));
        }
    }

    @Test
    void theKeyUsageIsDigitalSignatureIfItIsLimited() throws EvidenceException {
        parse(leaf().without(Extension.keyUsage));
        parse(leaf().with(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement)));
        refuses(leaf().with(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign))
                .der());
        refuses(leaf().with(Extension.keyUsage, new KeyUsage(KeyUsage.keyEncipherment))
                .der());
    }

    @Test
    void refusesAWeakKey() throws EvidenceException {
        refuses(new TestLeaf(keys("RSA", 1_024)).der());
        parse(new TestLeaf(keys("RSA", 2_048)));
    }

    /** The algorithm beside the signature, and the bits that are called unused, are outside of what is signed. */
    @Test
    void refusesChangesOfWhatNobodySigns() {
        byte[] otherAlgorithm = leaf().der();
        // ecdsa-with-SHA256 becomes ecdsa-with-SHA384 behind the signed part.
        int at = lastIndexOf(otherAlgorithm, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2});
        otherAlgorithm[at + 7] = 3;
        refuses(otherAlgorithm);
        byte[] unusedBits = leaf().der();
        int bits = lastIndexOf(unusedBits, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2}) + 10;
        assertEquals(0, unusedBits[bits]);
        unusedBits[bits] = 1;
        refuses(unusedBits);
    }

    private static int lastIndexOf(byte[] bytes, byte[] part) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.lastIndexOf(new String(part, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "1, someone@example.test, true",
        "1, a@b, true",
        "1, someone, false",
        "1, a@b@c, false",
        "1, a b@c, false",
        "1, a!b@c, false",
        "1, https://a@b, false",
        "6, https://example.test/a, true",
        "6, spiffe://example.test/a, true",
        "6, urn:a, true",
        "6, example.test, false",
        "6, 'https://example.test/a b', false",
        "6, https:, false",
        "2, example.test, false",
        "7, 127.0.0.1, false",
        "4, CN=someone, false",
    })
    void theIdentityIsAnEmailAddressOrAUri(int kind, String name, boolean isGood) throws EvidenceException {
        TestLeaf named = leaf().names(new GeneralName(kind, name));
        if (isGood) {
            assertEquals(name, parse(named).identity());
        } else {
            refuses(named, LeafCertificate::identity);
        }
    }

    @Test
    void theIdentityIsTheOnlyName() throws EvidenceException {
        GeneralName name = new GeneralName(GeneralName.rfc822Name, TestLeaf.IDENTITY);
        refuses(leaf().names(name, name), LeafCertificate::identity);
        refuses(
                leaf().names(name, new GeneralName(GeneralName.uniformResourceIdentifier, "https://a.test")),
                LeafCertificate::identity);
        refuses(leaf().without(Extension.subjectAlternativeName), LeafCertificate::identity);
    }

    @Test
    void theIdentityHasAtMost2048Characters() throws EvidenceException {
        String longest = "https://" + "a".repeat(2_040);
        assertEquals(longest, parse(leaf().names(new GeneralName(6, longest))).identity());
        refuses(leaf().names(new GeneralName(6, longest + "a")), LeafCertificate::identity);
    }

    private static GeneralName otherName(ASN1ObjectIdentifier type, String text) {
        return new GeneralName(GeneralName.otherName, new DERSequence(new ASN1Encodable[] {
            type, new DERTaggedObject(true, 0, new DERUTF8String(text))
        }));
    }

    @Test
    void aUserNameIsOneOfFulcio() throws EvidenceException {
        assertEquals(
                "builder!example.test",
                parse(leaf().names(otherName(TestLeaf.fulcio(7), "builder!example.test")))
                        .identity());
        refuses(leaf().names(otherName(TestLeaf.fulcio(8), "builder!example.test")), LeafCertificate::identity);
        for (String other : List.of("builder", "a@b", "a!b!c", "a!b c", "https://a!b", "!b")) {
            refuses(leaf().names(otherName(TestLeaf.fulcio(7), other)), LeafCertificate::identity);
        }
    }

    @Test
    void theOldAndTheCurrentExtensionForTheIssuerAgree() throws EvidenceException {
        byte[] same = TestLeaf.ISSUER.getBytes(StandardCharsets.UTF_8);
        assertEquals(TestLeaf.ISSUER, parse(leaf().fulcioBytes(1, same)).issuer());
        assertEquals(
                "old",
                parse(leaf().without(TestLeaf.fulcio(8)).fulcioBytes(1, "old".getBytes(StandardCharsets.UTF_8)))
                        .issuer());
        refuses(leaf().fulcioBytes(1, "old".getBytes(StandardCharsets.UTF_8)), LeafCertificate::issuer);
    }

    @Test
    void theIssuerIsThere() throws EvidenceException {
        refuses(leaf().without(TestLeaf.fulcio(8)), LeafCertificate::issuer);
        refuses(leaf().fulcioText(8, ""), LeafCertificate::issuer);
        refuses(leaf().without(TestLeaf.fulcio(8)).fulcioBytes(1, new byte[0]), LeafCertificate::issuer);
    }

    @Test
    void readsEveryExtensionOfFulcioByItsName() throws EvidenceException {
        TestLeaf leaf = leaf();
        for (int number = 2; number <= 6; number++) {
            leaf.fulcioBytes(number, ("value " + number).getBytes(StandardCharsets.UTF_8));
        }
        for (int number = 9; number <= 25; number++) {
            leaf.fulcioText(number, "value " + number);
        }
        Map<String, String> extensions = parse(leaf).extensions();
        assertEquals(LeafCertificate.extensionNames().size(), extensions.size());
        assertEquals("value 2", extensions.get("githubWorkflowTrigger"));
        assertEquals("value 6", extensions.get("githubWorkflowRef"));
        assertEquals("value 9", extensions.get("buildSignerURI"));
        assertEquals("value 24", extensions.get("tokenSubject"));
    }

    @Test
    void refusesAnExtensionInAnotherEncoding() {
        for (byte[] wrong : List.of(
                "text".getBytes(StandardCharsets.UTF_8), new byte[] {0x16, 1, 'a'}, new byte[] {0x0c, 1, (byte) 0xff
                })) {
            EvidenceException e = assertThrows(
                    EvidenceException.class,
                    () -> parse(leaf().fulcioBytes(9, wrong)).extensions());
            assertEquals(Reason.MALFORMED, e.reason());
        }
        assertThrows(
                EvidenceException.class,
                () -> parse(leaf().fulcioBytes(2, new byte[] {'a', 0, 'b'})).extensions());
    }
}
