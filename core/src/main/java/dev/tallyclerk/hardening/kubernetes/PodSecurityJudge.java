package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.kubernetes.PodSecurity.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs the checks of a level of the Pod Security Standards. */
final class PodSecurityJudge {
    private PodSecurityJudge() {}

    /** {@return the verdict: the checks of the level, and those of the baseline that it does not replace} */
    static PodSecurity judge(Pod pod, PodSecurityLevel level, KubernetesVersion version) {
        List<Violation> violations = new ArrayList<>();
        Set<String> replaced = new HashSet<>();
        if (level == PodSecurityLevel.RESTRICTED) {
            for (PodSecurityCheck check : RestrictedChecks.all()) {
                check.run(pod, version, violations);
                replaced.addAll(check.replacedIn(version));
            }
        }
        for (PodSecurityCheck check : BaselineChecks.all()) {
            if (!replaced.contains(check.id())) {
                check.run(pod, version, violations);
            }
        }
        pod.unreadableLists()
                .forEach(list -> violations.add(new Violation(
                        "fields",
                        "the containers cannot be read",
                        list.at().orElseGet(() -> pod.spec().location()))));
        return new PodSecurity(level, version, violations);
    }
}
