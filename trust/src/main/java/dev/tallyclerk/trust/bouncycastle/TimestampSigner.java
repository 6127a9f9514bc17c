package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/**
 * The signer of a timestamp (RFC 5652, 5.3, SignerInfo), with signed attributes, which RFC 3161 demands.
 *
 * @param id which certificate it names: an issuer with a serial number, or a key identifier
 * @param digest the hash of the content
 * @param attributes the signed attributes, each with its only value
 * @param signed the encoding of the attributes, over which the signature is
 * @param algorithm the algorithm of the signature
 * @param signature the signature
 */
record TimestampSigner(
        SignerName id,
        TimestampHash digest,
        Map<ASN1ObjectIdentifier, ASN1Encodable> attributes,
        ASN1Set signed,
        ASN1Sequence algorithm,
        ASN1OctetString signature) {
    private static final int MAX_ATTRIBUTES = 64;

    static TimestampSigner read(ASN1Encodable signer) throws EvidenceException, IOException {
        Elements info = Elements.of(signer, "SignerInfo");
        int version = Elements.smallNumber(info.next(ASN1Integer.class));
        SignerName id = SignerName.read(info);
        if (version != id.version()) {
            throw Elements.malformed("SignerInfo of version " + version + "; wanted " + id.version());
        }
        TimestampHash digest = TimestampHash.of(info.next(ASN1Sequence.class));
        ASN1TaggedObject attributes = info.tagged(0)
                .orElseThrow(() ->
                        new EvidenceException(Reason.TIMESTAMP_INVALID, "the timestamp has no signed attributes"));
        ASN1Set signed = ASN1Set.getInstance(attributes, false);
        ASN1Sequence algorithm = info.next(ASN1Sequence.class);
        ASN1OctetString signature = info.next(ASN1OctetString.class);
        info.tagged(1);
        info.end();
        return new TimestampSigner(id, digest, attributes(signed), signed, algorithm, signature);
    }

    private static Map<ASN1ObjectIdentifier, ASN1Encodable> attributes(ASN1Set set) throws EvidenceException {
        if (set.size() > MAX_ATTRIBUTES) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "a timestamp with " + set.size() + " attributes; at most " + MAX_ATTRIBUTES);
        }
        Map<ASN1ObjectIdentifier, ASN1Encodable> attributes = new LinkedHashMap<>();
        for (ASN1Encodable element : set) {
            Elements attribute = Elements.of(element, "Attribute");
            ASN1ObjectIdentifier type = attribute.next(ASN1ObjectIdentifier.class);
            ASN1Set values = attribute.next(ASN1Set.class);
            attribute.end();
            if (values.size() != 1 || attributes.put(type, values.getObjectAt(0)) != null) {
                throw Elements.malformed("the signed attribute " + type + " has not exactly one value");
            }
        }
        return attributes;
    }

    /**
     * {@return the certificate that the signer names, by its name and by the hash in the signed attributes}
     *
     * @throws EvidenceException if it is not there, or the hash is of another one
     */
    X509Certificate certificateAmong(List<X509Certificate> certificates) throws EvidenceException, IOException {
        List<CertificateHash> hashes = hashes();
        boolean named = false;
        for (X509Certificate certificate : certificates) {
            if (id.matches(certificate)) {
                named = true;
                boolean bound = true;
                for (CertificateHash hash : hashes) {
                    bound &= hash.matches(certificate);
                }
                if (bound) {
                    return certificate;
                }
            }
        }
        throw named
                ? new EvidenceException(
                        Reason.TIMESTAMP_INVALID, "the timestamp's signed attributes name another certificate")
                : new EvidenceException(
                        Reason.CERTIFICATE_UNTRUSTED,
                        "the certificate that signed the timestamp is neither in it nor among the trusted ones");
    }

    /** RFC 3161, 2.4.2, and RFC 5816, 2.2.1: the certificate's hash is a signed attribute, in one form or in both. */
    private List<CertificateHash> hashes() throws EvidenceException {
        List<CertificateHash> hashes = new ArrayList<>();
        ASN1Encodable old = attributes.get(PKCSObjectIdentifiers.id_aa_signingCertificate);
        if (old != null) {
            hashes.add(CertificateHash.read(old, false));
        }
        ASN1Encodable current = attributes.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        if (current != null) {
            hashes.add(CertificateHash.read(current, true));
        }
        if (hashes.isEmpty()) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "the timestamp has no signed attribute signing-certificate");
        }
        return hashes;
    }

    /**
     * Checks the signed attributes and the signature.
     *
     * @throws EvidenceException if the signature is not one of the certificate's key over the content
     */
    void verify(X509Certificate certificate, byte[] content) throws EvidenceException, IOException {
        ASN1Encodable type = attributes.get(PKCSObjectIdentifiers.pkcs_9_at_contentType);
        if (type == null || !PKCSObjectIdentifiers.id_ct_TSTInfo.equals(type.toASN1Primitive())) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "the signed attributes of the timestamp name another type of content");
        }
        ASN1Encodable hash = attributes.get(PKCSObjectIdentifiers.pkcs_9_at_messageDigest);
        if (hash == null
                || !Arrays.equals(
                        digest.of(content),
                        Elements.cast(hash, ASN1OctetString.class, "messageDigest")
                                .getOctets())) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID,
                    "the signed attributes of the timestamp have the hash of another content");
        }
        Optional<String> weakness = PlainSignatures.weakness(certificate.getPublicKey());
        if (weakness.isPresent()) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID, "the certificate of the timestamp has " + weakness.get());
        }
        // RFC 5652, 5.4: the signature is over a SET in DER, and not over the tag [0] of the message.
        byte[] message = signed.getEncoded(ASN1Encoding.DER);
        if (!CmsSignature.verify(certificate.getPublicKey(), algorithm, digest, message, signature.getOctets())) {
            throw new EvidenceException(Reason.TIMESTAMP_INVALID, "the signature of the timestamp is wrong");
        }
    }
}
