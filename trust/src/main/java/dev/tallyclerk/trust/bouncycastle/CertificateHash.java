package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.crypto.digests.SHA1Digest;

/**
 * The certificate that signed, as a signed attribute names it: the first of SigningCertificate (RFC 2634, 5.4) or
 * SigningCertificateV2 (RFC 5035, 3).
 *
 * @param hash the hash, empty for the SHA-1 of the older form
 * @param value the hash of the certificate
 * @param issuerAndSerial its issuer and serial number, if stated
 */
record CertificateHash(Optional<TimestampHash> hash, ASN1OctetString value, Optional<ASN1Sequence> issuerAndSerial) {
    /**
     * {@return the first certificate of the attribute}
     *
     * @param isSecondForm whether it is a SigningCertificateV2
     */
    static CertificateHash read(ASN1Encodable attribute, boolean isSecondForm) throws EvidenceException {
        Elements list = Elements.of(attribute, "SigningCertificate");
        Elements certificates = Elements.of(list.next(ASN1Sequence.class), "SigningCertificate");
        // Policies, of which a verifier knows none.
        list.optional(ASN1Sequence.class);
        list.end();
        Elements first = Elements.of(certificates.next(ASN1Sequence.class), "ESSCertID");
        Optional<TimestampHash> hash = Optional.empty();
        if (isSecondForm) {
            Optional<ASN1Sequence> algorithm = first.optional(ASN1Sequence.class);
            hash = Optional.of(algorithm.isPresent() ? TimestampHash.of(algorithm.get()) : TimestampHash.SHA256);
        }
        ASN1OctetString value = first.next(ASN1OctetString.class);
        Optional<ASN1Sequence> issuerAndSerial = first.optional(ASN1Sequence.class);
        first.end();
        return new CertificateHash(hash, value, issuerAndSerial);
    }

    boolean matches(X509Certificate certificate) throws EvidenceException, IOException {
        byte[] encoded;
        try {
            encoded = certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "a certificate that cannot be encoded", e);
        }
        byte[] actual = hash.isPresent() ? hash.get().of(encoded) : sha1(encoded);
        return Arrays.equals(actual, value.getOctets())
                && (issuerAndSerial.isEmpty() || isFrom(issuerAndSerial.get(), certificate));
    }

    private static boolean isFrom(ASN1Sequence issuerAndSerial, X509Certificate certificate)
            throws EvidenceException, IOException {
        Elements elements = Elements.of(issuerAndSerial, "IssuerSerial");
        ASN1Sequence names = elements.next(ASN1Sequence.class);
        ASN1Integer serial = elements.next(ASN1Integer.class);
        elements.end();
        if (!serial.getValue().equals(certificate.getSerialNumber()) || names.size() != 1) {
            return false;
        }
        GeneralName name = GeneralName.getInstance(names.getObjectAt(0));
        return name.getTagNo() == GeneralName.directoryName
                && new X500Principal(name.getName().toASN1Primitive().getEncoded(ASN1Encoding.DER))
                        .equals(certificate.getIssuerX500Principal());
    }

    /** Names a certificate whose key is checked anyway, so that a collision wins nothing. */
    private static byte[] sha1(byte[] bytes) {
        SHA1Digest hash = new SHA1Digest();
        hash.update(bytes, 0, bytes.length);
        byte[] out = new byte[hash.getDigestSize()];
        hash.doFinal(out, 0);
        return out;
    }
}
