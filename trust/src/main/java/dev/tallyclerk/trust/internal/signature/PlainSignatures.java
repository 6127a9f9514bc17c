package dev.tallyclerk.trust.internal.signature;

import dev.tallyclerk.internal.curve.NamedCurve;
import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.internal.encoding.Pkcs1Encoding;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies signatures with the providers of the Java runtime. */
public final class PlainSignatures {
    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 16_384;
    private static final int MAX_EXPONENT_BITS = 64;
    private static final List<String> CURVES = List.of("secp256r1", "secp384r1", "secp521r1");

    /** The hash of a signature. */
    public enum Hash {
        SHA256("SHA256", "SHA-256", 32),
        SHA384("SHA384", "SHA-384", 48),
        SHA512("SHA512", "SHA-512", 64);

        private final String prefix;
        private final String algorithm;
        private final int length;

        Hash(String prefix, String algorithm, int length) {
            this.prefix = prefix;
            this.algorithm = algorithm;
            this.length = length;
        }

        /** {@return the Java name, for example {@code SHA-256}} */
        public String algorithm() {
            return algorithm;
        }

        /** {@return the length in bytes} */
        public int length() {
            return length;
        }
    }

    private PlainSignatures() {}

    /** {@return why a key must not be trusted with any signature, or empty if it may be} */
    public static Optional<String> weakness(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                return Optional.of("an RSA key of " + bits + " bits; wanted 2048 to 16384");
            }
            return rsa.getPublicExponent().bitLength() > MAX_EXPONENT_BITS
                    ? Optional.of("an RSA key with an exponent of more than 64 bits")
                    : Optional.empty();
        }
        if (key instanceof ECPublicKey ec) {
            return curve(ec).isPresent()
                    ? Optional.empty()
                    : Optional.of("an elliptic curve key that is no point of P-256, P-384 or P-521");
        }
        return key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")
                ? Optional.empty()
                : Optional.of("a key of the algorithm " + key.getAlgorithm());
    }

    /** {@return the Java name of the curve, if the key is a point of P-256, P-384 or P-521} */
    public static Optional<String> curve(ECPublicKey key) {
        for (String name : CURVES) {
            try {
                NamedCurve curve = NamedCurve.of(name);
                if (curve.hasParameters(key.getParams())) {
                    return curve.hasPoint(key.getW()) ? Optional.of(name) : Optional.empty();
                }
            } catch (GeneralSecurityException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * {@return whether a signature is one of the key: ECDSA in DER, RSASSA-PKCS1-v1_5, or Ed25519}
     *
     * @param hash the hash, which Ed25519 ignores
     * @param message the signed bytes
     */
    public static boolean verify(PublicKey key, Hash hash, byte[] message, byte[] signature) {
        return verify(key, hash, List.of(message), signature);
    }

    /** {@return whether a signature is one of the key over the parts of a message, one after the other} */
    public static boolean verify(PublicKey key, Hash hash, List<byte[]> message, byte[] signature) {
        if (weakness(key).isPresent()) {
            return false;
        }
        if (key instanceof RSAPublicKey rsa) {
            byte[] whole = message.size() == 1 ? message.get(0) : joined(message);
            return Pkcs1Encoding.isExact(whole, signature, rsa, hash.algorithm())
                    && verify(hash.prefix + "withRSA", null, key, List.of(whole), signature);
        }
        if (key instanceof ECPublicKey) {
            return KeyForm.isSignature(signature) && verify(hash.prefix + "withECDSA", null, key, message, signature);
        }
        return Ed25519Encoding.isStrictSignature(signature) && verify("Ed25519", null, key, message, signature);
    }

    /**
     * {@return whether a signature is one of the key over the bytes with a digest: ECDSA in DER, or RSASSA-PKCS1-v1_5}
     *
     * <p>Ed25519 signs no digest, so such a signature never is.
     */
    public static boolean verifyDigest(PublicKey key, Hash hash, byte[] digest, byte[] signature) {
        if (weakness(key).isPresent() || digest.length != hash.length) {
            return false;
        }
        if (key instanceof RSAPublicKey rsa) {
            return Pkcs1Encoding.isExactDigest(digest, signature, rsa, hash.algorithm());
        }
        return key instanceof ECPublicKey
                && KeyForm.isSignature(signature)
                && verify("NONEwithECDSA", null, key, List.of(digest), signature);
    }

    /**
     * {@return whether a signature is an RSASSA-PSS one of the key, with MGF1 and a salt as long as the hash (RFC 7518,
     * 3.5)}
     */
    public static boolean verifyPss(RSAPublicKey key, Hash hash, List<byte[]> message, byte[] signature) {
        return weakness(key).isEmpty()
                && signature.length == (key.getModulus().bitLength() + 7) / 8
                && verify(
                        "RSASSA-PSS",
                        new PSSParameterSpec(
                                hash.algorithm,
                                "MGF1",
                                new MGF1ParameterSpec(hash.algorithm),
                                hash.length,
                                PSSParameterSpec.TRAILER_FIELD_BC),
                        key,
                        message,
                        signature);
    }

    /** {@return whether a signature is an ECDSA one of the key, as the two numbers in a row (RFC 7518, 3.4)} */
    public static boolean verifyConcatenated(ECPublicKey key, Hash hash, List<byte[]> message, byte[] signature) {
        Optional<byte[]> der = weakness(key).isPresent() ? Optional.empty() : derOfConcatenated(key, signature);
        return der.isPresent() && verify(hash.prefix + "withECDSA", null, key, message, der.get());
    }

    /** {@return a signature in DER that is given as the two numbers in a row; empty if no key of the curve makes it} */
    public static Optional<byte[]> derOfConcatenated(ECPublicKey key, byte[] signature) {
        int half = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        if (signature.length != 2 * half) {
            return Optional.empty();
        }
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, half));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, half, 2 * half));
        BigInteger order = key.getParams().getOrder();
        if (r.signum() == 0 || s.signum() == 0 || r.compareTo(order) >= 0 || s.compareTo(order) >= 0) {
            return Optional.empty();
        }
        return Optional.of(der(r, s));
    }

    private static byte[] der(BigInteger r, BigInteger s) {
        byte[] first = r.toByteArray();
        byte[] second = s.toByteArray();
        int content = 4 + first.length + second.length;
        int header = content < 0x80 ? 2 : 3;
        byte[] der = new byte[header + content];
        int at = 0;
        der[at++] = 0x30;
        if (header == 3) {
            der[at++] = (byte) 0x81;
        }
        der[at++] = (byte) content;
        for (byte[] number : List.of(first, second)) {
            der[at++] = 0x02;
            der[at++] = (byte) number.length;
            System.arraycopy(number, 0, der, at, number.length);
            at += number.length;
        }
        return der;
    }

    private static byte[] joined(List<byte[]> parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    private static boolean verify(
            String algorithm,
            @Nullable AlgorithmParameterSpec parameters,
            PublicKey key,
            List<byte[]> message,
            byte[] signature) {
        try {
            Signature check = Signature.getInstance(algorithm);
            if (parameters != null) {
                check.setParameter(parameters);
            }
            check.initVerify(key);
            for (byte[] part : message) {
                check.update(part);
            }
            return check.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Some providers answer hostile bytes with an unchecked exception.
            return false;
        }
    }
}
