package dev.tallyclerk.trust.tink;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Key;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.PublicKeyVerify;
import com.google.crypto.tink.signature.EcdsaParameters;
import com.google.crypto.tink.signature.EcdsaPublicKey;
import com.google.crypto.tink.signature.Ed25519PublicKey;
import com.google.crypto.tink.signature.RsaSsaPkcs1Parameters;
import com.google.crypto.tink.signature.RsaSsaPkcs1PublicKey;
import com.google.crypto.tink.signature.RsaSsaPssParameters;
import com.google.crypto.tink.signature.RsaSsaPssPublicKey;
import com.google.crypto.tink.signature.SignatureConfig2026;
import com.google.crypto.tink.util.Bytes;
import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.internal.encoding.Pkcs1Encoding;
import dev.tallyclerk.trust.internal.encoding.PssSalt;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The engine on Tink's public API. Registers nothing in Tink's global registry.
 *
 * <p>Tink rejects RSA keys with a public exponent below 65537. Its Ed25519 is faster than the Java runtime's; its ECDSA
 * and RSA are the runtime's. Immutable, and safe for use by many threads.
 */
public final class TinkEngine implements SignatureEngine {
    private static final int ED25519_BYTES = 32;

    private final Set<SignatureScheme> optIn;

    private TinkEngine(Set<SignatureScheme> optIn) {
        this.optIn = optIn;
    }

    /**
     * {@return the engine}
     *
     * @param optIn the schemes to verify that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    public static TinkEngine of(SignatureScheme... optIn) {
        return new TinkEngine(Set.of(optIn));
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        SignatureScheme scheme = key.scheme();
        if (scheme.needsOptIn() && !optIn.contains(scheme)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    switch (scheme) {
                        case ED25519 -> ed25519(key.encoded());
                        case ECDSA_SHA2_NISTP256 ->
                            ecdsa(key, EcdsaParameters.CurveType.NIST_P256, EcdsaParameters.HashType.SHA256);
                        case ECDSA_SHA2_NISTP384 ->
                            ecdsa(key, EcdsaParameters.CurveType.NIST_P384, EcdsaParameters.HashType.SHA384);
                        case ECDSA_SHA2_NISTP521 ->
                            ecdsa(key, EcdsaParameters.CurveType.NIST_P521, EcdsaParameters.HashType.SHA512);
                        case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512 -> pss(scheme, rsa(key));
                        case RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 -> pkcs1(scheme, rsa(key));
                    });
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The library rejects the key.
            return Optional.empty();
        }
    }

    @AccessesPartialKey // required by Tink for code that handles raw keys, and enforced by Error Prone
    private static SignatureVerifier ed25519(byte[] encoded) throws GeneralSecurityException {
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
        PublicKeyVerify tink = verifier(Ed25519PublicKey.create(Bytes.copyFrom(point)));
        return (message, signature) -> Ed25519Encoding.isStrictSignature(signature) && verify(tink, message, signature);
    }

    @AccessesPartialKey
    private static SignatureVerifier ecdsa(
            VerificationKey key, EcdsaParameters.CurveType curve, EcdsaParameters.HashType hash)
            throws GeneralSecurityException {
        ECPublicKey jcaKey =
                (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.encoded()));
        EcdsaParameters parameters = EcdsaParameters.builder()
                .setCurveType(curve)
                .setHashType(hash)
                .setSignatureEncoding(EcdsaParameters.SignatureEncoding.DER)
                .setVariant(EcdsaParameters.Variant.NO_PREFIX)
                .build();
        PublicKeyVerify tink = verifier(EcdsaPublicKey.builder()
                .setParameters(parameters)
                .setPublicPoint(jcaKey.getW())
                .build());
        return (message, signature) -> KeyForm.isSignature(signature) && verify(tink, message, signature);
    }

    /** The salt's length is part of a Tink key, so an unusual length needs a key of its own. */
    private static SignatureVerifier pss(SignatureScheme scheme, RSAPublicKey key) throws GeneralSecurityException {
        boolean sha512 = scheme == SignatureScheme.RSASSA_PSS_SHA512;
        int usual = sha512 ? 64 : 32;
        PublicKeyVerify tink = pss(sha512, key, usual);
        return (message, signature) -> {
            OptionalInt salt = PssSalt.lengthIn(signature, key, scheme.hashName());
            try {
                return salt.isPresent()
                        && verify(
                                salt.getAsInt() == usual ? tink : pss(sha512, key, salt.getAsInt()),
                                message,
                                signature);
            } catch (GeneralSecurityException e) {
                return false;
            }
        };
    }

    @AccessesPartialKey
    private static PublicKeyVerify pss(boolean sha512, RSAPublicKey key, int saltLength)
            throws GeneralSecurityException {
        RsaSsaPssParameters.HashType hash =
                sha512 ? RsaSsaPssParameters.HashType.SHA512 : RsaSsaPssParameters.HashType.SHA256;
        RsaSsaPssParameters parameters = RsaSsaPssParameters.builder()
                .setModulusSizeBits(key.getModulus().bitLength())
                .setPublicExponent(key.getPublicExponent())
                .setSigHashType(hash)
                .setMgf1HashType(hash)
                .setSaltLengthBytes(saltLength)
                .setVariant(RsaSsaPssParameters.Variant.NO_PREFIX)
                .build();
        return verifier(RsaSsaPssPublicKey.builder()
                .setParameters(parameters)
                .setModulus(key.getModulus())
                .build());
    }

    @AccessesPartialKey
    private static SignatureVerifier pkcs1(SignatureScheme scheme, RSAPublicKey key) throws GeneralSecurityException {
        RsaSsaPkcs1Parameters parameters = RsaSsaPkcs1Parameters.builder()
                .setModulusSizeBits(key.getModulus().bitLength())
                .setPublicExponent(key.getPublicExponent())
                .setHashType(
                        scheme == SignatureScheme.RSA_PKCS1V15_SHA512
                                ? RsaSsaPkcs1Parameters.HashType.SHA512
                                : RsaSsaPkcs1Parameters.HashType.SHA256)
                .setVariant(RsaSsaPkcs1Parameters.Variant.NO_PREFIX)
                .build();
        PublicKeyVerify tink = verifier(RsaSsaPkcs1PublicKey.builder()
                .setParameters(parameters)
                .setModulus(key.getModulus())
                .build());
        return (message, signature) ->
                Pkcs1Encoding.isExact(message, signature, key, scheme.hashName()) && verify(tink, message, signature);
    }

    private static RSAPublicKey rsa(VerificationKey key) throws GeneralSecurityException {
        return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key.encoded()));
    }

    /** Uses a keyset with one key, because Tink asks callers not to use its primitives without one. */
    @AccessesPartialKey
    private static PublicKeyVerify verifier(Key key) throws GeneralSecurityException {
        return KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
                .build()
                .getPrimitive(SignatureConfig2026.get(), PublicKeyVerify.class);
    }

    private static boolean verify(PublicKeyVerify tink, byte[] message, byte[] signature) {
        try {
            tink.verify(signature, message);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            // The library's answer to hostile bytes.
            return false;
        }
    }
}
