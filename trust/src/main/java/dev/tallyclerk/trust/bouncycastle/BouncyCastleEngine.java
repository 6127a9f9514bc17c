package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.internal.encoding.DerSignature;
import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.internal.encoding.Pkcs1Encoding;
import dev.tallyclerk.trust.internal.encoding.PssSalt;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The engine over Bouncy Castle's lightweight API. It registers no security provider.
 *
 * <p>ECDSA and Ed25519 are faster than the Java runtime's in a process that verifies many signatures, RSA is not. A new
 * process first has to load the library's signed jar, which costs more than a handful of signatures earns back. Ed25519
 * signatures of messages from 256 KiB on are left to the runtime's engine, whose SHA-512 is faster.
 */
public final class BouncyCastleEngine implements SignatureEngine {
    private static final int ED25519_BYTES = 32;

    /** In bytes: from here on the runtime's faster SHA-512 outweighs its slower curve. */
    private static final int LONG_MESSAGE = 256 * 1024;

    private final Set<SignatureScheme> optIn;
    private final boolean cofactor;

    private BouncyCastleEngine(Set<SignatureScheme> optIn, boolean cofactor) {
        this.optIn = optIn;
        this.cofactor = cofactor;
    }

    /**
     * {@return the engine}
     *
     * @param optIn the schemes to verify of those that {@linkplain SignatureScheme#needsOptIn need opting in}
     */
    public static BouncyCastleEngine of(SignatureScheme... optIn) {
        return new BouncyCastleEngine(Set.of(optIn), false);
    }

    /**
     * {@return this engine with Ed25519 verified by the library alone, which takes less time}
     *
     * <p>The library multiplies by the cofactor, as RFC 8032, 5.1.7 allows, and then accepts signatures that the other
     * engines refuse. Only the owner of a key can make one, on purpose. What it is good for is that two readers
     * disagree on whether the owner has signed. Messages of any length are the library's, for the answer must not
     * depend on it.
     */
    public BouncyCastleEngine allowingCofactor() {
        return new BouncyCastleEngine(optIn, true);
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
                        case ED25519 -> ed25519(key, cofactor);
                        case ECDSA_SHA2_NISTP256 -> ecdsa("P-256", scheme, key.encoded());
                        case ECDSA_SHA2_NISTP384 -> ecdsa("P-384", scheme, key.encoded());
                        case ECDSA_SHA2_NISTP521 -> ecdsa("P-521", scheme, key.encoded());
                        case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512 -> pss(scheme, rsa(key));
                        case RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 -> pkcs1(scheme, rsa(key));
                    });
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The library finds the key unfit.
            return Optional.empty();
        }
    }

    private static SignatureVerifier ed25519(VerificationKey key, boolean cofactor) {
        byte[] encoded = key.encoded();
        int start = encoded.length - ED25519_BYTES;
        // A key with a part of small order is the owner's way to the same disagreement, and asked about only once.
        if (!Ed25519.validatePublicKeyFull(encoded, start)) {
            throw new IllegalArgumentException("not a point of the prime-order group");
        }
        return new Ed25519Verifier(key, new Ed25519PublicKeyParameters(encoded, start), cofactor);
    }

    private static SignatureVerifier ecdsa(String curveName, SignatureScheme scheme, byte[] encoded) {
        X9ECParameters curve = CustomNamedCurves.getByName(curveName);
        ECDomainParameters domain = new ECDomainParameters(curve);
        // RFC 5480, 2.2: an uncompressed point is the end of the key, and the only form that was accepted.
        int pointBytes = 1 + 2 * ((curve.getCurve().getFieldSize() + 7) / 8);
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - pointBytes, encoded.length);
        ECPublicKeyParameters key = new ECPublicKeyParameters(curve.getCurve().decodePoint(point), domain);
        return (message, signature) -> {
            if (!DerSignature.isPairOfPositives(signature)) {
                return false;
            }
            try {
                BigInteger[] pair = StandardDSAEncoding.INSTANCE.decode(domain.getN(), signature);
                ECDSASigner signer = new ECDSASigner();
                signer.init(false, key);
                byte[] hash = MessageDigest.getInstance(scheme.hashName()).digest(message);
                return signer.verifySignature(hash, pair[0], pair[1]);
            } catch (IOException | NoSuchAlgorithmException | RuntimeException e) {
                // The library's answer to hostile bytes.
                return false;
            }
        };
    }

    private static SignatureVerifier pss(SignatureScheme scheme, RSAPublicKey key) {
        RSAKeyParameters parameters = parameters(key);
        return (message, signature) -> {
            OptionalInt salt = PssSalt.lengthIn(signature, key, scheme.hashName());
            return salt.isPresent()
                    && verify(
                            new PSSSigner(new RSAEngine(), digest(scheme), salt.getAsInt()),
                            parameters,
                            message,
                            signature);
        };
    }

    private static SignatureVerifier pkcs1(SignatureScheme scheme, RSAPublicKey key) {
        RSAKeyParameters parameters = parameters(key);
        return (message, signature) -> Pkcs1Encoding.isExact(message, signature, key, scheme.hashName())
                && verify(new RSADigestSigner(digest(scheme)), parameters, message, signature);
    }

    private static boolean verify(Signer signer, RSAKeyParameters key, byte[] message, byte[] signature) {
        try {
            signer.init(false, key);
            signer.update(message, 0, message.length);
            return signer.verifySignature(signature);
        } catch (RuntimeException e) {
            // As above.
            return false;
        }
    }

    private static RSAKeyParameters parameters(RSAPublicKey key) {
        return new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent());
    }

    private static Digest digest(SignatureScheme scheme) {
        return scheme.hashName().equals("SHA-512") ? new SHA512Digest() : new SHA256Digest();
    }

    private static RSAPublicKey rsa(VerificationKey key) throws GeneralSecurityException {
        return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key.encoded()));
    }

    /** A class, because the first lambda of a process takes time that its first signature need not. */
    private static final class Ed25519Verifier implements SignatureVerifier {
        private final VerificationKey key;
        private final Ed25519PublicKeyParameters point;
        private final boolean cofactor;

        Ed25519Verifier(VerificationKey key, Ed25519PublicKeyParameters point, boolean cofactor) {
            this.key = key;
            this.point = point;
            this.cofactor = cofactor;
        }

        @Override
        public boolean verify(byte[] message, byte[] signature) {
            if (!cofactor && message.length >= LONG_MESSAGE) {
                // Both engines accept the same signatures.
                Optional<SignatureVerifier> runtime = SignatureEngine.jdk().verifierFor(key);
                if (runtime.isPresent()) {
                    return runtime.get().verify(message, signature);
                }
            }
            return Ed25519Encoding.isStrictSignature(signature)
                    && point.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0)
                    // R begins the signature. Without a part of small order the cofactor makes no difference.
                    && (cofactor || Ed25519.validatePublicKeyFull(signature, 0));
        }
    }
}
