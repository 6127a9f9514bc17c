package dev.tallyclerk.hardening.kubernetes;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;

/** Every rule and level has a verdict for every manifest that can be read. */
class KubernetesFuzzTest {
    @FuzzTest
    void audit(byte[] data) {
        SourceDocument document = SourceDocument.of("fuzz.yaml", data);
        try {
            for (KubernetesWorkload workload : KubernetesKind.create().read(document, SourceContext.create())) {
                assertFalse(Manifests.kinds(workload).containsValue(Outcome.Kind.ERROR), "a rule has no outcome");
                for (int minor : new int[] {0, 18, 25, 37}) {
                    workload.podSecurity(PodSecurityLevel.RESTRICTED, new KubernetesVersion(minor));
                }
            }
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }
}
