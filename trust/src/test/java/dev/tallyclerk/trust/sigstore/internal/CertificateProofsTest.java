package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.junit.jupiter.api.Test;

class CertificateProofsTest {
    private static final Instant TIME = Instant.parse("2026-03-14T09:20:01Z");
    private static final int ECDSA = 3;
    private static final int RSA = 1;
    private static final KeyPair KEYS = keys("EC", 256);
    private static final KeyPair LOG_KEYS = keys("EC", 256);
    private static final KeyPair OTHER_LOG_KEYS = keys("EC", 256);
    private static final TrustedLog LOG = log(LOG_KEYS, "one", Validity.ALWAYS);
    private static final TrustedLog OTHER_LOG = log(OTHER_LOG_KEYS, "other", Validity.ALWAYS);
    private static final X509Certificate ISSUER = issuer();

    private static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate issuer() {
        try {
            return Encodings.certificate(
                    new TestLeaf(keys("EC", 384)).authority(0).der());
        } catch (EvidenceException e) {
            throw new AssertionError(e);
        }
    }

    private static TrustedLog log(KeyPair keys, String operator, Validity validity) {
        return log(keys, operator, validity, Hash.SHA256);
    }

    private static TrustedLog log(KeyPair keys, String operator, Validity validity, Hash hash) {
        String id = Digest.sha256Of(keys.getPublic().getEncoded()).encoded();
        return new TrustedLog(id, id.substring(0, 8), "", operator, keys.getPublic(), hash, validity);
    }

    private static TestLeaf leaf() {
        return new TestLeaf(KEYS);
    }

    /** A signed certificate timestamp as a log writes it (RFC 6962, 3.2), to be changed by a test. */
    private static final class Sct {
        private final KeyPair keys;
        private int version;
        private long millis = TIME.toEpochMilli();
        private byte[] extensions = new byte[0];
        private int hash = 4;
        private int algorithm = ECDSA;
        private byte[] more = new byte[0];
        private TestLeaf leaf = leaf();

        Sct(KeyPair keys) {
            this.keys = keys;
        }

        private byte[] signed(byte[] tbs) throws GeneralSecurityException {
            byte[] issuerKey = ISSUER.getPublicKey().getEncoded();
            byte[] issuerHash =
                    HexFormat.of().parseHex(Digest.sha256Of(issuerKey).encoded());
            return ByteBuffer.allocate(17 + 32 + tbs.length + extensions.length)
                    .putShort((short) 0)
                    .putLong(millis)
                    .putShort((short) 1)
                    .put(issuerHash)
                    .put((byte) (tbs.length >> 16))
                    .putShort((short) tbs.length)
                    .put(tbs)
                    .putShort((short) extensions.length)
                    .put(extensions)
                    .array();
        }

        byte[] encoded() throws GeneralSecurityException {
            Signature signer = Signature.getInstance(
                    keys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            signer.initSign(keys.getPrivate());
            signer.update(signed(leaf.tbs()));
            byte[] signature = signer.sign();
            String id = Digest.sha256Of(keys.getPublic().getEncoded()).encoded();
            return ByteBuffer.allocate(1 + 32 + 8 + 2 + extensions.length + 4 + signature.length + more.length)
                    .put((byte) version)
                    .put(HexFormat.of().parseHex(id))
                    .putLong(millis)
                    .putShort((short) extensions.length)
                    .put(extensions)
                    .put((byte) hash)
                    .put((byte) algorithm)
                    .putShort((short) signature.length)
                    .put(signature)
                    .put(more)
                    .array();
        }
    }

    private static byte[] prefixed(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part.length >> 8);
            all.write(part.length);
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] list(byte[]... scts) {
        return prefixed(prefixed(scts));
    }

    private static void verify(byte[] list, int threshold, TrustedLog... logs) throws EvidenceException {
        LeafCertificate certificate = LeafCertificate.parse(leaf().scts(list).der());
        CertificateProofs.verify(certificate, ISSUER, List.of(logs), threshold);
    }

    private static void refuses(Reason reason, byte[] list, int threshold, TrustedLog... logs) {
        EvidenceException e = assertThrows(EvidenceException.class, () -> verify(list, threshold, logs));
        assertEquals(reason, e.reason(), e.getMessage());
    }

