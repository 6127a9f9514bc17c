package dev.tallyclerk.command;

import dev.tallyclerk.hardening.RulePack;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.engine.EngineRules;
import dev.tallyclerk.hardening.seccomp.SeccompRules;
import dev.tallyclerk.registry.audit.ImageRules;
import java.util.ArrayList;
import java.util.List;

/** All rules that the command has: the library's, and those of packs beside it on the class path. */
final class KnownRules {
    private KnownRules() {}

    static List<RuleSet> ruleSets() {
        List<RuleSet> all = new ArrayList<>(
                List.of(ContainerRules.ruleSet(), EngineRules.ruleSet(), ImageRules.ruleSet(), SeccompRules.ruleSet()));
        all.addAll(packs());
        return all;
    }

    /** {@return those over images, and those of packs, which may be over images too} */
    static List<RuleSet> imageRuleSets() {
        List<RuleSet> all = new ArrayList<>(List.of(ImageRules.ruleSet()));
        all.addAll(packs());
        return all;
    }

    private static List<RuleSet> packs() {
        return RulePack.installed(KnownRules.class.getClassLoader());
    }
}
