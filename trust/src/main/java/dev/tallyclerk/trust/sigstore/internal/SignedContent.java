package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.internal.encoding.RuntimeHash;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a signature is over: bytes, the bytes that a digest stands for, or an envelope. */
public final class SignedContent {
    private final byte @Nullable [] bytes;
    private final @Nullable Digest digest;
    private final @Nullable DsseEnvelope envelope;

    private SignedContent(byte @Nullable [] bytes, @Nullable Digest digest, @Nullable DsseEnvelope envelope) {
        this.bytes = bytes;
        this.digest = digest;
        this.envelope = envelope;
    }

    /** {@return bytes, which are not copied} */
    public static SignedContent of(byte[] bytes) {
        return new SignedContent(bytes, null, null);
    }

    /** {@return the bytes with that digest} */
    public static SignedContent of(Digest digest) {
        return new SignedContent(null, digest, null);
    }

    /** {@return what the signatures of an envelope are over (client 4.5)} */
    public static SignedContent of(DsseEnvelope envelope) {
        return new SignedContent(envelope.signedBytes(), null, envelope);
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
        if (bytes != null) {
            return RuntimeHash.named(hash.algorithm()).orElseThrow().digest(bytes);
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

    private Digest known() {
        if (digest == null) {
            throw new IllegalStateException("neither bytes nor digest");
        }
        return digest;
    }

    /**
     * {@return whether a signature is one of the key over this}
     *
     * @throws EvidenceException if that cannot be said from a digest
     */
    public boolean isSigned(PublicKey key, byte[] signature) throws EvidenceException {
        if (bytes != null) {
            byte[] message = bytes;
            return hashes(key).stream().anyMatch(hash -> PlainSignatures.verify(key, hash, message, signature));
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
    public Optional<Statement.Subject> subjectOf(Statement statement) {
        if (bytes == null) {
            return statement.subject(known());
        }
        byte[] content = bytes;
        return Stream.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)
                .flatMap(algorithm -> statement.subject(Digest.of(algorithm, content)).stream())
                .findFirst();
    }
}
