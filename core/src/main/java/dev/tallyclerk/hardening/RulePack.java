package dev.tallyclerk.hardening;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A rule set that a jar brings with it, found by {@link ServiceLoader}.
 *
 * <p>A third party implements it, with a public constructor without parameters, and names the class in
 * {@code META-INF/services/dev.tallyclerk.hardening.RulePack} or in a {@code provides} of its module. Nothing in the
 * library looks for packs by itself: whoever wants them asks for them. A pack is used by the thread that does, and the
 * rules that it gives by many.
 */
public interface RulePack {
    /** {@return the rules, always equal for one version of the pack} */
    RuleSet ruleSet();

    /**
     * {@return the rule sets of all packs that {@code loader} finds, ordered by name, and then by version as a text}
     *
     * @param loader where to look; the classes found there are run, so it must be as trusted as the program
     * @throws java.util.ServiceConfigurationError if a pack cannot be loaded; what a pack's own {@link #ruleSet} throws
     *     is passed on
     */
    static List<RuleSet> installed(ClassLoader loader) {
        return ServiceLoader.load(RulePack.class, loader).stream()
                .map(provider -> provider.get().ruleSet())
                .sorted(Comparator.comparing(RuleSet::name).thenComparing(RuleSet::version))
                .toList();
    }
}
