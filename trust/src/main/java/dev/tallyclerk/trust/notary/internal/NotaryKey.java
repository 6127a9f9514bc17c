package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.trust.internal.certificate.CertificateBundle;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.TrustedKey;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A public key as Notary metadata declares it: bare, or as an X.509 certificate with the certificates of its issuers.
 *
 * <p>A key of an unknown type, or one that is malformed or weak, never verifies anything, but does not make the file
 * invalid. Immutable.
 */
public final class NotaryKey {
    /** The only key types whose certificates count for a root. */
    private static final String X509 = "-x509";

    private static final int MAX_CERTIFICATES = 8;
    private static final int ED25519_BYTES = 32;

    /** RFC 8410, 4: the SubjectPublicKeyInfo of an Ed25519 key, without the last 32 bytes. */
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private static final String PEM_KEY = "-----BEGIN PUBLIC KEY-----";

    private final String declaredId;
    private final String type;
    private final String contentId;
    private final List<X509Certificate> certificates;
    private final @Nullable PublicKey key;

    /** Whether the key is PEM where the original writes DER, as the clients in Python did. */
    private final boolean pem;

    private final Signatures signatures;

    private NotaryKey(
            String declaredId,
            String type,
            String contentId,
            List<X509Certificate> certificates,
            @Nullable PublicKey key,
            boolean pem,
            Signatures signatures) {
        this.declaredId = declaredId;
        this.type = type;
        this.contentId = contentId;
        this.certificates = certificates;
        this.key = key;
        this.pem = pem;
        this.signatures = signatures;
    }

    /**
     * {@return the key}
     *
     * @param declaredId the id under which it is declared
     * @param type the declared type, for example {@code ecdsa-x509}
     * @param value the decoded public value
     * @param signatures verifies the signatures of the key
     */
    static NotaryKey of(String declaredId, String type, byte[] value, Signatures signatures) {
        List<X509Certificate> certificates = List.of();
        PublicKey key = null;
        boolean pem = type.equals("rsa") && new String(value, StandardCharsets.ISO_8859_1).startsWith(PEM_KEY);
        try {
            if (type.endsWith(X509)) {
                certificates = CertificateBundle.parse(value, MAX_CERTIFICATES);
                key = fitting(
                        type.substring(0, type.length() - X509.length()),
                        TrustedKey.ofEncoded(certificates.get(0).getPublicKey().getEncoded()));
            } else if (pem) {
                key = fitting(type, TrustedKey.parse(new String(value, StandardCharsets.ISO_8859_1)));
            } else {
                key = fitting(type, TrustedKey.ofEncoded(type.equals("ed25519") ? ed25519(value) : value));
            }
        } catch (CertificateException | MalformedKeyException e) {
            // The key stays unusable.
        }
        return new NotaryKey(declaredId, type, idOf(type, value), certificates, key, pem, signatures);
    }

    private static byte[] ed25519(byte[] point) {
        // Of another length, it is refused as a SubjectPublicKeyInfo.
        return point.length == ED25519_BYTES
                ? HexFormat.of().parseHex(ED25519_PREFIX + HexFormat.of().formatHex(point))
                : point;
    }

    /** {@return the key, or null if it is not of the type} */
    private static @Nullable PublicKey fitting(String type, TrustedKey key) {
        PublicKey publicKey = key.publicKey();
        boolean fits = switch (type) {
            case "ecdsa" -> publicKey instanceof ECPublicKey;
            case "rsa" -> publicKey instanceof RSAPublicKey;
            case "ed25519" -> !(publicKey instanceof ECPublicKey) && !(publicKey instanceof RSAPublicKey);
            default -> false;
        };
        return fits ? publicKey : null;
    }

    /** {@return the id of a key, whose private value counts as null, whatever the file has there} */
    private static String idOf(String type, byte[] value) {
        String canonical = "{\"keytype\":" + CompactJson.of(new JsonString(type))
                + ",\"keyval\":{\"private\":null,\"public\":\""
                + Base64.getEncoder().encodeToString(value) + "\"}}";
        return Digest.sha256Of(canonical.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    /** {@return the id under which the file declares the key; untrusted} */
    public String declaredId() {
        return declaredId;
    }

    /** {@return whether the key is declared under its own id} */
    boolean hasItsOwnId() {
        return declaredId.equals(contentId);
    }

    /** {@return the id of the key; for a key with certificates, it covers all of them} */
    public String id() {
        return contentId;
    }

    /** {@return the id of the key without certificates, by which {@code notary key list} shows it} */
    public Optional<String> bareId() {
        return key == null
                ? Optional.empty()
                : Optional.of(
                        type.endsWith(X509)
                                ? idOf(type.substring(0, type.length() - X509.length()), key.getEncoded())
                                : contentId);
    }

    /** {@return SHA-256 of the SubjectPublicKeyInfo: the same for one key in two certificates} */
    Optional<String> fingerprint() {
        return key == null
                ? Optional.empty()
                : Optional.of(Digest.sha256Of(key.getEncoded()).encoded());
    }

    /** {@return the declared type, for example {@code ecdsa-x509}; untrusted} */
    String type() {
        return type;
    }

    /** {@return the certificate of the key, then those of its issuers; empty for a bare key} */
    public List<X509Certificate> certificates() {
        return certificates;
    }

    /** {@return the key, unless it is unusable} */
    Optional<PublicKey> publicKey() {
        return Optional.ofNullable(key);
    }

    /** {@return whether a signature is one of this key, by a method that fits it} */
    boolean hasSigned(byte[] message, FileSignature signature) {
        PublicKey usable = key;
        if (usable == null) {
            return false;
        }
        byte[] bytes = signature.bytes();
        return switch (signature.method()) {
            case "ecdsa" ->
                usable instanceof ECPublicKey ec && signatures.verifyConcatenated(ec, Hash.SHA256, message, bytes);
            case "rsapss" ->
                !pem
                        && usable instanceof RSAPublicKey rsa
                        && PlainSignatures.verifyPss(rsa, Hash.SHA256, List.of(message), bytes);
            case "pycrypto-pkcs#1 pss" ->
                pem
                        && usable instanceof RSAPublicKey rsa
                        && PlainSignatures.verifyPss(rsa, Hash.SHA256, List.of(message), bytes);
            case "rsapkcs1v15" ->
                !pem && usable instanceof RSAPublicKey && PlainSignatures.verify(usable, Hash.SHA256, message, bytes);
            case "eddsa" -> type.equals("ed25519") && PlainSignatures.verify(usable, Hash.SHA256, message, bytes);
            default -> false;
        };
    }
}
