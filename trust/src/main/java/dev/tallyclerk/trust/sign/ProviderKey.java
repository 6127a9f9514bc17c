package dev.tallyclerk.trust.sign;

import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/** A key of a security provider of Java. Immutable. */
final class ProviderKey implements SigningKey {
    private static final byte[] PROBE = "Do the halves belong together?".getBytes(StandardCharsets.UTF_8);

    private final PrivateKey key;
    private final TrustedKey publicKey;
    private final @Nullable Provider provider;

    private ProviderKey(PrivateKey key, TrustedKey publicKey, @Nullable Provider provider) {
        this.key = key;
        this.publicKey = publicKey;
        this.provider = provider;
    }

    static ProviderKey of(PrivateKey key, PublicKey publicKey, @Nullable Provider provider) throws SigningException {
        byte[] encoded = publicKey.getEncoded();
        if (encoded == null) {
            throw new SigningException(Reason.UNSUPPORTED, "the public key has no encoding");
        }
        TrustedKey trusted;
        try {
            trusted = TrustedKey.ofEncoded(encoded);
        } catch (MalformedKeyException e) {
            throw new SigningException(Reason.UNSUPPORTED, "a key that no verifier accepts: " + e.getMessage(), e);
        }
        ProviderKey made = new ProviderKey(key, trusted, provider);
        if (!isSignature(trusted.publicKey(), made.sign(PROBE))) {
            throw new SigningException(Reason.KEY_MISMATCH, "the private key is not that of the public " + trusted);
        }
        return made;
    }

    /** {@return whether a private key is that of one of the public keys: the first one, or null} */
    static @Nullable PublicKey matching(PrivateKey key, Iterable<PublicKey> candidates) throws SigningException {
        for (PublicKey candidate : candidates) {
            if (isSignature(candidate, sign(key, candidate, null, PROBE))) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean isSignature(PublicKey key, byte[] signature) {
        return PlainSignatures.verify(key, PlainSignatures.Hash.SHA256, PROBE, signature);
    }

    @Override
    public TrustedKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) throws SigningException {
        return sign(key, publicKey.publicKey(), provider, message);
    }

    @Override
    public byte[] sign(byte[] message, SignatureScheme scheme) throws SigningException {
        String wanted = keyAlgorithm(scheme);
        if (!publicKey.publicKey().getAlgorithm().startsWith(wanted)) {
            throw new SigningException(
                    Reason.UNSUPPORTED, "the " + publicKey + " does not sign in the scheme " + scheme.schemeName());
        }
        return sign(key, algorithm(scheme), parameters(scheme), provider, message);
    }

    private static String keyAlgorithm(SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> "Ed";
            case ECDSA_SHA2_NISTP256, ECDSA_SHA2_NISTP384, ECDSA_SHA2_NISTP521 -> "EC";
            case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512, RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 -> "RSA";
        };
    }

    private static String algorithm(SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> "Ed25519";
            case ECDSA_SHA2_NISTP256 -> "SHA256withECDSA";
            case ECDSA_SHA2_NISTP384 -> "SHA384withECDSA";
            case ECDSA_SHA2_NISTP521 -> "SHA512withECDSA";
            case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512 -> "RSASSA-PSS";
            case RSA_PKCS1V15_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1V15_SHA512 -> "SHA512withRSA";
        };
    }

    private static @Nullable AlgorithmParameterSpec parameters(SignatureScheme scheme) {
        return switch (scheme) {
            case RSASSA_PSS_SHA256 -> new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
            case RSASSA_PSS_SHA512 -> new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);
            default -> null;
        };
    }

    private static byte[] sign(PrivateKey key, PublicKey half, @Nullable Provider provider, byte[] message)
            throws SigningException {
        return sign(key, algorithm(half), null, provider, message);
    }

    private static byte[] sign(
            PrivateKey key,
            String algorithm,
            @Nullable AlgorithmParameterSpec parameters,
            @Nullable Provider provider,
            byte[] message)
            throws SigningException {
        try {
            Signature signature =
                    provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
            if (parameters != null) {
                signature.setParameter(parameters);
            }
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            throw new SigningException(
                    Reason.KEY_UNAVAILABLE, "the provider of the key did not sign: " + e.getMessage(), e);
        }
    }

    private static String algorithm(PublicKey half) {
        return switch (half.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
    }

    /** {@return algorithm and fingerprint of the public half} */
    @Override
    public String toString() {
        return publicKey.toString();
    }
}
