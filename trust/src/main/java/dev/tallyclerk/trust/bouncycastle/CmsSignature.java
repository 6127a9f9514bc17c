package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.signature.NamedSignature;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.io.IOException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/** Verifies the signatures of CMS, where {@code rsaEncryption} stands for any hash (RFC 3370, 3.2). */
final class CmsSignature {
    private CmsSignature() {}

    /**
     * {@return whether the signature is one of the key over the message}
     *
     * @param algorithm the AlgorithmIdentifier of the signature
     * @param digest the hash of the content, which {@code rsaEncryption} signs by
     * @throws EvidenceException if the algorithm is unsupported, or not one of the key's kind
     */
    static boolean verify(PublicKey key, ASN1Sequence algorithm, TimestampHash digest, byte[] message, byte[] signature)
            throws EvidenceException, IOException {
        Elements elements = Elements.of(algorithm, "AlgorithmIdentifier");
        ASN1ObjectIdentifier name = elements.next(ASN1ObjectIdentifier.class);
        if (name.equals(PKCSObjectIdentifiers.rsaEncryption) && key instanceof RSAPublicKey) {
            elements.optional(ASN1Null.class);
            elements.end();
            return PlainSignatures.verify(key, digest.forSignatures(), message, signature);
        }
        return NamedSignature.verify(key, algorithm.getEncoded(ASN1Encoding.DL), message, signature);
    }
}
