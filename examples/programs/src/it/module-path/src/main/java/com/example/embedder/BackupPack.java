package com.example.embedder;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.audit.files.FileCheck;
import dev.tallyclerk.registry.audit.files.FileRulePack;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import java.util.List;
import java.util.Optional;

/** An embedder's rule on files, found as a service of the jar. */
public final class BackupPack implements FileRulePack {
    private static final RuleId ID = new RuleId("ACME-100");

    @Override
    public List<FileCheck> checks() {
        return List.of(FileCheck.of(
                ID, file -> file.path().endsWith(".bak") ? Optional.of("is a backup") : Optional.empty()));
    }

    @Override
    public RuleSet ruleSet() {
        RuleInfo.Builder info = RuleInfo.builder(ID.toString(), "Backup in the image").severity(Severity.HIGH);
        info.rationale("Backups have old secrets.").remediation("Remove it.").profile(Profile.L1).since("1.0.0");
        return new RuleSet("acme-files", "1.0.0", List.of(FileSystemRules.rule(info.build())));
    }
}
