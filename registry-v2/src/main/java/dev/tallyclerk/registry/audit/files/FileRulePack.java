package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.RulePack;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A {@link RulePack} with rules on files, and the checks that find their facts.
 *
 * <pre>{@code
 * public final class BackupPack implements FileRulePack {
 *     @Override
 *     public List<FileCheck> checks() {
 *         return List.of(FileCheck.of(
 *                 new RuleId("ACME-100"),
 *                 file -> file.path().endsWith(".bak") ? Optional.of("is a backup") : Optional.empty()));
 *     }
 *
 *     @Override
 *     public RuleSet ruleSet() {
 *         return new RuleSet("acme-files", "1.0.0", List.of(FileSystemRules.rule(info)));
 *     }
 * }
 * }</pre>
 */
public interface FileRulePack extends RulePack {
    /** {@return the checks of the pack's rules on files} */
    List<FileCheck> checks();

    /**
     * {@return the checks of all packs that {@code loader} finds, for {@link FileSystemAnalyzer#withCheck}}
     *
     * @param loader the class loader to search; the classes found are run, so it must be as trusted as the program
     * @throws java.util.ServiceConfigurationError if a pack cannot be loaded; exceptions of {@link #checks} are passed
     *     on
     */
    static List<FileCheck> installed(ClassLoader loader) {
        return ServiceLoader.load(RulePack.class, loader).stream()
                .filter(provider -> FileRulePack.class.isAssignableFrom(provider.type()))
                .flatMap(provider -> ((FileRulePack) provider.get()).checks().stream())
                .toList();
    }
}
