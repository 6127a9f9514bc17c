package dev.tallyclerk.trust.key;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed public key with the one scheme it signs with.
 *
 * <p>Two keys are equal if they have the same scheme and the same key material, however it was encoded. Immutable.
 */
public final class VerificationKey {
    /** In characters. The text of an RSA key of 16,384 bits takes about 2,900. */
    static final int MAX_TEXT = 8_192;

    private static final int MIN_RSA_BITS = 2_048;

    /** The limit of the Java runtime for long keys; nearly all exponents have 17 bits. */
    private static final int MAX_EXPONENT_BITS = 64;

    private static final int ED25519_BYTES = 32;
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 8410, 4: the SubjectPublicKeyInfo of an Ed25519 key, without the last 32 bytes. */
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private final SignatureScheme scheme;
    private final byte[] encoded;
    private final byte[] material;

    /** Computed on first use, because loading the hash is slow at startup. Threads that race compute the same value. */
    private @Nullable String fingerprint;

    private VerificationKey(SignatureScheme scheme, byte[] encoded, byte[] material) {
        this.scheme = scheme;
        this.encoded = encoded;
        this.material = material;
    }

    /**
     * Parses a key as metadata writes it (TUF 1.0.34, 4.2).
     *
     * <p>The Java runtime reads elliptic curve keys, whatever engine verifies. On Java 17 it needs the module
     * {@code jdk.crypto.ec} for that; without it they are refused as {@link Reason#NOT_A_PUBLIC_KEY}.
     *
     * @param keyType for example {@code ed25519}, {@code ecdsa} or {@code rsa}
     * @param scheme the {@linkplain SignatureScheme#schemeName name} of a scheme that fits the type
     * @param publicText 64 hexadecimal characters for Ed25519, otherwise a PEM block with the label {@code PUBLIC KEY}
     * @return the key
     * @throws MalformedKeyException if it cannot verify any signature, or is an RSA key with less than 2,048 bits or a
     *     public exponent of more than 64 bits
     */
    public static VerificationKey parse(String keyType, String scheme, String publicText) {
        Optional<SignatureScheme> named = SignatureScheme.named(scheme);
        if (named.isEmpty()) {
            throw new MalformedKeyException(Reason.UNKNOWN_SCHEME, scheme);
        }
        SignatureScheme known = named.get();
        if (!known.fitsKeyType(keyType)) {
            throw new MalformedKeyException(Reason.SCHEME_DOES_NOT_FIT, keyType + " with " + scheme);
        }
        if (publicText.isEmpty()) {
            throw new MalformedKeyException(Reason.NO_PUBLIC_VALUE, publicText);
        }
        if (publicText.length() > MAX_TEXT) {
            throw new MalformedKeyException(Reason.TOO_LONG, publicText);
        }
        return known == SignatureScheme.ED25519
                ? ed25519(publicText)
                : subjectPublicKeyInfo(known, PemBlock.publicKey(publicText));
    }

    /**
     * {@return a key with the scheme in which TUF repositories use keys of its kind}
     *
     * <p>This is Ed25519, ECDSA with the hash of the curve's length, or RSASSA-PSS with SHA-256.
     */
    public static VerificationKey of(TrustedKey key) {
        PublicKey known = key.publicKey();
        if (known instanceof ECPublicKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return of(key, SignatureScheme.named("ecdsa-sha2-nistp" + bits).orElseThrow());
        }
        return of(
                key, known.getAlgorithm().equals("RSA") ? SignatureScheme.RSASSA_PSS_SHA256 : SignatureScheme.ED25519);
    }

    /**
     * {@return a key with a scheme, for example RSASSA-PKCS1-v1_5 for a token that has nothing else}
     *
     * @throws MalformedKeyException if the scheme is one of other keys, or the key verifies nothing in TUF
     */
    public static VerificationKey of(TrustedKey key, SignatureScheme scheme) {
        byte[] encoded = key.publicKey().getEncoded();
        if (scheme != SignatureScheme.ED25519) {
            return subjectPublicKeyInfo(scheme, encoded);
        }
        String hex = HEX.formatHex(encoded);
        if (!hex.startsWith(ED25519_PREFIX)) {
            throw new MalformedKeyException(Reason.SCHEME_DOES_NOT_FIT, key + " with ed25519");
        }
        return ed25519(hex.substring(ED25519_PREFIX.length()));
    }

