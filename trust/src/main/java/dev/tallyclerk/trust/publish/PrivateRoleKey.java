package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Objects;

/** A private key that a provider of the Java runtime can use. */
record PrivateRoleKey(VerificationKey key, PrivateKey privateKey) implements RoleKey {
    PrivateRoleKey {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(privateKey, "privateKey");
    }

    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm(key.scheme()));
        if (key.scheme() == SignatureScheme.RSASSA_PSS_SHA256) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        } else if (key.scheme() == SignatureScheme.RSASSA_PSS_SHA512) {
            signature.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));
        }
        signature.initSign(privateKey);
        signature.update(message);
        return signature.sign();
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

    /** {@return the public key; never the private one} */
    @Override
    public String toString() {
        return key.toString();
    }
}