    @Test
    void aProofOfATrustedLogCounts() throws EvidenceException, GeneralSecurityException {
        verify(list(new Sct(LOG_KEYS).encoded()), 1, OTHER_LOG, LOG);
        Sct extended = new Sct(LOG_KEYS);
        extended.extensions = new byte[] {1, 2, 3};
        verify(list(extended.encoded()), 1, LOG);
        KeyPair rsa = keys("RSA", 2_048);
        Sct byRsa = new Sct(rsa);
        byRsa.algorithm = RSA;
        verify(list(byRsa.encoded()), 1, log(rsa, "rsa", Validity.ALWAYS));
    }

    /** The length of the certificate is signed in three bytes. */
    @Test
    void aProofIsForTheWholeOfALargeCertificate() throws EvidenceException, GeneralSecurityException {
        ASN1ObjectIdentifier other = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
        TestLeaf large = leaf().with(other, new byte[70_000]);
        Sct sct = new Sct(LOG_KEYS);
        sct.leaf = large;
        byte[] list = list(sct.encoded());
        LeafCertificate certificate = LeafCertificate.parse(large.scts(list).der());
        CertificateProofs.verify(certificate, ISSUER, List.of(LOG), 1);
        refuses(Reason.SCT_INVALID, list, 0, LOG);
    }

