package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.audit.files.FileCheck;
import dev.tallyclerk.registry.audit.files.FileRulePack;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import java.util.List;
import java.util.Optional;

/** A rule on files in a jar of its own, as among the dependencies of the plugin. */
public final class AccountPack implements FileRulePack {
    private static final RuleInfo RULE = RuleInfo.builder("ACME-100", "The image has accounts")
            .severity(Severity.LOW)
            .profile(Profile.L1)
            .rationale("Our images have none.")
            .remediation("Remove etc/passwd.")
            .since("1.0.0")
            .build();

    @Override
    public List<FileCheck> checks() {
        return List.of(FileCheck.of(
                RULE.id(), file -> file.path().equals("etc/passwd") ? Optional.of("has accounts") : Optional.empty()));
    }

    @Override
    public RuleSet ruleSet() {
        return new RuleSet("acme-files", "1.0.0", List.of(FileSystemRules.rule(RULE)));
    }
}
