package dev.tallyclerk.trust.cosign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.attestation.AttachmentFindings;
import dev.tallyclerk.trust.attestation.LayoutAttachments;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The verdict on each case of {@code shared/data/signatures} that cosign judged, and the reason of each refusal. A case
 * is refused for the reasons of all signatures that are attached, since none of them counts.
 */
class CosignCasesTest {
    @Test
    void theVerdictOnEachCaseIsThatOfTheDataForTheReasonOfTheTable()
            throws IOException, JsonException, EvidenceException {
        Path data = SharedData.require("signatures");
        List<String> verdicts = new ArrayList<>();
        for (JsonCursor entry :
                parse(data.resolve("index.json")).required("cases").elements()) {
            if (entry.required("type").string().equals("cosign-image")) {
                String id = entry.required("id").string();
                String verdict =
                        verdict(data, data.resolve(entry.required("layout").string()), entry, entry);
                assertEquals(entry.required("expect").string(), verdict.replaceAll("\t.*", ""), id + " " + verdict);
                verdicts.add(id + "\t" + verdict);
            }
        }
        assertEquals(String.join("\n", table()), String.join("\n", verdicts));
    }

    /** The image with all kinds of evidence; Notation is not cosign's. */
    @Test
    void theStatementsAboutTheCombinedImageHoldAsThePeersJudged() throws IOException, JsonException, EvidenceException {
        Path data = SharedData.require("signatures/combined");
        JsonCursor combined = parse(data.resolve("evidence.json"));
        for (JsonCursor entry : combined.required("evidence").elements()) {
            if (!entry.required("mode").string().equals("notation")) {
                String verdict = verdict(data, data.resolve("layout"), entry, combined.required("trust"));
                assertEquals(
                        entry.required("holds").bool(),
                        verdict.startsWith("accept"),
                        entry.required("id").string() + " " + verdict);
            }
        }
    }

    /**
     * {@return accept, or refuse with the reasons}
     *
     * @param trust names the trusted root
     */
    private static String verdict(Path data, Path layout, JsonCursor entry, JsonCursor trust)
            throws IOException, JsonException, EvidenceException {
        LayoutAttachments source = LayoutAttachments.of(layout);
        TargetArtifact image = source.image("1.0");
        if (entry.optional("digest").isPresent()) {
            assertEquals(Digest.parse(entry.required("digest").string()), image.digest());
        }
        JsonCursor policy = entry.required("policy");
        String mode = entry.required("mode").string();
        AttachmentFindings findings = verifier(data, policy, mode, trust)
                .verify(source.attachments(image.digest()).list(), image);
        Optional<JsonCursor> type = policy.optional("predicateType");
        if (type.isPresent()) {
            PredicateConditions conditions =
                    PredicateConditions.ofType(PredicateType.of(type.get().string()));
            Optional<JsonCursor> builder = policy.optional("builderId");
            if (builder.isPresent()) {
                conditions = conditions.withBuilder(builder.get().string());
            }
            findings = findings.where(conditions, mode);
        }
        if (mode.contains("sig")) {
            findings = findings.ofKind(Evidence.Kind.COSIGN_SIGNATURE);
        }
        if (!findings.verified().isEmpty()) {
            return "accept";
        }
        TreeSet<String> reasons = new TreeSet<>();
        for (RefusedEvidence refused : findings.refused()) {
            reasons.add(refused.reason().name());
        }
        return "refuse\t" + (reasons.isEmpty() ? "NOTHING_ATTACHED" : String.join(" ", reasons));
    }

    private static CosignVerifier verifier(Path data, JsonCursor policy, String mode, JsonCursor trust)
            throws IOException, JsonException, EvidenceException {
        Optional<JsonCursor> annotations = policy.optional("annotations");
        Map<String, String> wanted = annotations.isPresent() ? annotations.get().stringMap() : Map.of();
        if (policy.optional("key").isPresent()) {
            return CosignVerifier.of(TrustedKey.parse(text(data, policy, "key")))
                    .withAnnotations(wanted);
        }
        return CosignVerifier.of(
                        SigstoreVerifier.of(root(data, mode, trust)),
                        CertificateIdentity.of(
                                policy.required("identity").string(),
                                policy.required("issuer").string()))
                .withAnnotations(wanted);
    }

    /** cosign takes a trusted root for bundles, and single keys and certificates for classic signatures. */
    private static TrustedRoot root(Path data, String mode, JsonCursor trust)
            throws IOException, JsonException, EvidenceException {
        if (mode.startsWith("bundle")) {
            return TrustedRoot.parse(text(data, trust, "trustedRoot").getBytes(StandardCharsets.UTF_8));
        }
        JsonCursor keys = trust.optional("trust").orElse(trust);
        return TrustedRoot.empty()
                .withCertificateAuthority(text(data, keys, "fulcio"))
                .withLog(text(data, keys, "rekor"))
                .withCertificateLog(text(data, keys, "ctlog"));
    }

    private static String text(Path data, JsonCursor owner, String member) throws IOException, JsonException {
        return Files.readString(data.resolve(owner.required(member).string()));
    }

    private static JsonCursor parse(Path document) throws IOException, JsonException {
        byte[] bytes = Files.readAllBytes(document);
        return JsonCursor.parse(bytes, JsonLimits.ofBytes(bytes.length));
    }

    private static List<String> table() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(CosignCasesTest.class.getResourceAsStream("/testdata/cosign/verdicts.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }
}
