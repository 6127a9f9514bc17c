package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.Attachment.Place;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.attestation.Statement;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the signatures and attestations that cosign attaches to images. Immutable, and safe for use by several
 * threads.
 *
 * <p>Artifacts are recognised by their own content: the list that named them and all annotations are unsigned. A
 * signature is verified before its content is parsed; then the content must be about the image's digest.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign, Signature
 *     Specification</a>
 */
public final class CosignVerifier {
    private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";
    private static final Set<String> BUNDLES = Set.of(
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            "application/vnd.dev.sigstore.bundle+json;version=0.1",
            "application/vnd.dev.sigstore.bundle+json;version=0.2",
            "application/vnd.dev.sigstore.bundle+json;version=0.3");

    private final LayerVerifier layers;
    private final Settings settings;

    /** What is demanded beside the signature. */
    private record Settings(
            Map<String, String> annotations,
            @Nullable SignedIdentity signedIdentity,
            @Nullable Reference image,
            CosignLimits limits) {
        private static final Settings DEFAULTS = new Settings(Map.of(), null, null, CosignLimits.defaults());
    }

    private CosignVerifier(LayerVerifier layers, Settings settings) {
        this.layers = layers;
        this.settings = settings;
    }

    /**
     * {@return a verifier of signatures by keys, any of which is enough}
     *
     * <p>Classic signatures must be over SHA-256, whatever the key. No transparency log is asked.
     *
     * @throws IllegalArgumentException if there is no key
     */
    public static CosignVerifier of(TrustedKey... keys) {
        return of(List.of(keys));
    }

