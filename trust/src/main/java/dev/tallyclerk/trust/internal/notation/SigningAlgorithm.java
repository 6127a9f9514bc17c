package dev.tallyclerk.trust.internal.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/**
 * The signature algorithms of Notation, each for one type and size of key.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/d4b62b9/specs/signature-specification.md">Notary
 *     Project signature specification, "Algorithm Selection"</a>
 */
public enum SigningAlgorithm {
    PS256(-37, Hash.SHA256, 2_048),
    PS384(-38, Hash.SHA384, 3_072),
    PS512(-39, Hash.SHA512, 4_096),
    ES256(-7, Hash.SHA256, 256),
    ES384(-35, Hash.SHA384, 384),
    ES512(-36, Hash.SHA512, 521);

    private final long coseNumber;
    private final Hash hash;
    private final int keyBits;

    SigningAlgorithm(long coseNumber, Hash hash, int keyBits) {
        this.coseNumber = coseNumber;
        this.hash = hash;
        this.keyBits = keyBits;
    }

    /**
     * {@return the algorithm with a JWS name}
     *
     * @throws EvidenceException if Notation does not allow it, as {@code none} and {@code HS256}
     */
    static SigningAlgorithm named(String name) throws EvidenceException {
        for (SigningAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        throw new EvidenceException(
                Reason.UNSUPPORTED, "the algorithm " + Quoted.quote(name) + " is none that Notation allows");
    }

    /**
     * {@return the algorithm with a COSE number}
     *
     * @throws EvidenceException if Notation does not allow it
     */
    static SigningAlgorithm numbered(long number) throws EvidenceException {
        for (SigningAlgorithm algorithm : values()) {
            if (algorithm.coseNumber == number) {
                return algorithm;
            }
        }
        throw new EvidenceException(
                Reason.UNSUPPORTED, "the COSE algorithm " + number + " is none that Notation allows");
    }

    /**
     * {@return the algorithm of a key}
     *
     * @throws EvidenceException if Notation allows no key of this type or size
     */
    public static SigningAlgorithm of(PublicKey key) throws EvidenceException {
        int bits = 0;
        if (key instanceof RSAPublicKey rsa && key.getAlgorithm().equals("RSA")) {
            bits = rsa.getModulus().bitLength();
        } else if (key instanceof ECPublicKey ec && PlainSignatures.curve(ec).isPresent()) {
            bits = ec.getParams().getCurve().getField().getFieldSize();
        }
        for (SigningAlgorithm algorithm : values()) {
            if (algorithm.keyBits == bits) {
                return algorithm;
            }
        }
        throw new EvidenceException(
                Reason.CERTIFICATE_INVALID,
                "the signing certificate has a key of the algorithm " + key.getAlgorithm()
                        + (bits == 0 ? "" : " with " + bits + " bits")
                        + "; Notation allows RSA with 2048, 3072 or 4096 bits, and ECDSA on P-256, P-384 or P-521");
    }

    /** {@return whether a signature by this algorithm is one of the key over the parts of a message} */
    public boolean verify(PublicKey key, List<byte[]> message, byte[] signature) {
        if (key instanceof RSAPublicKey rsa) {
            return keyBits >= 2_048 && PlainSignatures.verifyPss(rsa, hash, message, signature);
        }
        return key instanceof ECPublicKey ec
                && keyBits < 2_048
                && PlainSignatures.verifyConcatenated(ec, hash, message, signature);
    }
}
