package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes manifests, and judges them by all rules. */
final class Manifests {
    private static final Auditor AUDITOR = Auditor.of(
            Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet(), KubernetesRules.ruleSet());

    private Manifests() {}

    static SourceDocument document(String name, String yaml) {
        return SourceDocument.of(name, yaml.getBytes(StandardCharsets.UTF_8));
    }

    static SubjectFile file(String yaml) {
        return KubernetesKind.create()
                .readAll(List.of(document("a.yaml", yaml)), SourceContext.create())
                .get(0);
    }

    static KubernetesWorkload workload(String yaml) throws MalformedSubjectException {
        List<KubernetesWorkload> workloads =
                KubernetesKind.create().read(document("a.yaml", yaml), SourceContext.create());
        if (workloads.size() != 1) {
            throw new AssertionError(workloads);
        }
        return workloads.get(0);
    }

    /** {@return a pod with a container; both in flow style, without braces} */
    static KubernetesWorkload pod(String pod, String container) throws MalformedSubjectException {
        String ofPod = pod.isEmpty() ? "" : pod + ", ";
        String ofContainer = container.isEmpty() ? "" : ", " + container;
        return workload("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {" + ofPod + "containers: [{name: c"
                + ofContainer + "}]}\n");
    }

    static List<Finding> findings(KubernetesWorkload workload) {
        return AUDITOR.audit(List.of(workload)).findings();
    }

    static Map<String, Outcome.Kind> kinds(KubernetesWorkload workload) {
        Map<String, Outcome.Kind> kinds = new TreeMap<>();
        findings(workload).forEach(finding -> kinds.put(finding.rule().id().value(), finding.kind()));
        return kinds;
    }
}
