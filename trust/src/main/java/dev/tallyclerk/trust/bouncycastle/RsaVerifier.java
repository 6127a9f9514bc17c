package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.internal.encoding.Pkcs1Encoding;
import dev.tallyclerk.trust.internal.encoding.PssSalt;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.OptionalInt;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.RSADigestSigner;

/** Makes verifiers for RSA keys with either padding. */
final class RsaVerifier {
    private RsaVerifier() {}

    /**
     * {@return a verifier for a key}
     *
     * @throws GeneralSecurityException if the runtime rejects the key
     * @throws IllegalArgumentException if the library rejects it
     */
    static SignatureVerifier of(VerificationKey key) throws GeneralSecurityException {
        RSAPublicKey rsa =
                (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key.encoded()));
        RSAKeyParameters parameters = new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
        String hashName = key.scheme().hashName();
        if (key.scheme().needsOptIn()) {
            return (message, signature) -> Pkcs1Encoding.isExact(message, signature, rsa, hashName)
                    && verify(new RSADigestSigner(digest(hashName)), parameters, message, signature);
        }
        return (message, signature) -> {
            OptionalInt salt = PssSalt.lengthIn(signature, rsa, hashName);
            return salt.isPresent()
                    && verify(
                            new PSSSigner(new RSAEngine(), digest(hashName), salt.getAsInt()),
                            parameters,
                            message,
                            signature);
        };
    }

    private static boolean verify(Signer signer, RSAKeyParameters key, byte[] message, byte[] signature) {
        try {
            signer.init(false, key);
            signer.update(message, 0, message.length);
            return signer.verifySignature(signature);
        } catch (RuntimeException e) {
            // The library's answer to hostile bytes.
            return false;
        }
    }

    private static Digest digest(String hashName) {
        return hashName.equals("SHA-512") ? new SHA512Digest() : new SHA256Digest();
    }
}
