package dev.tallyclerk.registry.audit;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules on an image's reference, manifest, configuration, build history and signatures.
 *
 * <p>Severities and profiles come from the project's own catalogue. The profiles follow the level tags of the CIS
 * Docker Benchmark 1.13 and judgement, and were not checked against edition 1.6.0.
 */
public final class ImageRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-image",
            RuleHeads.SINCE,
            Stream.<List<Rule<ImageSubject>>>of(
                            UserRules.all(),
                            SecretRules.all(),
                            NetworkRules.all(),
                            FileRules.all(),
                            BuildRules.all(),
                            PackageRules.all(),
                            StartRules.all(),
                            ProvenanceRules.all(),
                            SignatureRules.all(),
                            EngineAttackRules.all(),
                            ContentRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(ImageSubject.KIND));

    private ImageRules() {}

    /** {@return the rules on {@link ImageSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
