package dev.tallyclerk.trust.sign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Signs the digests of images, and attests to them, byte for byte in the forms of cosign.
 *
 * <pre>{@code
 * NewAttachment signature = ImageSigner.of(key, Clock.systemUTC())
 *         .sign("registry.example.org/team/app", digest, Map.of("env", "prod"));
 * AttachmentWriter.create().attach(signature, image, client.destination(name));
 * }</pre>
 *
 * <p>Nothing is sent: signatures have no entry in a transparency log and no timestamp. So cosign accepts them with
 * {@code --insecure-ignore-tlog}, and a {@code CosignVerifier} by the key alone. Immutable, and as thread-safe as the
 * key.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign, Signature
 *     Specification</a>
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md">cosign, Bundle Specification</a>
 */
public final class ImageSigner {
    private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String COSIGN_SIGN = PredicateType.COSIGN_SIGN.uris().get(0);

    private final SigningKey key;
    private final Clock clock;
    private final Form form;

    /** Where signatures are, and in which form. */
    public enum Form {
        /** Layers under the tags {@code sha256-HEX.sig} and {@code .att}, which all versions of cosign read. */
        CLASSIC,
        /** Sigstore bundles among the referrers of the image, which cosign writes since version 3. */
        BUNDLE
    }

    private ImageSigner(SigningKey key, Clock clock, Form form) {
        this.key = Objects.requireNonNull(key, "key");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.form = Objects.requireNonNull(form, "form");
    }

    /**
     * {@return a signer in the classic form}
     *
     * @param clock tells when a bundle was made, which is an unsigned annotation
     */
    public static ImageSigner of(SigningKey key, Clock clock) {
        return new ImageSigner(key, clock, Form.CLASSIC);
    }

    /** {@return this signer, with another form} */
    public ImageSigner withForm(Form form) {
        return new ImageSigner(key, clock, form);
    }

    /**
     * {@return a signature of an image}
     *
     * @param name the repository of the image, such as {@code registry.example.org/team/app}; empty if it has none.
     *     cosign does not compare it; a {@code policy.json} of containers does
     * @param digest the digest of the manifest or index
     * @param annotations what to sign beside the digest
     * @throws SigningException if the key does not sign, or its signature does not verify with its public half
     * @throws IllegalArgumentException if a text has a code point that JSON cannot interchange
     */
    public NewAttachment sign(String name, Digest digest, Map<String, String> annotations) throws SigningException {
        if (form == Form.BUNDLE) {
            return bundle(digest, COSIGN_SIGN, SignedDocuments.signature(name, digest, annotations));
        }
        byte[] payload = SignedDocuments.simpleSigning(name, digest, annotations);
        String signature = Base64.getEncoder().encodeToString(signature(payload));
        return tagged(Place.SIGNATURE_TAG, digest, NewBlob.of(SIMPLE_SIGNING, payload, Map.of(SIGNATURE, signature)));
    }

    /**
     * {@return an attestation about an image}
     *
     * @param name the repository of the image, such as {@code registry.example.org/team/app}; empty if it has none
     * @param digest the digest of the manifest or index
     * @param predicateType the URI of the predicate's type, such as the first of {@link PredicateType#uris}
     * @param predicate the predicate, a JSON document; its members keep their order
     * @throws SigningException if the predicate is no JSON document, or larger than verifiers read, if the key does not
     *     sign, or if its signature does not verify with its public half
     * @throws IllegalArgumentException if a text has a code point that JSON cannot interchange
     */
    public NewAttachment attest(String name, Digest digest, String predicateType, byte[] predicate)
            throws SigningException {
        byte[] statement = SignedDocuments.attestation(name, digest, predicateType, predicate);
        try {
            Statement.parse(statement);
        } catch (EvidenceException e) {
            Reason reason =
                    e.reason() == EvidenceException.Reason.LIMIT_EXCEEDED ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED;
            throw new SigningException(reason, "no verifier would read the statement: " + e.getMessage(), e);
        }
        if (form == Form.BUNDLE) {
            return bundle(digest, predicateType, statement);
        }
        byte[] envelope = SignedDocuments.envelope(statement, envelopeSignature(statement));
        Map<String, String> annotations = Map.of(SIGNATURE, "", "predicateType", predicateType);
        return tagged(Place.ATTESTATION_TAG, digest, NewBlob.of(ENVELOPE, envelope, annotations));
    }

    private byte[] envelopeSignature(byte[] statement) throws SigningException {
        return signature(DsseEnvelope.signedBytes(DsseEnvelope.IN_TOTO, statement));
    }

    /** A remote key may have been rotated, or sign by another scheme: no such signature may leave. */
    private byte[] signature(byte[] message) throws SigningException {
        byte[] signature = key.sign(message.clone());
        TrustedKey half = key.publicKey();
        if (!PlainSignatures.verify(half.publicKey(), PlainSignatures.Hash.SHA256, message, signature)) {
            throw new SigningException(
                    Reason.KEY_MISMATCH,
                    "what the key returned is no signature by " + half + ", as SigningKey describes it");
        }
        return signature;
    }

    private static NewAttachment tagged(Place place, Digest digest, NewBlob layer) {
        return new NewAttachment(place, digest, "", Map.of(), List.of(layer));
    }

    private NewAttachment bundle(Digest digest, String predicateType, byte[] statement) throws SigningException {
        byte[] bundle = SignedDocuments.bundle(hint(), statement, envelopeSignature(statement));
        Map<String, String> annotations = Map.of(
                "dev.sigstore.bundle.content",
                "dsse-envelope",
                "dev.sigstore.bundle.predicateType",
                predicateType,
                "org.opencontainers.image.created",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        return new NewAttachment(
                Place.REFERRERS, digest, BUNDLE, annotations, List.of(NewBlob.of(BUNDLE, bundle, Map.of())));
    }

    /** {@return the hint of a key as cosign gives it} */
    private String hint() {
        return Base64.getEncoder()
                .encodeToString(HexFormat.of().parseHex(key.publicKey().fingerprint()));
    }
}
