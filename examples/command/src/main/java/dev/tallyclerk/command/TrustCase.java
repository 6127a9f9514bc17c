package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.SourceCandidate;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.notation.NotationEnvelope;
import dev.tallyclerk.trust.notation.NotationResult;
import dev.tallyclerk.trust.notation.NotationTrustPolicy;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import dev.tallyclerk.trust.notation.NotationVerifier;
import dev.tallyclerk.trust.policy.Requirement;
import dev.tallyclerk.trust.policy.SignedByKey;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustVerifier;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides on the cases of a list.
 *
 * @param folder the folder that paths are relative to
 * @param clock tells the time
 */
record TrustCase(Path folder, Clock clock) {
    private static final int MAX_FILE = 64 << 20;

    /**
     * The decision on a case.
     *
     * @param word accept, refuse or skip
     * @param reason why
     */
    record Verdict(String word, String reason) {
        static Verdict unreadable(IOException e) {
            return new Verdict("refuse", "UNREADABLE: " + Messages.of(e));
        }

        static Verdict refuse(EvidenceException e) {
            return new Verdict("refuse", e.reason() + ": " + e.getMessage());
        }
    }

    /**
     * {@return the decision on a case}
     *
     * @throws IOException if the case, or a file that it names, cannot be read
     */
    Verdict judge(JsonTree each) throws IOException {
        try {
            return switch (each.required("type")) {
                case "sigstore-bundle" -> bundle(each);
                case "cosign-image" -> cosign(each);
                case "notation" -> envelope(each);
                case "notation-image" -> notation(each);
                default -> new Verdict("skip", "UNSUPPORTED: a case of the type " + each.required("type"));
            };
        } catch (EvidenceException e) {
            return Verdict.refuse(e);
        } catch (IllegalArgumentException e) {
            return new Verdict("refuse", "MALFORMED: " + Messages.of(e));
        }
    }

    private byte[] file(String name) throws IOException {
        return InputFile.read(folder.resolve(name), MAX_FILE);
    }

    private String text(String name) throws IOException {
        return new String(file(name), StandardCharsets.UTF_8);
    }

    private Verdict bundle(JsonTree each) throws IOException, EvidenceException {
        JsonTree require = each.get("require");
        JsonTree policy = each.get("policy");
        SigstoreVerifier verifier = SigstoreVerifier.of(TrustedRoot.parse(file(each.required("trustedRoot"))))
                .withClock(clock)
                .withTimestampEngine(BouncyCastleTimestamps.create())
                .withSignatureEngine(TufActions.engine())
                .withThresholds(new SigstoreThresholds(
                        require.number("tlog", 1), require.number("timestamps", 1), require.number("sct", 1)));
        Optional<String> key = each.get("key").text();
        if (key.isPresent()) {
            verifier = verifier.withKeys(List.of(windowed(TrustedKey.parse(text(key.get())), policy)));
        }
        SigstoreBundle bundle = SigstoreBundle.parse(file(each.required("bundle")));
        VerifiedBundle verified = verifier.verify(bundle, file(each.required("artifact")));
        if (policy.get("identity").isPresent()) {
            identity(policy).check(verified);
        }
        Optional<String> type = policy.get("predicateType").text();
        if (type.isPresent()) {
            PredicateConditions wanted = PredicateConditions.ofType(PredicateType.of(type.get()));
            wanted.check(verified.statement()
                    .orElseThrow(() -> new EvidenceException(
                            EvidenceException.Reason.PREDICATE_MISMATCH, "the bundle has no statement")));
        }
        return new Verdict("accept", verified.signer().toString());
    }

    private static TrustedKey windowed(TrustedKey key, JsonTree policy) {
        TrustedKey windowed = key;
        Optional<String> start = policy.get("keyValidFor").get("start").text();
        Optional<String> end = policy.get("keyValidFor").get("end").text();
        if (start.isPresent()) {
            windowed = windowed.withValidFrom(Instant.parse(start.get()));
        }
        return end.isPresent() ? windowed.withValidUntil(Instant.parse(end.get())) : windowed;
    }

    private static CertificateIdentity identity(JsonTree policy) throws IOException {
        CertificateIdentity identity = CertificateIdentity.of(policy.required("identity"), policy.required("issuer"));
        for (Map.Entry<String, String> extension :
                policy.get("extensions").texts().entrySet()) {
            identity = identity.withExtension(extension.getKey(), extension.getValue());
        }
        return identity;
    }

    private Verdict cosign(JsonTree each) throws IOException, EvidenceException {
        return image(each, requirement(each), Optional.empty());
    }

