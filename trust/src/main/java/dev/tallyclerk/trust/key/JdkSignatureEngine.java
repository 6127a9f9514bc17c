package dev.tallyclerk.trust.key;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.OptionalInt;

/** The engine on the runtime's own providers. */
final class JdkSignatureEngine implements SignatureEngine {
    private static final int ED25519_SIGNATURE_BYTES = 64;

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        SignatureScheme scheme = key.scheme();
        try {
            PublicKey jcaKey =
                    KeyFactory.getInstance(scheme.keyAlgorithm()).generatePublic(new X509EncodedKeySpec(key.encoded()));
            // A runtime may lack an algorithm; asking now is what tells "cannot" from "wrong signature".
            Signature.getInstance(scheme.jcaName());
            if (jcaKey instanceof RSAPublicKey rsa) {
                return Optional.of((message, signature) -> verifyPss(scheme, rsa, message, signature));
            }
            return Optional.of((message, signature) -> {
                if (scheme == SignatureScheme.ED25519) {
                    return signature.length == ED25519_SIGNATURE_BYTES && verify(scheme, jcaKey, message, signature);
                }
                return DerSignature.isPairOfPositives(signature) && verify(scheme, jcaKey, message, signature);
            });
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static boolean verify(SignatureScheme scheme, PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance(scheme.jcaName());
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Hostile bytes reach the provider here, and some answer them with an unchecked exception.
            return false;
        }
    }

    /** The runtime wants to be told the salt's length; signers use the hash's length, the longest, and others. */
    private static boolean verifyPss(SignatureScheme scheme, RSAPublicKey key, byte[] message, byte[] signature) {
        OptionalInt saltLength = PssSalt.lengthIn(signature, key, scheme.hashName());
        return saltLength.isPresent() && verifyPss(scheme, key, message, signature, saltLength.getAsInt());
    }

    private static boolean verifyPss(
            SignatureScheme scheme, RSAPublicKey key, byte[] message, byte[] signature, int saltLength) {
        String hash = scheme.hashName();
        try {
            Signature check = Signature.getInstance(scheme.jcaName());
            check.setParameter(new PSSParameterSpec(
                    hash, "MGF1", new MGF1ParameterSpec(hash), saltLength, PSSParameterSpec.TRAILER_FIELD_BC));
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // As above: the provider's answer to hostile bytes.
            return false;
        }
    }
}