    /**
     * {@return a verifier of signatures by keys, any of which is enough}
     *
     * <p>Classic signatures must be over SHA-256, whatever the key. No transparency log is asked.
     *
     * @throws IllegalArgumentException if there is no key
     */
    public static CosignVerifier of(List<TrustedKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a verifier without a key accepts nothing");
        }
        return new CosignVerifier(KeyLayers.of(keys), Settings.DEFAULTS);
    }

    /**
     * {@return a verifier of signatures by short-lived certificates, as GitHub Actions and people get them from Fulcio}
     *
     * @param verifier verifies certificates, logs and times; the keys that it trusts are not trusted here
     * @param identities the persons or workflows, any of which is enough
     * @throws IllegalArgumentException if there is no identity
     */
    public static CosignVerifier of(SigstoreVerifier verifier, CertificateIdentity... identities) {
        return of(verifier, List.of(identities));
    }

    /**
     * {@return a verifier of signatures by short-lived certificates, as GitHub Actions and people get them from Fulcio}
     *
     * @param verifier verifies certificates, logs and times; the keys that it trusts are not trusted here
     * @param identities the persons or workflows, any of which is enough
     * @throws IllegalArgumentException if there is no identity
     */
    public static CosignVerifier of(SigstoreVerifier verifier, List<CertificateIdentity> identities) {
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("a verifier without an identity accepts nothing");
        }
        return new CosignVerifier(CertificateLayers.of(verifier, identities), Settings.DEFAULTS);
    }

    /**
     * {@return this verifier, for which a key's classic signatures are over another hash}
     *
     * <p>The hash of a bundle's signature is SHA-256 or the one of the key's curve.
     *
     * @throws IllegalStateException if this verifies certificates
     */
    public CosignVerifier withHash(SignatureHash hash) {
        return new CosignVerifier(layers.withHash(hash), settings);
    }

    /**
     * {@return this verifier, for which a key's signature counts only if a transparency log has it}
     *
     * @param log verifies log entries and times, by its thresholds; the keys and certificates that it trusts are not
     *     trusted here
     * @throws IllegalStateException if this verifies certificates, whose verifier demands log entries itself
     */
    public CosignVerifier withLog(SigstoreVerifier log) {
        return new CosignVerifier(layers.withLog(log), settings);
    }

    /**
     * {@return this verifier, for which a signature counts only with signed annotations}
     *
     * @param annotations the annotations, compared exactly; a signature may have others too
     */
    public CosignVerifier withAnnotations(Map<String, String> annotations) {
        return new CosignVerifier(
                layers,
                new Settings(Map.copyOf(annotations), settings.signedIdentity, settings.image, settings.limits));
    }

    /**
     * {@return this verifier, for which a signature counts only if the image's name in it fits}
     *
     * <p>By default the name is not compared, as by cosign: it changes when images are copied. Only classic signatures
     * carry a name; no other form counts once it is demanded.
     *
     * @param signedIdentity the demand
     * @param image the name under which the image will be loaded
     */
    public CosignVerifier withSignedIdentity(SignedIdentity signedIdentity, Reference image) {
        Objects.requireNonNull(signedIdentity, "signedIdentity");
        Objects.requireNonNull(image, "image");
        return new CosignVerifier(layers, new Settings(settings.annotations, signedIdentity, image, settings.limits));
    }

    /** {@return this verifier with other limits} */
    public CosignVerifier withLimits(CosignLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return new CosignVerifier(
                layers, new Settings(settings.annotations, settings.signedIdentity, settings.image, limits));
    }

    /**
     * {@return what some artifacts say about an image, in their order}
     *
     * @throws IOException if one cannot be read, which says nothing about the image
     */
    public AttachmentFindings verify(List<? extends Attachment> attachments, TargetArtifact target) throws IOException {
        List<VerifiedStatement> verified = new ArrayList<>();
        List<RefusedEvidence> refused = new ArrayList<>();
        for (Attachment attachment : attachments) {
            AttachmentFindings findings = verify(attachment, target);
            verified.addAll(findings.verified());
            refused.addAll(findings.refused());
        }
        return new AttachmentFindings(verified, refused);
    }

    /**
     * {@return what an artifact says about an image: one statement or refusal for each signature}
     *
     * <p>Artifacts that are not cosign's, and its unsigned bills of materials, give no findings.
     *
     * @param attachment the artifact
     * @param target the image, whose digest must be the signed one
     * @throws IOException if it cannot be read, which says nothing about the image
     */
    public AttachmentFindings verify(Attachment attachment, TargetArtifact target) throws IOException {
        if (attachment.place() == Place.SBOM_TAG) {
            return AttachmentFindings.NONE;
        }
        AttachedManifest manifest;
        try {
            manifest = attachment.manifest();
        } catch (EvidenceException e) {
            return new AttachmentFindings(List.of(), List.of(refused(attachment.origin(), e)));
        }
        List<VerifiedStatement> verified = new ArrayList<>();
        List<RefusedEvidence> refused = new ArrayList<>();
        int signatures = 0;
        for (AttachedBlob layer : manifest.blobs()) {
            if (!isSignature(layer, attachment.place())) {
                continue;
            }
            String origin = attachment.origin() + ", layer " + layer.digest();
            try {
                if (++signatures > settings.limits.maxLayers()) {
                    throw new EvidenceException(
                            Reason.LIMIT_EXCEEDED,
                            "an artifact with more than " + settings.limits.maxLayers() + " signatures");
                }
                verified.add(verify(attachment, layer, target, origin));
            } catch (EvidenceException e) {
                refused.add(refused(origin, e));
                if (signatures > settings.limits.maxLayers()) {
                    break;
                }
            }
        }
        return new AttachmentFindings(verified, refused);
    }

    /** Under cosign's tags everything is meant as a signature; referrers are of many kinds. */
    private static boolean isSignature(AttachedBlob layer, Place place) {
        return place != Place.REFERRERS
                || layer.mediaType().equals(SIMPLE_SIGNING)
                || layer.mediaType().equals(ENVELOPE)
                || BUNDLES.contains(layer.mediaType());
    }

    private RefusedEvidence refused(String origin, EvidenceException e) {
        return new RefusedEvidence(origin, layers.toString(), e.reason(), String.valueOf(e.getMessage()));
    }

    private VerifiedStatement verify(Attachment attachment, AttachedBlob layer, TargetArtifact target, String origin)
            throws EvidenceException, IOException {
        String type = layer.mediaType();
        if (type.equals(SIMPLE_SIGNING)) {
            return signature(attachment, layer, target, origin);
        }
        if (type.equals(ENVELOPE)) {
            return attestation(attachment, layer, target, origin);
        }
        if (BUNDLES.contains(type)) {
            return bundle(attachment, layer, target, origin);
        }
        throw new EvidenceException(Reason.UNSUPPORTED, "a layer of the type " + Quoted.quote(type));
    }

    private VerifiedStatement signature(Attachment attachment, AttachedBlob layer, TargetArtifact target, String origin)
            throws EvidenceException, IOException {
        int maxBytes = settings.limits.maxPayloadBytes();
        byte[] payload = read(attachment, layer, maxBytes);
        String text = layer.annotations().getOrDefault(ClassicAnnotations.SIGNATURE, "");
        byte[] signature = StrictBase64.decode(text)
                .filter(bytes -> bytes.length > 0)
                .orElseThrow(() -> new EvidenceException(
                        Reason.MALFORMED,
                        "the annotation " + ClassicAnnotations.SIGNATURE + " is no signature in base64: "
                                + Quoted.quote(text)));
        LayerVerifier.Signed signed = layers.signature(payload, signature, layer);
        SimpleSigning content = SimpleSigning.parse(payload, maxBytes);
        if (!content.digest().equals(target.digest())) {
            throw new EvidenceException(
                    Reason.SUBJECT_MISMATCH,
                    "the signature is about " + content.digest() + ", the image is " + target.digest());
        }
        List<String> notChecked = new ArrayList<>(signed.notChecked());
        requireIdentity(Optional.of(content.dockerReference()), notChecked);
        requireAnnotations(content.annotations());
        Evidence evidence = evidence(Evidence.Kind.COSIGN_SIGNATURE, target, signed, origin, notChecked);
        return new VerifiedStatement(evidence, Optional.empty(), content.annotations());
    }

    private VerifiedStatement attestation(
            Attachment attachment, AttachedBlob layer, TargetArtifact target, String origin)
            throws EvidenceException, IOException {
        byte[] document = read(attachment, layer, settings.limits.attestations().maxDocumentBytes());
        DsseEnvelope envelope = DsseEnvelope.parse(document, settings.limits.attestations());
        LayerVerifier.SignedStatement signed = layers.envelope(envelope, layer, target.digest());
        return statement(signed.statement(), target, signed.signed(), origin);
    }

    private VerifiedStatement bundle(Attachment attachment, AttachedBlob layer, TargetArtifact target, String origin)
            throws EvidenceException, IOException {
        byte[] document = read(attachment, layer, settings.limits.attestations().maxDocumentBytes());
        VerifiedBundle verified = layers.bundle(SigstoreBundle.parse(document), target.digest());
        LayerVerifier.Signed signed = LayerVerifier.Signed.by(verified);
        if (verified.statement().isPresent()) {
            return statement(verified.statement().get(), target, signed, origin);
        }
        List<String> notChecked = new ArrayList<>(signed.notChecked());
        requireIdentity(Optional.empty(), notChecked);
        requireAnnotations(Map.of());
        Evidence evidence = evidence(Evidence.Kind.SIGSTORE_SIGNATURE, target, signed, origin, notChecked);
        return new VerifiedStatement(evidence, Optional.empty(), Map.of());
    }

    private VerifiedStatement statement(
            Statement statement, TargetArtifact target, LayerVerifier.Signed signed, String origin)
            throws EvidenceException {
        Statement.Subject subject = statement
                .subject(target.digest())
                .orElseThrow(() -> new EvidenceException(
                        Reason.SUBJECT_MISMATCH,
                        "the statement is about " + first(statement) + ", the image is " + target.digest()));
        List<String> notChecked = new ArrayList<>(signed.notChecked());
        requireIdentity(Optional.empty(), notChecked);
        requireAnnotations(subject.annotations());
        boolean isSignature = PredicateType.COSIGN_SIGN.includes(statement.predicateType());
        if (isSignature) {
            statement.predicate();
        }
        Evidence evidence = evidence(
                        isSignature ? Evidence.Kind.COSIGN_SIGNATURE : Evidence.Kind.ATTESTATION,
                        target,
                        signed,
                        origin,
                        notChecked)
                .withPredicateType(statement.predicateType());
        if (PredicateType.OPENVEX.includes(statement.predicateType())) {
            evidence = statement.predicateJson().map(evidence::withPredicate).orElse(evidence);
        }
        return new VerifiedStatement(evidence, Optional.of(statement), subject.annotations());
    }

    private static String first(Statement statement) {
        List<Statement.Subject> subjects = statement.subjects();
        String others = subjects.size() == 1 ? "" : " and " + (subjects.size() - 1) + " others";
        return Quoted.quote(subjects.get(0).digests().toString(), 200) + others;
    }

    /** The manifest states the size, and the source reads no more than that. */
    private static byte[] read(Attachment attachment, AttachedBlob layer, int maxBytes)
            throws EvidenceException, IOException {
        if (layer.size() > maxBytes) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "a layer of " + layer.size() + " bytes, " + maxBytes + " are allowed");
        }
        return attachment.read(layer);
    }

    private void requireIdentity(Optional<String> signedName, List<String> notChecked) throws EvidenceException {
        SignedIdentity wanted = settings.signedIdentity;
        Reference image = settings.image;
        if (wanted == null || image == null) {
            signedName.ifPresent(name -> notChecked.add("the name in the signature: " + Quoted.quote(name)));
        } else if (signedName.isEmpty()) {
            throw new EvidenceException(
                    Reason.SUBJECT_MISMATCH, "the signature has no image name, wanted one for " + image);
        } else if (!wanted.accepts(image, signedName.get())) {
            throw new EvidenceException(
                    Reason.SUBJECT_MISMATCH,
                    "the signature is for the name " + Quoted.quote(signedName.get()) + ", the image is " + image
                            + ", compared by " + wanted);
        }
    }

    private void requireAnnotations(Map<String, String> signed) throws EvidenceException {
        for (Map.Entry<String, String> wanted : new TreeMap<>(settings.annotations).entrySet()) {
            String found = signed.get(wanted.getKey());
            if (!wanted.getValue().equals(found)) {
                throw new EvidenceException(
                        Reason.ANNOTATION_MISMATCH,
                        "the annotation " + Quoted.quote(wanted.getKey()) + " is "
                                + (found == null ? "not signed" : Quoted.quote(found)) + ", wanted "
                                + Quoted.quote(wanted.getValue()));
            }
        }
    }

    private static Evidence evidence(
            Evidence.Kind kind,
            TargetArtifact target,
            LayerVerifier.Signed signed,
            String origin,
            List<String> notChecked) {
        Evidence evidence =
                Evidence.of(kind, target.digest(), signed.signer(), origin).withNotChecked(notChecked);
        return signed.signedAt().isPresent()
                ? evidence.withSignedAt(signed.signedAt().get())
                : evidence;
    }
}
