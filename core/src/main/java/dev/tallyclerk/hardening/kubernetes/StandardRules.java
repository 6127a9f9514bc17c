package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** The verdicts of the Pod Security Standards, for the version of Kubernetes that a workload is judged for. */
final class StandardRules {
    private StandardRules() {}

    static List<Rule<KubernetesWorkload>> all() {
        return List.of(baseline(), restricted());
    }

    private static Rule<KubernetesWorkload> baseline() {
        return Heads.rule(
                Heads.info("PSS-001", Severity.HIGH, Profile.L1, "4.4.3", """
                        Pod is not admitted at the level baseline
                        A namespace that enforces the level baseline of the Pod Security Standards refuses the pod. The
                        level prevents known ways to more privileges on the node.
                        Remedy: Change what the findings name, or put the pod into a namespace of the administrators.
                        """).reference(Heads.PSS, "baseline"),
                workload -> verdict(workload, PodSecurityLevel.BASELINE));
    }

    private static Rule<KubernetesWorkload> restricted() {
        return Heads.rule(
                Heads.info("PSS-002", Severity.MEDIUM, Profile.STRICT, "4.4.3", """
                        Pod is not admitted at the level restricted
                        A namespace that enforces the level restricted of the Pod Security Standards refuses the pod.
                        The level demands what is good practice for pods.
                        Remedy: Set runAsNonRoot, seccompProfile, allowPrivilegeEscalation: false and capabilities that
                        drop ALL, and change what the findings name.
                        """)
                        .reference(Heads.PSS, "restricted"),
                workload -> verdict(workload, PodSecurityLevel.RESTRICTED));
    }

    private static Outcome verdict(KubernetesWorkload workload, PodSecurityLevel level) {
        return Outcome.ofProblems(workload.podSecurity(level, workload.version()).violations().stream()
                .map(violation ->
                        Problem.at(violation.at(), violation.message(), Evidence.of("check", violation.check())))
                .distinct()
                .toList());
    }
}
