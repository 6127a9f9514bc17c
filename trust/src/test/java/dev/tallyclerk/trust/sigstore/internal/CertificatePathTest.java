package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class CertificatePathTest {
    private static final Instant TIME = Instant.parse("2026-03-14T09:26:53Z");
    private static final KeyPair ROOT_KEYS = keys();
    private static final KeyPair MIDDLE_KEYS = keys();
    private static final KeyPair LEAF_KEYS = keys();

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static TestLeaf root() {
        return new TestLeaf(ROOT_KEYS)
                .named("root", "root")
                .authority(1)
                .with(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign));
    }

    private static TestLeaf middle() {
        return new TestLeaf(MIDDLE_KEYS)
                .named("middle", "root")
                .issuedBy(ROOT_KEYS)
                .authority(0)
                .with(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign));
    }

    private static TestLeaf leaf() {
        return new TestLeaf(LEAF_KEYS).named("signer", "middle").issuedBy(MIDDLE_KEYS);
    }

    private static TrustedChain chain(TestLeaf... certificates) {
        return chain(Validity.ALWAYS, certificates);
    }

    private static TrustedChain chain(Validity validity, TestLeaf... certificates) {
        List<X509Certificate> chain =
                List.of(certificates).stream().map(TestLeaf::certificate).toList();
        return new TrustedChain(chain, "acme", validity);
    }

    private static TrustedChain validate(TestLeaf leaf, TrustedChain... authorities) throws EvidenceException {
        return CertificatePath.validate(LeafCertificate.parse(leaf.der()), List.of(authorities), List.of(TIME));
    }

    private static EvidenceException refuses(Reason reason, TestLeaf leaf, TrustedChain... authorities) {
        EvidenceException e = assertThrows(EvidenceException.class, () -> validate(leaf, authorities));
        assertEquals(reason, e.reason(), e.getMessage());
        return e;
    }

    @Test
    void aPathLeadsToTheRoot() throws EvidenceException {
        TrustedChain chain = chain(middle(), root());
        assertSame(chain, validate(leaf(), chain));
        validate(new TestLeaf(LEAF_KEYS).named("signer", "root").issuedBy(ROOT_KEYS), chain(root()));
    }

    @Test
    void aNameWithoutTheKeyDoesNotCount() {
        TrustedChain chain = chain(middle(), root());
        refuses(Reason.CERTIFICATE_UNTRUSTED, leaf().issuedBy(LEAF_KEYS), chain);
        refuses(Reason.CERTIFICATE_UNTRUSTED, leaf(), chain(middle().issuedBy(LEAF_KEYS), root()));
        refuses(Reason.CERTIFICATE_UNTRUSTED, leaf().named("signer", "other"), chain);
        refuses(Reason.CERTIFICATE_UNTRUSTED, leaf());
    }

    @Test
    void everyCertificateWasValid() throws EvidenceException {
        Instant after = TIME.plusSeconds(1);
        Instant before = TIME.minusSeconds(1);
        Instant late = Instant.parse("2036-01-01T00:00:00Z");
        EvidenceException e =
                refuses(Reason.CERTIFICATE_EXPIRED, leaf().valid(Instant.EPOCH, before), chain(middle(), root()));
        assertTrue(
                String.valueOf(e.getMessage()).contains("valid from 1970-01-01T00:00:00Z to " + before),
                e.getMessage());
        refuses(Reason.CERTIFICATE_EXPIRED, leaf().valid(after, late), chain(middle(), root()));
        refuses(Reason.CERTIFICATE_EXPIRED, leaf(), chain(middle().valid(Instant.EPOCH, before), root()));
        refuses(Reason.CERTIFICATE_EXPIRED, leaf(), chain(middle(), root().valid(Instant.EPOCH, before)));
        refuses(Reason.CERTIFICATE_EXPIRED, leaf(), chain(middle(), root().valid(after, late)));
        validate(leaf().valid(TIME, TIME), chain(middle().valid(TIME, TIME), root().valid(TIME, TIME)));
    }

    @Test
    void everyTimeOfTheSignatureCounts() throws EvidenceException {
        LeafCertificate certificate =
                LeafCertificate.parse(leaf().valid(TIME, TIME).der());
        EvidenceException e = assertThrows(
                EvidenceException.class,
                () -> CertificatePath.validate(
                        certificate, List.of(chain(middle(), root())), List.of(TIME, TIME.plusSeconds(1))));
        assertEquals(Reason.CERTIFICATE_EXPIRED, e.reason());
    }

    @Test
    void theAuthorityWasTrusted() throws EvidenceException {
        validate(leaf(), chain(new Validity(TIME, TIME), middle(), root()));
        refuses(Reason.CERTIFICATE_EXPIRED, leaf(), chain(new Validity(TIME.plusSeconds(1), null), middle(), root()));
    }

    @Test
    void onlyAnAuthorityIssuesCertificates() {
        TestLeaf byRoot = new TestLeaf(LEAF_KEYS).named("signer", "root").issuedBy(ROOT_KEYS);
        refuses(Reason.CERTIFICATE_INVALID, byRoot, chain(root().without(Extension.basicConstraints)));
        refuses(
                Reason.CERTIFICATE_INVALID,
                byRoot,
                chain(root().with(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature))));
        refuses(Reason.CERTIFICATE_INVALID, leaf(), chain(middle().without(Extension.basicConstraints), root()));
        refuses(
                Reason.CERTIFICATE_INVALID,
                leaf(),
                chain(middle().with(Extension.keyUsage, new KeyUsage(KeyUsage.cRLSign)), root()));
        refuses(
                Reason.CERTIFICATE_INVALID,
                leaf().issuedBy(LEAF_KEYS).named("signer", "lower"),
                chain(
                        new TestLeaf(LEAF_KEYS)
                                .named("lower", "middle")
                                .issuedBy(MIDDLE_KEYS)
                                .authority(0),
                        middle(),
                        root()));
    }

    @Test
    void anAuthorityMayIssueForCodeSigningUnlessItIsLimited() throws EvidenceException {
        validate(leaf(), chain(middle().without(Extension.extendedKeyUsage), root().without(Extension.keyUsage)));
        validate(
                leaf(),
                chain(
                        middle().with(
                                        Extension.extendedKeyUsage,
                                        new ExtendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage)),
                        root()));
        TestLeaf[] limited = {
            middle().with(Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
            root().with(Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping))
        };
        refuses(Reason.CERTIFICATE_INVALID, leaf(), chain(limited[0], root()));
        refuses(Reason.CERTIFICATE_INVALID, leaf(), chain(middle(), limited[1]));
    }

    @Test
    void oneOfSeveralAuthoritiesOfANameIsEnoughAndTheNearestSaysWhy() throws EvidenceException {
        TrustedChain stranger = chain(middle().issuedBy(LEAF_KEYS), root());
        TrustedChain retired = chain(new Validity(null, TIME.minusSeconds(1)), middle(), root());
        TrustedChain good = chain(middle(), root());
        assertSame(good, validate(leaf(), stranger, retired, good));
        refuses(Reason.CERTIFICATE_EXPIRED, leaf(), stranger, retired);
        refuses(Reason.CERTIFICATE_EXPIRED, leaf(), retired, stranger);
    }
}
