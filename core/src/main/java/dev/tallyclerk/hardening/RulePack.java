package dev.tallyclerk.hardening;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A rule set in a jar, found by {@link ServiceLoader}.
 *
 * <p>An implementation has a public constructor without parameters, and its jar names it in
 * {@code META-INF/services/dev.tallyclerk.hardening.RulePack} or in a {@code provides} of its module. The library loads
 * no packs by itself; call {@link #installed}. The calling thread uses the pack; many threads use its rules.
 */
public interface RulePack {
    /** {@return the rules, always equal for one version of the pack} */
    RuleSet ruleSet();

    /**
     * {@return the rule sets of all packs that {@code loader} finds, ordered by name, then by version as text}
     *
     * @param loader the class loader to search; the classes found are run, so it must be as trusted as the program
     * @throws java.util.ServiceConfigurationError if a pack cannot be loaded; exceptions of {@link #ruleSet} are passed
     *     on
     */
    static List<RuleSet> installed(ClassLoader loader) {
        return ServiceLoader.load(RulePack.class, loader).stream()
                .map(provider -> provider.get().ruleSet())
                .sorted(Comparator.comparing(RuleSet::name).thenComparing(RuleSet::version))
                .toList();
    }
}
