package dev.tallyclerk.trust.key;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.internal.encoding.Ed25519Encoding;
import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A public key that a caller trusts to sign images: ECDSA on P-256, P-384 or P-521, RSA of 2,048 to 16,384 bits, or
 * Ed25519.
 *
 * <p>Two keys are equal if they are the same key, with the same hint and validity. Immutable.
 */
public final class TrustedKey {
    /** The start of a SubjectPublicKeyInfo's algorithm, in the order in which keys are tried. */
    private static final Map<String, String> ALGORITHMS =
            Map.of("2a8648ce3d0201", "EC", "2a864886f70d010101", "RSA", "2b6570", "Ed25519");

    private final PublicKey key;
    private final String fingerprint;
    private final String hint;
    private final @Nullable Instant validFrom;
    private final @Nullable Instant validUntil;

    private TrustedKey(
            PublicKey key, String fingerprint, String hint, @Nullable Instant validFrom, @Nullable Instant validUntil) {
        this.key = key;
        this.fingerprint = fingerprint;
        this.hint = hint;
        this.validFrom = validFrom;
        this.validUntil = validUntil;
    }

    /**
     * Parses a key.
     *
     * @param pem one PEM block with the label {@code PUBLIC KEY} (RFC 7468, 13), as {@code cosign public-key} writes it
     * @throws MalformedKeyException if it is no such key
     */
    public static TrustedKey parse(String pem) {
        if (pem.length() > VerificationKey.MAX_TEXT) {
            throw new MalformedKeyException(Reason.TOO_LONG, pem);
        }
        return ofEncoded(PemBlock.publicKey(pem));
    }

    /**
     * {@return the key of a SubjectPublicKeyInfo}
     *
     * @param encoded the key in DER (RFC 5280, 4.1)
     * @throws MalformedKeyException if it is no such key
     */
    public static TrustedKey ofEncoded(byte[] encoded) {
        String oid = KeyForm.publicKeyAlgorithm(encoded);
        String algorithm = ALGORITHMS.get(oid);
        if (algorithm == null || !KeyForm.isPublicKey(encoded, algorithm.equals("RSA"))) {
            throw new MalformedKeyException(
                    Reason.NOT_A_PUBLIC_KEY, "not a SubjectPublicKeyInfo of EC, RSA or Ed25519");
        }
        PublicKey key;
        try {
            key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, String.valueOf(e.getMessage()));
        }
        PlainSignatures.weakness(key).ifPresent(why -> {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, why);
        });
        if (algorithm.equals("Ed25519")
                && !Ed25519Encoding.isStrictPoint(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, "not a point of Ed25519");
        }
        return new TrustedKey(key, Digest.sha256Of(encoded).encoded(), "", null, null);
    }

    /** {@return this key with the hint by which signatures name it, for example in a Sigstore bundle} */
    public TrustedKey withHint(String hint) {
        return new TrustedKey(key, fingerprint, hint, validFrom, validUntil);
    }

    /** {@return this key, whose signatures count only if they were made at that time or later} */
    public TrustedKey withValidFrom(Instant validFrom) {
        return new TrustedKey(key, fingerprint, hint, validFrom, validUntil);
    }

    /** {@return this key, whose signatures count only if they were made at that time or earlier} */
    public TrustedKey withValidUntil(Instant validUntil) {
        return new TrustedKey(key, fingerprint, hint, validFrom, validUntil);
    }

    /** {@return the key} */
    public PublicKey publicKey() {
        return key;
    }

    /** {@return SHA-256 of the SubjectPublicKeyInfo, in hexadecimal} */
    public String fingerprint() {
        return fingerprint;
    }

    /** {@return the hint by which signatures name the key, empty if none is known} */
    public String hint() {
        return hint;
    }

    /** {@return from when on signatures count, if there is a limit} */
    public Optional<Instant> validFrom() {
        return Optional.ofNullable(validFrom);
    }

    /** {@return until when signatures count, if there is a limit} */
    public Optional<Instant> validUntil() {
        return Optional.ofNullable(validUntil);
    }

    /** {@return whether a signature made at that time counts; both ends do} */
    public boolean isValidAt(Instant time) {
        return (validFrom == null || !time.isBefore(validFrom)) && (validUntil == null || !time.isAfter(validUntil));
    }

    private List<Object> parts() {
        return List.of(fingerprint, hint, Optional.ofNullable(validFrom), Optional.ofNullable(validUntil));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrustedKey that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    /** {@return algorithm and fingerprint} */
    @Override
    public String toString() {
        return key.getAlgorithm() + " key sha256:" + fingerprint;
    }
}
