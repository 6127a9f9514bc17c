package dev.tallyclerk.trust.internal.signature;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Signatures whose algorithm an AlgorithmIdentifier names (RFC 5754, RFC 4055, RFC 8410). */
public final class NamedSignature {
    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final String ED25519 = "1.3.101.112";
    private static final int NULL = 0x05;

    private NamedSignature() {}

    /**
     * {@return whether a signature is one of the key over the message}
     *
     * @param algorithm the AlgorithmIdentifier in DER
     * @throws EvidenceException if the algorithm is malformed, unsupported, or not for the key
     */
    public static boolean verify(PublicKey key, byte[] algorithm, byte[] message, byte[] signature)
            throws EvidenceException {
        DerReader whole = DerReader.of(algorithm);
        DerReader parts = whole.enter(DerReader.SEQUENCE);
        whole.end();
        String name = parts.identifier();
        if (name.equals(RSASSA_PSS) && key instanceof RSAPublicKey rsa) {
            byte[] parameters = parts.encoded(DerReader.SEQUENCE);
            parts.end();
            return PlainSignatures.verifyPss(rsa, pssHash(parameters), List.of(message), signature);
        }
        if (parts.tag() == NULL) {
            parts.content(NULL);
        }
        parts.end();
        Hash hash = hash(name, key)
                .orElseThrow(() -> new EvidenceException(
                        Reason.UNSUPPORTED,
                        "the signature algorithm " + name + " with a key of " + key.getAlgorithm()));
        return PlainSignatures.verify(key, hash, message, signature);
    }

    private static Optional<Hash> hash(String name, PublicKey key) {
        Hash hash = null;
        if (key instanceof RSAPublicKey) {
            hash = switch (name) {
                case "1.2.840.113549.1.1.11" -> Hash.SHA256;
                case "1.2.840.113549.1.1.12" -> Hash.SHA384;
                case "1.2.840.113549.1.1.13" -> Hash.SHA512;
                default -> null;
            };
        } else if (key instanceof ECPublicKey) {
            hash = switch (name) {
                case "1.2.840.10045.4.3.2" -> Hash.SHA256;
                case "1.2.840.10045.4.3.3" -> Hash.SHA384;
                case "1.2.840.10045.4.3.4" -> Hash.SHA512;
                default -> null;
            };
        } else if (key instanceof EdECPublicKey && name.equals(ED25519)) {
            hash = Hash.SHA512;
        }
        return Optional.ofNullable(hash);
    }

    private static Hash pssHash(byte[] encoded) throws EvidenceException {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(encoded);
            PSSParameterSpec spec = parameters.getParameterSpec(PSSParameterSpec.class);
            Optional<Hash> hash = Arrays.stream(Hash.values())
                    .filter(known -> known.algorithm().equals(spec.getDigestAlgorithm()))
                    .findFirst();
            if (hash.isPresent()
                    && spec.getMGFParameters() instanceof MGF1ParameterSpec mask
                    && mask.getDigestAlgorithm().equals(spec.getDigestAlgorithm())
                    && spec.getSaltLength() == hash.get().length()
                    && spec.getTrailerField() == PSSParameterSpec.TRAILER_FIELD_BC) {
                return hash.get();
            }
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new EvidenceException(Reason.MALFORMED, "the parameters of RSASSA-PSS cannot be read", e);
        }
        throw new EvidenceException(
                Reason.UNSUPPORTED, "RSASSA-PSS with other parameters than MGF1 by its hash and a salt as long");
    }
}
