package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Verifies signatures whose algorithm an AlgorithmIdentifier names (RFC 5754, RFC 4056, RFC 8419). */
final class CmsSignature {
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private CmsSignature() {}

    /**
     * {@return whether the signature is one of the key over the message}
     *
     * @param algorithm the AlgorithmIdentifier of the signature
     * @param digest the hash of the content, which {@code rsaEncryption} signs by
     * @throws EvidenceException if the algorithm is unsupported, or not one of the key's kind
     */
    static boolean verify(PublicKey key, ASN1Sequence algorithm, TimestampHash digest, byte[] message, byte[] signature)
            throws EvidenceException {
        Elements elements = Elements.of(algorithm, "AlgorithmIdentifier");
        ASN1ObjectIdentifier name = elements.next(ASN1ObjectIdentifier.class);
        if (name.equals(PKCSObjectIdentifiers.id_RSASSA_PSS) && key instanceof RSAPublicKey rsa) {
            ASN1Sequence parameters = elements.next(ASN1Sequence.class);
            elements.end();
            return PlainSignatures.verifyPss(rsa, pssHash(parameters), List.of(message), signature);
        }
        elements.optional(ASN1Null.class);
        elements.end();
        Optional<Hash> hash = Optional.empty();
        if (key instanceof RSAPublicKey) {
            hash = rsaHash(name, digest);
        } else if (key instanceof ECPublicKey) {
            hash = ecdsaHash(name);
        } else if (key instanceof EdECPublicKey && name.equals(ED25519)) {
            hash = Optional.of(Hash.SHA512);
        }
        Hash found = hash.orElseThrow(() -> new EvidenceException(
                Reason.UNSUPPORTED, "the signature algorithm " + name + " with a key of " + key.getAlgorithm()));
        return PlainSignatures.verify(key, found, message, signature);
    }

    private static Optional<Hash> rsaHash(ASN1ObjectIdentifier name, TimestampHash digest) {
        if (name.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return Optional.of(digest.forSignatures());
        } else if (name.equals(PKCSObjectIdentifiers.sha256WithRSAEncryption)) {
            return Optional.of(Hash.SHA256);
        } else if (name.equals(PKCSObjectIdentifiers.sha384WithRSAEncryption)) {
            return Optional.of(Hash.SHA384);
        } else if (name.equals(PKCSObjectIdentifiers.sha512WithRSAEncryption)) {
            return Optional.of(Hash.SHA512);
        }
        return Optional.empty();
    }

    private static Optional<Hash> ecdsaHash(ASN1ObjectIdentifier name) {
        if (name.equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
            return Optional.of(Hash.SHA256);
        } else if (name.equals(X9ObjectIdentifiers.ecdsa_with_SHA384)) {
            return Optional.of(Hash.SHA384);
        } else if (name.equals(X9ObjectIdentifiers.ecdsa_with_SHA512)) {
            return Optional.of(Hash.SHA512);
        }
        return Optional.empty();
    }

    private static Hash pssHash(ASN1Sequence sequence) throws EvidenceException {
        RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(sequence);
        TimestampHash hash =
                TimestampHash.of(sequence(parameters.getHashAlgorithm().toASN1Primitive()));
        ASN1Encodable mask = parameters.getMaskGenAlgorithm().getParameters();
        boolean sameMask = parameters.getMaskGenAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
                && mask != null
                && TimestampHash.of(sequence(mask.toASN1Primitive())) == hash;
        Hash found = hash.forSignatures();
        if (!sameMask
                || !parameters.getSaltLength().equals(BigInteger.valueOf(found.length()))
                || !parameters.getTrailerField().equals(BigInteger.ONE)) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED, "RSASSA-PSS with other parameters than MGF1 by its hash and a salt as long");
        }
        return found;
    }

    private static ASN1Sequence sequence(ASN1Primitive primitive) throws EvidenceException {
        return Elements.cast(primitive, ASN1Sequence.class, "AlgorithmIdentifier");
    }
}
