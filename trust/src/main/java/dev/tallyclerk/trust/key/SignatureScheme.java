package dev.tallyclerk.trust.key;

import java.util.Optional;

/**
 * The supported signature schemes. A key has exactly one, so a signature never chooses its scheme.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#file-formats-general-principles">TUF
 *     1.0.34, 4.2</a>
 */
public enum SignatureScheme {
    /** Ed25519 (RFC 8032) over the message itself; the key is 32 bytes in hexadecimal. */
    ED25519("ed25519", "Ed25519", "SHA-512", ""),
    /** ECDSA on P-256 with SHA-256; the key is a PEM SubjectPublicKeyInfo, the signature DER. */
    ECDSA_SHA2_NISTP256("ecdsa-sha2-nistp256", "SHA256withECDSA", "SHA-256", "secp256r1"),
    /** ECDSA on P-384 with SHA-384; the key is a PEM SubjectPublicKeyInfo, the signature DER. */
    ECDSA_SHA2_NISTP384("ecdsa-sha2-nistp384", "SHA384withECDSA", "SHA-384", "secp384r1"),
    /** ECDSA on P-521 with SHA-512; the key is a PEM SubjectPublicKeyInfo, the signature DER. */
    ECDSA_SHA2_NISTP521("ecdsa-sha2-nistp521", "SHA512withECDSA", "SHA-512", "secp521r1"),
    /**
     * RSASSA-PSS (RFC 8017, 8.1) with SHA-256, MGF1 with SHA-256 and a salt of any length; the key is a PEM
     * SubjectPublicKeyInfo.
     */
    RSASSA_PSS_SHA256("rsassa-pss-sha256", "RSASSA-PSS", "SHA-256", ""),
    /**
     * RSASSA-PSS (RFC 8017, 8.1) with SHA-512, MGF1 with SHA-512 and a salt of any length; the key is a PEM
     * SubjectPublicKeyInfo.
     */
    RSASSA_PSS_SHA512("rsassa-pss-sha512", "RSASSA-PSS", "SHA-512", ""),
    /** RSASSA-PKCS1-v1_5 with SHA-256, for old repositories; {@linkplain #needsOptIn needs opting in}. */
    RSA_PKCS1V15_SHA256("rsa-pkcs1v15-sha256", "SHA256withRSA", "SHA-256", ""),
    /** RSASSA-PKCS1-v1_5 with SHA-512, for old repositories; {@linkplain #needsOptIn needs opting in}. */
    RSA_PKCS1V15_SHA512("rsa-pkcs1v15-sha512", "SHA512withRSA", "SHA-512", "");

    private final String schemeName;
    private final String jcaName;
    private final String hashName;
    private final String curve;

    SignatureScheme(String schemeName, String jcaName, String hashName, String curve) {
        this.schemeName = schemeName;
        this.jcaName = jcaName;
        this.hashName = hashName;
        this.curve = curve;
    }

    /**
     * {@return the scheme of that name; empty if it is not supported}
     *
     * @param name as metadata writes it, for example {@code rsassa-pss-sha256}
     */
    public static Optional<SignatureScheme> named(String name) {
        for (SignatureScheme scheme : values()) {
            if (scheme.schemeName.equals(name)) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    /** {@return the name that metadata writes} */
    public String schemeName() {
        return schemeName;
    }

    /**
     * {@return whether keys of a type sign with this scheme}
     *
     * @param keyType as metadata writes it; the type of an elliptic curve key may be {@code ecdsa} or the scheme's name
     */
    public boolean fitsKeyType(String keyType) {
        if (this == ED25519) {
            return keyType.equals("ed25519");
        }
        return isRsa() ? keyType.equals("rsa") : keyType.equals("ecdsa") || keyType.equals(schemeName);
    }

    /** {@return whether engines verify it only if their creator names it} */
    public boolean needsOptIn() {
        return this == RSA_PKCS1V15_SHA256 || this == RSA_PKCS1V15_SHA512;
    }

    boolean isRsa() {
        return this != ED25519 && curve.isEmpty();
    }

    /** {@return the Java name of the key's algorithm} */
    String keyAlgorithm() {
        return this == ED25519 ? "Ed25519" : isRsa() ? "RSA" : "EC";
    }

    /** {@return the Java name of the signature algorithm} */
    String jcaName() {
        return jcaName;
    }

    /** {@return the Java name of the scheme's hash, for example {@code SHA-256}} */
    public String hashName() {
        return hashName;
    }

    /** {@return the Java name of the curve; empty for a scheme without one} */
    String curve() {
        return curve;
    }
}