    private Requirement requirement(JsonTree each) throws IOException, EvidenceException {
        JsonTree policy = each.get("policy");
        String mode = each.required("mode");
        Requirement signer;
        if (mode.endsWith("-key")) {
            SignedByKey key = SignedByKey.of(List.of(TrustedKey.parse(text(policy.required("key")))))
                    .withAnnotations(policy.get("annotations").texts());
            Optional<TrustedRoot> root = root(each);
            signer = root.isPresent() ? key.withLog(root.get()) : key;
        } else {
            signer = Requirement.sigstore(root(each).orElseGet(TrustedRoot::empty), identity(policy))
                    .withAnnotations(policy.get("annotations").texts());
        }
        Optional<String> type = policy.get("predicateType").text();
        if (type.isEmpty()) {
            return signer;
        }
        PredicateConditions conditions = PredicateConditions.none();
        Optional<String> builder = policy.get("builderId").text();
        return Requirement.attestation(
                signer,
                PredicateType.of(type.get()),
                builder.isPresent() ? conditions.withBuilder(builder.get()) : conditions);
    }

    private Optional<TrustedRoot> root(JsonTree each) throws IOException, EvidenceException {
        Optional<String> whole = each.get("trustedRoot").text();
        if (whole.isPresent()) {
            return Optional.of(TrustedRoot.parse(file(whole.get())));
        }
        JsonTree parts = each.get("trust");
        if (!parts.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(TrustedRoot.empty()
                .withCertificateAuthority(text(parts.required("fulcio")))
                .withLog(text(parts.required("rekor")))
                .withCertificateLog(text(parts.required("ctlog"))));
    }

    private Verdict image(JsonTree each, Requirement requirement, Optional<Reference> name) throws IOException {
        TrustVerifier verifier = TrustVerifier.of(TrustPolicy.of("case").withRule("*", requirement))
                .withClock(clock)
                .withTimestampEngine(BouncyCastleTimestamps.create());
        String layout = folder.resolve(each.required("layout")).toString();
        ImageLocation location = ImageLocation.parse("oci:" + layout + ":" + each.required("image"));
        try (ImageSource source = location.open(registry -> {
            throw new IllegalArgumentException("a case in a registry: " + registry);
        })) {
            TrustResult result = verifier.vouch(name, SourceCandidate.of(source, DocumentLimits.defaults()));
            String because = String.join("; ", result.decision().because());
            if (!result.decision().isAccepted()) {
                String reason = result.refused().isEmpty()
                        ? "NOTHING_ATTACHED: " + because
                        : result.refused().get(0).reason() + ": "
                                + result.refused().get(0).message();
                return new Verdict("refuse", reason);
            }
            Digest found = result.digest().orElseThrow().digest();
            return found.equals(Digest.parse(each.required("digest")))
                    ? new Verdict("accept", because)
                    : new Verdict("refuse", "SUBJECT_MISMATCH: the image has the digest " + found);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            return Verdict.unreadable(e);
        }
    }

    private NotationTrustPolicy trustPolicy(JsonTree each) throws IOException, EvidenceException {
        return NotationTrustPolicy.parse(file(each.required("trustPolicy")));
    }

    private NotationTrustStore trustStore(JsonTree each) throws IOException, EvidenceException {
        return NotationTrustStore.open(folder.resolve(each.required("trustStore")));
    }

    private Verdict envelope(JsonTree each) throws IOException, EvidenceException {
        JsonTree descriptor = each.get("descriptor");
        TargetArtifact target = new TargetArtifact(
                descriptor.required("mediaType"),
                Digest.parse(descriptor.required("digest")),
                descriptor.number("size", 0));
        NotationVerifier verifier = NotationVerifier.of(trustPolicy(each), trustStore(each))
                .withUserMetadata(each.get("userMetadata").texts())
                .withClock(clock)
                .withTimestampEngine(BouncyCastleTimestamps.create());
        NotationEnvelope envelope =
                NotationEnvelope.parse(file(each.required("envelope")), each.required("envelopeType"));
        NotationResult result = verifier.verify(envelope, target, Reference.parse(each.required("reference")));
        return result.fold(
                verified -> new Verdict(
                        "accept", verified.statement().evidence().signer().toString()),
                skipped -> new Verdict("skip", "the statement " + skipped.policyStatement() + " skips verification"),
                refused -> new Verdict("refuse", refused.reason() + ": " + refused.message()));
    }

    private Verdict notation(JsonTree each) throws IOException, EvidenceException {
        Requirement requirement = new Requirement.NotationSignature(
                trustPolicy(each), trustStore(each), each.get("userMetadata").texts());
        return image(each, requirement, Optional.of(Reference.parse(each.required("reference"))));
    }
}
