package dev.tallyclerk.registry.admission;

import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.apparmor.AppArmorRules;
import dev.tallyclerk.hardening.compose.ComposeRules;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.dockerfile.DockerfileRules;
import dev.tallyclerk.hardening.engine.EngineRules;
import dev.tallyclerk.hardening.host.HostRules;
import dev.tallyclerk.hardening.kubernetes.KubernetesRules;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import dev.tallyclerk.hardening.swarm.SwarmRules;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.base.BaseRules;
import dev.tallyclerk.registry.sbom.SbomRules;
import dev.tallyclerk.registry.vulnerability.VulnerabilityRules;
import java.util.List;

/**
 * The rules of this library, for programs that read one policy file each for their own part.
 *
 * <p>A {@link dev.tallyclerk.hardening.policy.PolicyReader} refuses a policy that names a rule it was not given. With
 * all rules it reads a policy for images, Dockerfiles and engines alike; the auditor has those that the program needs:
 *
 * <pre>{@code
 * Policy policy = PolicyReader.of(AllRules.ruleSets()).read(document);
 * Admission admission = Admission.of(policy);
 * }</pre>
 */
public final class AllRules {
    private AllRules() {}

    /** {@return all rule sets, without those of {@linkplain dev.tallyclerk.hardening.RulePack packs}} */
    public static List<RuleSet> ruleSets() {
        return List.of(
                AppArmorRules.ruleSet(),
                ContainerRules.ruleSet(),
                ComposeRules.ruleSet(),
                DockerfileRules.ruleSet(),
                EngineRules.ruleSet(),
                ImageRules.ruleSet(),
                FileSystemRules.ruleSet(),
                HostRules.ruleSet(),
                KubernetesRules.ruleSet(),
                BaseRules.ruleSet(),
                VulnerabilityRules.ruleSet(),
                SbomRules.ruleSet(),
                SeccompRules.ruleSet(),
                SwarmRules.ruleSet());
    }
}
