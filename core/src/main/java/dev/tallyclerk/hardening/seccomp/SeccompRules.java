package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules over a seccomp profile.
 *
 * <p>The comparison uses Docker's default profile as of August 2026.
 * {@link dev.tallyclerk.hardening.RuleInfo#references} cites the sections of the CIS Docker Benchmark 1.6.0 and of NIST
 * SP 800-190. Thread-safe.
 */
public final class SeccompRules {
    private static final List<Rule<SeccompSubject>> OF_STRENGTH = StrengthRules.all();

    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-seccomp",
            RuleHeads.SINCE,
            Stream.of(OF_STRENGTH, ProfileRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(SeccompSubject.KIND));

    private SeccompRules() {}

    /** {@return the rules, over {@link SeccompSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    /**
     * {@return whether a profile is at least as strict as Docker's default}
     *
     * <p>For rules over subjects that use a profile, such as a container or an engine. It joins the rules that find a
     * profile weaker; untidy or outdated profiles do not count.
     *
     * @param profile the profile
     * @param context the context of the calling rule
     */
    public static Outcome compareWithDefault(SeccompSubject profile, RuleContext context) {
        Outcome all = Outcome.notApplicable("no rule applies to the profile");
        for (Rule<SeccompSubject> rule : OF_STRENGTH) {
            all = Outcome.allOf(all, rule.evaluate(profile, context));
        }
        return all;
    }

    /**
     * {@return whether a profile is at least as strict as the default of an engine}
     *
     * <p>Podman's default allows more than Docker's: mounts and new namespaces, which also work without privileges. If
     * the default is no profile, every profile is.
     *
     * @param profile the profile
     * @param engine the default that the profile replaces
     * @param context the context of the calling rule
     */
    public static Outcome compareWithDefault(SeccompSubject profile, SeccompDefault engine, RuleContext context) {
        return switch (engine) {
            case UNCONFINED -> Outcome.pass();
            case DOCKER, CONTAINERD -> compareWithDefault(profile, context);
            case PODMAN, CRI_O -> StrengthRules.compareWithPodmans(profile);
        };
    }
}
