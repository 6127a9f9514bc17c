package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.maven.settings.Settings;
import org.junit.jupiter.api.Test;

/** Decides on an image as the goals do. */
class VerificationTest {
    private static final Policy LENIENT = Policy.defaults().withGate(Severity.CRITICAL);

    private final SessionCaches caches = new SessionCaches();

    private Verdict decide(Policy policy) throws IOException {
        MavenNetwork offline = new MavenNetwork(new Settings(), new PlainDecrypter(), true, List.of());
        ImageLocation image =
                ImageLocation.parse("oci:" + ProjectFiles.root().resolve("examples/images/hello") + ":1.0");
        try (Verification verification =
                new Verification(policy, Optional.empty(), Demand.NONE, offline, caches, file -> {})) {
            return verification.decide(image, "", Instant.EPOCH);
        }
    }

    private static List<String> failed(Verdict verdict) {
        return verdict.audit().orElseThrow().findings(Outcome.Kind.FAIL).stream()
                .map(finding -> finding.rule().id().value())
                .toList();
    }

    @Test
    void aLimitOfThePolicyAppliesToLayers() throws IOException {
        assertTrue(decide(LENIENT).isAccepted());
        Verdict limited = decide(LENIENT.withLimit(PolicyLimit.MAX_LAYER_BYTES, 10));
        assertFalse(limited.isAccepted());
        assertTrue(limited.decision().because().toString().contains("10 bytes"), limited.decision()::toString);
    }

    @Test
    void aPatternOfThePolicyIsFoundInFiles() throws IOException {
        Policy policy = LENIENT.withSecretPattern("Example account | cloud | any | hello:x: | [0-9]{5} | entropy=0");
        assertFalse(failed(decide(LENIENT)).contains("FS-019"));
        assertTrue(failed(decide(policy)).contains("FS-019"));
        assertTrue(decide(policy).isCached(), "layers are read once for each list of patterns");
    }

    @Test
    void aRuleOnFilesOfAPackIsJudged() throws IOException {
        assertTrue(failed(decide(LENIENT)).contains("ACME-100"));
    }
}
