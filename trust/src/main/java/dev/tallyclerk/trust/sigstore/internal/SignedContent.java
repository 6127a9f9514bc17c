package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.internal.encoding.RuntimeHash;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a signature is over: bytes, the bytes that a digest stands for, or an envelope. Keeps digests, so it is for one
 * thread.
 */
public final class SignedContent {
    /** One after the other; null if only the digest is known. */
    private final @Nullable List<byte[]> parts;

    private final @Nullable Digest digest;
    private final @Nullable DsseEnvelope envelope;
    private final Map<Hash, byte[]> digests = new EnumMap<>(Hash.class);

    private SignedContent(@Nullable List<byte[]> parts, @Nullable Digest digest, @Nullable DsseEnvelope envelope) {
        this.parts = parts;
        this.digest = digest;
        this.envelope = envelope;
    }

    /** {@return bytes, which are not copied} */
    public static SignedContent of(byte[] bytes) {
        return new SignedContent(List.of(bytes), null, null);
    }

    /** {@return the bytes with that digest} */
    public static SignedContent of(Digest digest) {
        return new SignedContent(null, digest, null);
    }

    /** {@return what the signatures of an envelope are over (client 4.5)} */
    public static SignedContent of(DsseEnvelope envelope) {
        return new SignedContent(envelope.signedParts(), null, envelope);
    }

    /** {@return the hash with a name of Sigstore, of Rekor, or of a digest} */
    public static Optional<Hash> hash(String name) {
        return switch (name) {
            case "SHA2_256", "sha256" -> Optional.of(Hash.SHA256);
            case "SHA2_384", "sha384" -> Optional.of(Hash.SHA384);
            case "SHA2_512", "sha512" -> Optional.of(Hash.SHA512);
            default -> Optional.empty();
        };
    }

    /** {@return the payload, if this is an envelope} */
    Optional<SignedContent> payload() {
        return envelope == null ? Optional.empty() : Optional.of(of(envelope.payload()));
    }

    /** {@return the text of the envelope, if this is one and its text is known} */
    Optional<SignedContent> envelopeText() {
        return envelope == null ? Optional.empty() : envelope.document().map(SignedContent::of);
    }

    /** {@return the type of the payload, empty if this is no envelope} */
    String payloadType() {
        return envelope == null ? "" : envelope.payloadType();
    }

    /**
     * {@return the digest by an algorithm}
     *
     * @throws EvidenceException if only the digest by another algorithm is known
     */
    public byte[] digest(Hash hash) throws EvidenceException {
        if (parts != null) {
            return digests.computeIfAbsent(hash, ignored -> computed(hash, parts));
        }
        Digest known = known();
        if (hash(known.algorithm().name()).filter(hash::equals).isEmpty()) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "the " + hash.algorithm() + " digest is needed, known is " + known
                            + "; the artifact must be given");
        }
        return HexFormat.of().parseHex(known.encoded());
    }

    private static byte[] computed(Hash hash, List<byte[]> parts) {
        MessageDigest digest = RuntimeHash.named(hash.algorithm()).orElseThrow();
        parts.forEach(digest::update);
        return digest.digest();
    }

    private Digest known() {
        if (digest == null) {
            throw new IllegalStateException("neither bytes nor digest");
        }
        return digest;
    }

    /**
     * {@return whether a signature is one of the key over this}
     *
     * @param signatures verifies the signature, unless only the digest is known
     * @throws EvidenceException if that cannot be said from a digest
     */
    public boolean isSigned(PublicKey key, byte[] signature, Signatures signatures) throws EvidenceException {
        if (parts != null) {
            List<byte[]> message = parts;
            return hashes(key).stream().anyMatch(hash -> signatures.verify(key, hash, message, signature));
        }
        if (key instanceof EdECPublicKey) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "Ed25519 signatures are over the artifact, which must be given instead of a digest");
        }
        Hash hash = hash(known().algorithm().name())
                .orElseThrow(() ->
                        new EvidenceException(Reason.UNSUPPORTED, "signatures of " + known().algorithm() + " digests"));
        return PlainSignatures.verifyDigest(key, hash, digest(hash), signature);
    }

    /**
     * The hash that belongs to the curve (Sigstore's algorithm registry), and SHA-256, which cosign takes for all keys.
     */
    private static List<Hash> hashes(PublicKey key) {
        if (!(key instanceof ECPublicKey ec)) {
            return List.of(Hash.SHA256);
        }
        return switch (PlainSignatures.curve(ec).orElse("")) {
            case "secp384r1" -> List.of(Hash.SHA384, Hash.SHA256);
            case "secp521r1" -> List.of(Hash.SHA512, Hash.SHA256);
            default -> List.of(Hash.SHA256);
        };
    }

    /** {@return the subject of a statement that is this artifact, if one is} */
    public Optional<Statement.Subject> subjectOf(Statement statement) throws EvidenceException {
        if (parts == null) {
            return statement.subject(known());
        }
        for (DigestAlgorithm algorithm :
                List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)) {
            byte[] value = digest(hash(algorithm.name()).orElseThrow());
            Optional<Statement.Subject> subject = statement.subject(Digest.ofHash(algorithm, value));
            if (subject.isPresent()) {
                return subject;
            }
        }
        return Optional.empty();
    }
}
