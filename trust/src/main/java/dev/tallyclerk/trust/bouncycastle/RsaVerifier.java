package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.internal.encoding.Pkcs1Encoding;
import dev.tallyclerk.trust.internal.encoding.PssSalt;
import dev.tallyclerk.trust.key.SignatureScheme;
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

/** Verifies with one RSA key and either padding. */
final class RsaVerifier implements SignatureVerifier {
    private final RSAPublicKey key;
    private final RSAKeyParameters parameters;
    private final SignatureScheme scheme;

    private RsaVerifier(RSAPublicKey key, RSAKeyParameters parameters, SignatureScheme scheme) {
        this.key = key;
        this.parameters = parameters;
        this.scheme = scheme;
    }

    /**
     * {@return a verifier}
     *
     * @throws GeneralSecurityException if the key is unfit for the runtime
     * @throws IllegalArgumentException if it is unfit for the library
     */
    static RsaVerifier of(VerificationKey key) throws GeneralSecurityException {
        RSAPublicKey rsa =
                (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key.encoded()));
        return new RsaVerifier(
                rsa, new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent()), key.scheme());
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
        return switch (scheme) {
            case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512 -> verifyPss(message, signature);
            case RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 ->
                Pkcs1Encoding.isExact(message, signature, key, scheme.hashName())
                        && verify(new RSADigestSigner(digest()), message, signature);
            default -> throw new IllegalStateException("no scheme of RSA: " + scheme);
        };
    }

    private boolean verifyPss(byte[] message, byte[] signature) {
        OptionalInt salt = PssSalt.lengthIn(signature, key, scheme.hashName());
        return salt.isPresent()
                && verify(new PSSSigner(new RSAEngine(), digest(), salt.getAsInt()), message, signature);
    }

    private boolean verify(Signer signer, byte[] message, byte[] signature) {
        try {
            signer.init(false, parameters);
            signer.update(message, 0, message.length);
            return signer.verifySignature(signature);
        } catch (RuntimeException e) {
            // The library's answer to hostile bytes.
            return false;
        }
    }

    private Digest digest() {
        return scheme.hashName().equals("SHA-512") ? new SHA512Digest() : new SHA256Digest();
    }
}
