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
 * <p>The profile that Docker brings is taken as it was in August 2026. The sections of the CIS Docker Benchmark 1.6.0
 * and of NIST SP 800-190 stand in {@link dev.tallyclerk.hardening.RuleInfo#references}. Safe for use by several
 * threads.
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
     * {@return whether a profile is at least as strong as the one that Docker brings}
     *
     * <p>This is for rules over what uses a profile, such as a container or an engine. It joins the rules that find a
     * profile weaker; what is only untidy or old about it does not count.
     *
     * @param profile the profile
     * @param context the context of the asking rule
     */
    public static Outcome compareWithDefault(SeccompSubject profile, RuleContext context) {
        Outcome all = Outcome.notApplicable("no rule looks at the profile");
        for (Rule<SeccompSubject> rule : OF_STRENGTH) {
            all = Outcome.allOf(all, rule.evaluate(profile, context));
        }
        return all;
    }
}
