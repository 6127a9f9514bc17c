package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.function.Function;

/** The metadata of rules about workloads. */
final class Heads {
    static final String CIS = "CIS Kubernetes 1.12";
    static final String PSS = "Pod Security Standards";

    private Heads() {}

    /**
     * {@return the metadata of a rule}
     *
     * @param nist the section of NIST SP 800-190
     * @param text the title on the first line, then the rationale, and from the word {@code Remedy:} on the remediation
     */
    static RuleInfo.Builder info(String id, Severity severity, Profile profile, String nist, String text) {
        return RuleHeads.info(id, severity, profile, "", nist, text);
    }

    static Rule<KubernetesWorkload> rule(RuleInfo.Builder info, Function<KubernetesWorkload, Outcome> decision) {
        return Rule.of(info.build(), KubernetesWorkload.class, (workload, context) -> decision.apply(workload));
    }

    /** {@return a rule that does not apply to pods of Windows} */
    static Rule<KubernetesWorkload> linux(RuleInfo.Builder info, Function<KubernetesWorkload, Outcome> decision) {
        return rule(
                info,
                workload -> workload.pod().isWindows()
                        ? Outcome.notApplicable("the pod is one of Windows, which has nothing of the kind")
                        : decision.apply(workload));
    }
}
