package dev.tallyclerk.registry.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ContentResult.Failed;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ContentResult.Unverifiable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is made of images of schema 1, which promise too little to be verified. */
class Schema1ImageTest {
    private static final Digest PAYLOAD =
            Digest.parse("sha256:a4578e3afdc6ca30022826e0094d45acb37c7412ea261823d5d6b27233bd4719");

    private static byte[] signed() throws IOException {
        try (InputStream in = Schema1ImageTest.class.getResourceAsStream(
                "/testdata/registry/schema1-ed-skopeo-resigned-by-registry.manifest.json")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static ImageVerification verify(byte[] document, String mediaType, Digest promised) throws IOException {
        InMemoryImage image = new InMemoryImage().manifest(promised, mediaType, document);
        return ImageVerifier.create().verifyDigest(image, ResolvedDigest.of(promised, "the test"));
    }

    private static Reason failure(ImageVerification verification) {
        assertEquals(ImageVerification.Verdict.FAILED, verification.verdict());
        assertEquals(1, verification.checks().size());
        return assertInstanceOf(Failed.class, verification.checks().get(0).result())
                .reason();
    }

    @Test
    void aManifestThatIsThePromisedOneLeavesTheImageUnverifiable() throws IOException {
        for (Digest promised : List.of(PAYLOAD, Digest.sha256Of(signed()))) {
            for (String type : List.of(MediaType.DOCKER_SCHEMA1_SIGNED, MediaType.DOCKER_SCHEMA1, "")) {
                ImageVerification verification = verify(signed(), type, promised);
                assertEquals(ImageVerification.Verdict.INCOMPLETE, verification.verdict());
                ContentCheck check = verification.checks().get(0);
                assertEquals(ContentCheck.Kind.MANIFEST, check.kind());
                assertEquals(MediaType.DOCKER_SCHEMA1_SIGNED, check.mediaType());
                Unverifiable result = assertInstanceOf(Unverifiable.class, check.result());
                assertEquals(Reason.UNSUPPORTED, result.reason());
                assertTrue(result.message().contains("self-signed"), result.message());
                assertTrue(verification.manifest().isEmpty());
            }
        }
    }

    @Test
    void aManifestThatIsAnotherOneFails() throws IOException {
        Digest other = Digest.sha256Of(new byte[0]);
        assertEquals(Reason.DIGEST_MISMATCH, failure(verify(signed(), MediaType.DOCKER_SCHEMA1_SIGNED, other)));
        String text = new String(signed(), StandardCharsets.UTF_8);
        byte[] unsigned = (text.substring(0, text.indexOf(",\"signatures\"")) + "}").getBytes(StandardCharsets.UTF_8);
        assertEquals(Reason.DIGEST_MISMATCH, failure(verify(unsigned, MediaType.DOCKER_SCHEMA1, other)));
        assertEquals(Reason.DIGEST_MISMATCH, failure(verify(unsigned, "", other)));
        byte[] altered = text.replace("amd64", "arm64").getBytes(StandardCharsets.UTF_8);
        assertEquals(Reason.DIGEST_MISMATCH, failure(verify(altered, MediaType.DOCKER_SCHEMA1_SIGNED, PAYLOAD)));
    }

    @Test
    void aManifestWhoseSignatureIsWrongFailsEvenIfItIsThePromisedOne() throws IOException {
        byte[] altered = new String(signed(), StandardCharsets.UTF_8)
                .replace("amd64", "arm64")
                .getBytes(StandardCharsets.UTF_8);
        Digest promised = Digest.sha256Of(altered);
        assertEquals(Reason.INVALID_SIGNATURE, failure(verify(altered, MediaType.DOCKER_SCHEMA1_SIGNED, promised)));
    }

    @Test
    void theRuleAboutObsoleteManifestsSeesIt() throws IOException {
        ImageVerification verification = verify(signed(), MediaType.DOCKER_SCHEMA1_SIGNED, PAYLOAD);
        Policy policy = Policy.defaults().withProfile(Profile.L1);
        assertTrue(Auditor.of(policy, ImageRules.ruleSet())
                .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .audit(List.of(ImageSubject.of(verification)))
                .findings()
                .stream()
                .anyMatch(finding -> finding.kind() == Outcome.Kind.FAIL
                        && finding.rule().id().toString().equals("IMG-037")));
    }
}
