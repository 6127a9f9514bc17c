package dev.tallyclerk.command;

import dev.tallyclerk.hardening.RulePack;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.admission.AllRules;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.files.FileRulePack;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.vulnerability.VulnerabilityRules;
import java.util.ArrayList;
import java.util.List;

/** All rules of the command: the library's, and those of rule packs on the class path. */
final class KnownRules {
    private KnownRules() {}

    static List<RuleSet> ruleSets() {
        List<RuleSet> all = new ArrayList<>(AllRules.ruleSets());
        all.addAll(packs());
        return all;
    }

    /** {@return the rules for images, and those of packs, which may be for images too} */
    static List<RuleSet> imageRuleSets() {
        List<RuleSet> all =
                new ArrayList<>(List.of(ImageRules.ruleSet(), FileSystemRules.ruleSet(), VulnerabilityRules.ruleSet()));
        all.addAll(packs());
        return all;
    }

    /** {@return what looks at files, for the library's rules and those of packs} */
    static FileSystemAnalyzer analyzer(Policy policy) {
        return FileSystemAnalyzer.of(policy).withChecks(FileRulePack.installed(KnownRules.class.getClassLoader()));
    }

    private static List<RuleSet> packs() {
        return RulePack.installed(KnownRules.class.getClassLoader());
    }
}
