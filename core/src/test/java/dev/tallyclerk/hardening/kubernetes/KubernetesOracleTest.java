package dev.tallyclerk.hardening.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Compares with right verdicts over manifests, of the rules and of the Pod Security Standards. */
class KubernetesOracleTest {
    private static final String CASES = "hardening/oracle/kubernetes";

    private final Map<String, String> wrong = new TreeMap<>();
    private int compared;

    @Test
    void givesTheRightVerdictsOnEveryWorkload() throws Exception {
        Path folder = SharedData.require(CASES);
        JsonCursor expected =
                JsonCursor.parse(Files.readAllBytes(folder.resolve("expected.json")), JsonLimits.ofBytes(1 << 24));
        Map<String, String> same = new HashMap<>();
        for (Map.Entry<String, JsonCursor> pair :
                expected.required("same").members().entrySet()) {
            same.put(pair.getKey(), pair.getValue().string());
        }
        for (Map.Entry<String, JsonCursor> one :
                expected.required("cases").members().entrySet()) {
            KubernetesVersion version =
                    KubernetesVersion.parse(one.getValue().required("version").string());
            SourceDocument document = SourceDocument.of(
                    one.getKey(), Files.readAllBytes(folder.resolve("cases/" + one.getKey() + ".yaml")));
            SubjectFile file = SubjectFinder.of(List.of(KubernetesKind.create().withVersion(version)))
                    .read(document, SourceContext.create());
            assertEquals("kubernetes", file.kind().orElse(""), one.getKey());
            compare(one.getKey(), file.subjects(), one.getValue().required("workloads"), same);
        }
        assertEquals(Map.of(), wrong);
        assertTrue(compared > 5000, "compared " + compared);
    }

    private void compare(String name, List<Subject> subjects, JsonCursor workloads, Map<String, String> same)
            throws Exception {
        Auditor auditor = Auditor.of(
                Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet(), KubernetesRules.ruleSet());
        Map<String, String> verdicts = new HashMap<>();
        for (Finding finding : auditor.audit(subjects).findings()) {
            verdicts.put(
                    finding.subject().name() + ' ' + finding.rule().id(),
                    finding.kind().name());
        }
        assertEquals(workloads.members().size(), subjects.size(), name);
        for (Map.Entry<String, JsonCursor> workload : workloads.members().entrySet()) {
            String key = workload.getKey();
            for (Map.Entry<String, JsonCursor> rule :
                    workload.getValue().required("rules").members().entrySet()) {
                String id = same.getOrDefault(rule.getKey(), rule.getKey());
                check(
                        name + " " + key + " " + rule.getKey(),
                        rule.getValue().string(),
                        verdicts.getOrDefault(key + ' ' + id, "missing"));
            }
            for (Map.Entry<String, JsonCursor> verdict :
                    workload.getValue().required("psa").members().entrySet()) {
                String[] parts = verdict.getKey().split(" ", 2);
                KubernetesWorkload subject = subjects.stream()
                        .map(KubernetesWorkload.class::cast)
                        .filter(one -> one.ref().name().equals(key))
                        .findFirst()
                        .orElseThrow();
                PodSecurity security = subject.podSecurity(
                        PodSecurityLevel.valueOf(parts[0].toUpperCase(Locale.ROOT)), KubernetesVersion.parse(parts[1]));
                check(
                        name + " " + key + " " + verdict.getKey(),
                        verdict.getValue().string(),
                        security.isAllowed() ? "allowed" : "denied");
            }
        }
    }

    private void check(String what, String expected, String actual) {
        compared++;
        if (!Arrays.asList(expected.split("\\|", -1)).contains(actual)) {
            wrong.put(what, "expected " + expected + ", was " + actual);
        }
    }
}