    private static VerificationKey ed25519(String publicText) {
        byte[] point;
        try {
            point = HEX.parseHex(publicText);
        } catch (IllegalArgumentException e) {
            throw new MalformedKeyException(Reason.NOT_HEX, publicText);
        }
        if (point.length != ED25519_BYTES) {
            throw new MalformedKeyException(Reason.WRONG_LENGTH, publicText);
        }
        if (!Ed25519Encoding.isStrictPoint(point)) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, publicText);
        }
        byte[] encoded = HEX.parseHex(ED25519_PREFIX + HEX.formatHex(point));
        return new VerificationKey(SignatureScheme.ED25519, encoded, materialOf("ed25519", point));
    }

    private static VerificationKey subjectPublicKeyInfo(SignatureScheme scheme, byte[] encoded) {
        if (!KeyForm.isPublicKey(encoded, scheme.keyAlgorithm().equals("RSA"))) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, "not a SubjectPublicKeyInfo in DER");
        }
        PublicKey key;
        try {
            key = KeyFactory.getInstance(scheme.keyAlgorithm()).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, String.valueOf(e.getMessage()));
        }
        if (key instanceof RSAPublicKey rsa) {
            if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
                throw new MalformedKeyException(
                        Reason.RSA_TOO_SHORT, rsa.getModulus().bitLength() + " bits");
            }
            if (rsa.getPublicExponent().bitLength() > MAX_EXPONENT_BITS) {
                throw new MalformedKeyException(
                        Reason.RSA_EXPONENT_TOO_LONG, rsa.getPublicExponent().bitLength() + " bits");
            }
            byte[] modulus = rsa.getModulus().toByteArray();
            byte[] exponent = rsa.getPublicExponent().toByteArray();
            return new VerificationKey(scheme, encoded, materialOf("rsa", modulus, exponent));
        }
        if (key instanceof ECPublicKey ec) {
            NistCurve.check(ec, scheme);
            byte[] x = ec.getW().getAffineX().toByteArray();
            byte[] y = ec.getW().getAffineY().toByteArray();
            return new VerificationKey(scheme, encoded, materialOf(scheme.curve(), x, y));
        }
        throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, key.getAlgorithm());
    }

    private static byte[] materialOf(String kind, byte[]... parts) {
        ByteArrayOutputStream material = new ByteArrayOutputStream();
        material.writeBytes(kind.getBytes(StandardCharsets.UTF_8));
        for (byte[] part : parts) {
            // The length distinguishes (n, e) from another split of the same bytes.
            material.writeBytes((":" + part.length + ":").getBytes(StandardCharsets.UTF_8));
            material.writeBytes(part);
        }
        return material.toByteArray();
    }

    /** {@return the only scheme that this key may verify with} */
    public SignatureScheme scheme() {
        return scheme;
    }

    /** {@return a copy of the key as a DER SubjectPublicKeyInfo (RFC 5280, 4.1; RFC 8410 for Ed25519)} */
    public byte[] encoded() {
        return encoded.clone();
    }

    /**
     * {@return the identity of the key material: the same for one key under two schemes, two key ids or two encodings}
     *
     * <p>It has 64 hexadecimal characters and is not the TUF key id.
     */
    public String fingerprint() {
        String known = fingerprint;
        if (known == null) {
            known = Digest.sha256Of(material).encoded();
            fingerprint = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerificationKey that && scheme == that.scheme && Arrays.equals(material, that.material);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(material);
    }

    /** {@return the scheme and the start of the fingerprint} */
    @Override
    public String toString() {
        return scheme.schemeName() + ' ' + fingerprint().substring(0, 16);
    }
}
