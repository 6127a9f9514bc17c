package dev.tallyclerk.trust.key;

import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.internal.encoding.Pkcs1Encoding;
import dev.tallyclerk.trust.internal.encoding.PssSalt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The engine on the Java runtime's own providers. */
final class JdkSignatureEngine implements SignatureEngine {
    private final Set<SignatureScheme> optIn;

    JdkSignatureEngine(Set<SignatureScheme> optIn) {
        this.optIn = optIn;
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        SignatureScheme scheme = key.scheme();
        if (scheme.needsOptIn() && !optIn.contains(scheme)) {
            return Optional.empty();
        }
        try {
            PublicKey jcaKey =
                    KeyFactory.getInstance(scheme.keyAlgorithm()).generatePublic(new X509EncodedKeySpec(key.encoded()));
            // A runtime may lack an algorithm. Asking now distinguishes that from a wrong signature.
            Signature.getInstance(scheme.jcaName());
            return Optional.of(verifier(scheme, jcaKey));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Java 24 and later have ML-DSA (JEP 497). */
    @Override
    public Optional<OtherVerifier> verifierFor(OtherKey key) {
        Optional<MlDsaKey> found = MlDsaKey.of(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            String name = found.get().parameterSet();
            PublicKey jcaKey = KeyFactory.getInstance(name)
                    .generatePublic(new X509EncodedKeySpec(found.get().encoded()));
            Signature.getInstance(name);
            return Optional.of(new MlDsaVerifier(
                    found.get(), (message, signature) -> verify(name, null, jcaKey, message, signature)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static SignatureVerifier verifier(SignatureScheme scheme, PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return scheme.needsOptIn()
                    ? (message, signature) -> Pkcs1Encoding.isExact(message, signature, rsa, scheme.hashName())
                            && verify(scheme, key, message, signature)
                    : (message, signature) -> verifyPss(scheme, rsa, message, signature);
        }
        return scheme == SignatureScheme.ED25519
                ? (message, signature) ->
                        Ed25519Encoding.isStrictSignature(signature) && verify(scheme, key, message, signature)
                : (message, signature) -> KeyForm.isSignature(signature) && verify(scheme, key, message, signature);
    }

    /** The runtime needs the salt's length. Signers use the hash's length, the longest possible, and others. */
    private static boolean verifyPss(SignatureScheme scheme, RSAPublicKey key, byte[] message, byte[] signature) {
        String hash = scheme.hashName();
        OptionalInt saltLength = PssSalt.lengthIn(signature, key, hash);
        return saltLength.isPresent()
                && verify(
                        scheme.jcaName(),
                        new PSSParameterSpec(
                                hash,
                                "MGF1",
                                new MGF1ParameterSpec(hash),
                                saltLength.getAsInt(),
                                PSSParameterSpec.TRAILER_FIELD_BC),
                        key,
                        message,
                        signature);
    }

    private static boolean verify(SignatureScheme scheme, PublicKey key, byte[] message, byte[] signature) {
        return verify(scheme.jcaName(), null, key, message, signature);
    }

    private static boolean verify(
            String jcaName,
            @Nullable AlgorithmParameterSpec parameters,
            PublicKey key,
            byte[] message,
            byte[] signature) {
        try {
            Signature check = Signature.getInstance(jcaName);
            if (parameters != null) {
                check.setParameter(parameters);
            }
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Some providers answer hostile bytes with an unchecked exception.
            return false;
        }
    }
}