    @Test
    void proofsAreWaivedByTheThresholdOnly() throws EvidenceException {
        LeafCertificate without = LeafCertificate.parse(leaf().der());
        CertificateProofs.verify(without, ISSUER, List.of(LOG), 0);
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> CertificateProofs.verify(without, ISSUER, List.of(LOG), 1));
        assertEquals(Reason.SCT_INVALID, e.reason());
    }

    @Test
    void aProofOfAnUnknownLogOrVersionDoesNotCount() throws EvidenceException, GeneralSecurityException {
        byte[] unknown = list(new Sct(OTHER_LOG_KEYS).encoded());
        refuses(Reason.SCT_INVALID, unknown, 1, LOG);
        verify(unknown, 0, LOG);
        Sct second = new Sct(LOG_KEYS);
        second.version = 1;
        refuses(Reason.SCT_INVALID, list(second.encoded()), 1, LOG);
        verify(list(second.encoded(), new Sct(LOG_KEYS).encoded()), 1, LOG);
    }

    @Test
    void aWrongProofOfATrustedLogIsRefusedWhateverTheThreshold() throws GeneralSecurityException {
        byte[] good = new Sct(LOG_KEYS).encoded();
        byte[] later = good.clone();
        later[40] ^= 1;
        byte[] broken = good.clone();
        broken[broken.length - 1] ^= 1;
        for (byte[] wrong : List.of(later, broken)) {
            for (int threshold = 0; threshold < 2; threshold++) {
                refuses(Reason.SCT_INVALID, list(wrong), threshold, LOG);
                refuses(Reason.SCT_INVALID, list(good, wrong), threshold, LOG);
            }
        }
    }

    @Test
    void theProofIsForTheIssuerOfTheCertificate() throws EvidenceException, GeneralSecurityException {
        byte[] list = list(new Sct(LOG_KEYS).encoded());
        LeafCertificate certificate = LeafCertificate.parse(leaf().scts(list).der());
        X509Certificate other =
                Encodings.certificate(new TestLeaf(keys("EC", 384)).authority(0).der());
        EvidenceException e = assertThrows(
                EvidenceException.class, () -> CertificateProofs.verify(certificate, other, List.of(LOG), 1));
        assertEquals(Reason.SCT_INVALID, e.reason());
    }

    @Test
    void theAlgorithmIsTheOneOfTheKeyWithSha256() throws EvidenceException, GeneralSecurityException {
        KeyPair rsa = keys("RSA", 2_048);
        Sct asEcdsa = new Sct(rsa);
        refuses(Reason.SCT_INVALID, list(asEcdsa.encoded()), 1, log(rsa, "rsa", Validity.ALWAYS));
        Sct asRsa = new Sct(LOG_KEYS);
        asRsa.algorithm = RSA;
        refuses(Reason.SCT_INVALID, list(asRsa.encoded()), 1, LOG);
        Sct otherHash = new Sct(LOG_KEYS);
        otherHash.hash = 5;
        refuses(Reason.SCT_INVALID, list(otherHash.encoded()), 1, LOG);
        refuses(
                Reason.SCT_INVALID,
                list(new Sct(LOG_KEYS).encoded()),
                1,
                log(LOG_KEYS, "one", Validity.ALWAYS, Hash.SHA384));
    }

    @Test
    void theLogWasTrustedAtTheTimeOfTheProof() throws EvidenceException, GeneralSecurityException {
        byte[] list = list(new Sct(LOG_KEYS).encoded());
        verify(list, 1, log(LOG_KEYS, "one", new Validity(TIME, TIME)));
        refuses(Reason.SCT_INVALID, list, 1, log(LOG_KEYS, "one", new Validity(TIME.plusMillis(1), null)));
        refuses(Reason.SCT_INVALID, list, 1, log(LOG_KEYS, "one", new Validity(null, TIME.minusMillis(1))));
        verify(list, 0, log(LOG_KEYS, "one", new Validity(null, TIME.minusMillis(1))));
    }

    @Test
    void logsOfOneOperatorCountOnce() throws EvidenceException, GeneralSecurityException {
        byte[] both = list(new Sct(LOG_KEYS).encoded(), new Sct(OTHER_LOG_KEYS).encoded());
        verify(both, 2, LOG, OTHER_LOG);
        refuses(Reason.THRESHOLD_NOT_MET, both, 3, LOG, OTHER_LOG);
        refuses(Reason.THRESHOLD_NOT_MET, both, 2, LOG, log(OTHER_LOG_KEYS, "one", Validity.ALWAYS));
        byte[] same = list(new Sct(LOG_KEYS).encoded(), new Sct(LOG_KEYS).encoded());
        refuses(Reason.THRESHOLD_NOT_MET, same, 2, LOG, OTHER_LOG);
    }

    @Test
    void aListHasFrom1To32Proofs() throws EvidenceException, GeneralSecurityException {
        byte[] unknown = new Sct(OTHER_LOG_KEYS).encoded();
        byte[][] many = Collections.nCopies(32, unknown).toArray(byte[][]::new);
        verify(list(many), 0, LOG);
        byte[][] more = Arrays.copyOf(many, 33);
        more[32] = unknown;
        refuses(Reason.LIMIT_EXCEEDED, list(more), 0, LOG);
        refuses(Reason.SCT_INVALID, list(), 0, LOG);
    }

    @Test
    void refusesBytesAfterAProofAndAfterTheList() throws EvidenceException, GeneralSecurityException {
        Sct longer = new Sct(LOG_KEYS);
        longer.more = new byte[1];
        refuses(Reason.SCT_INVALID, list(longer.encoded()), 0, LOG);
        byte[] list = list(new Sct(LOG_KEYS).encoded());
        refuses(Reason.SCT_INVALID, Arrays.copyOf(list, list.length + 1), 0, LOG);
    }

    @Test
    void refusesAListThatEndsTooEarly() throws GeneralSecurityException {
        byte[] list = list(new Sct(LOG_KEYS).encoded());
        for (int length = 0; length < list.length; length++) {
            refuses(Reason.SCT_INVALID, Arrays.copyOf(list, length), 0, LOG);
        }
        byte[] sct = new Sct(LOG_KEYS).encoded();
        for (int length = 1; length < sct.length; length++) {
            refuses(Reason.SCT_INVALID, list(Arrays.copyOf(sct, length)), 0, LOG);
        }
        refuses(Reason.SCT_INVALID, list(new byte[0]), 0, LOG);
    }

    @Test
    void refusesAProofOfAnImpossibleTime() throws EvidenceException, GeneralSecurityException {
        Sct early = new Sct(LOG_KEYS);
        early.millis = -1;
        refuses(Reason.SCT_INVALID, list(early.encoded()), 0, OTHER_LOG);
        early.millis = 0;
        verify(list(early.encoded()), 1, LOG);
        early.millis = Long.MAX_VALUE;
        verify(list(early.encoded()), 1, LOG);
    }
}
