package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHA1Digest;

/**
 * A certificate as OCSP names it (RFC 6960, 4.1.1, CertID), by SHA-1.
 *
 * <p>SHA-1 is enough here: a collision needs two certificates of one serial number by issuers whose names or keys
 * collide.
 */
record OcspName(ASN1OctetString issuerName, ASN1OctetString issuerKey, BigInteger serial) {
    private static final ASN1ObjectIdentifier SHA1 = new ASN1ObjectIdentifier("1.3.14.3.2.26");

    static OcspName of(X509Certificate certificate, X509Certificate issuer) {
        return new OcspName(
                new DEROctetString(sha1(issuer.getSubjectX500Principal().getEncoded())),
                new DEROctetString(keyHash(issuer)),
                certificate.getSerialNumber());
    }

    /** {@return the SHA-1 of the key without its algorithm} */
    static byte[] keyHash(X509Certificate certificate) {
        return sha1(SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded())
                .getPublicKeyData()
                .getOctets());
    }

    CertID encoded() {
        return new CertID(
                new AlgorithmIdentifier(SHA1, DERNull.INSTANCE), issuerName, issuerKey, new ASN1Integer(serial));
    }

    /** {@return whether a CertID of an answer is this one} */
    boolean isNamedBy(ASN1Sequence name) throws EvidenceException {
        Elements parts = Elements.of(name, "CertID");
        Elements algorithm = Elements.of(parts.next(ASN1Sequence.class), "AlgorithmIdentifier");
        ASN1ObjectIdentifier hash = algorithm.next(ASN1ObjectIdentifier.class);
        algorithm.optional(ASN1Null.class);
        algorithm.end();
        ASN1OctetString nameHash = parts.next(ASN1OctetString.class);
        ASN1OctetString key = parts.next(ASN1OctetString.class);
        BigInteger number = parts.next(ASN1Integer.class).getValue();
        parts.end();
        return hash.equals(SHA1)
                && Arrays.equals(nameHash.getOctets(), issuerName.getOctets())
                && Arrays.equals(key.getOctets(), issuerKey.getOctets())
                && number.equals(serial);
    }

    private static byte[] sha1(byte[] bytes) {
        SHA1Digest hash = new SHA1Digest();
        hash.update(bytes, 0, bytes.length);
        byte[] out = new byte[hash.getDigestSize()];
        hash.doFinal(out, 0);
        return out;
    }
}
