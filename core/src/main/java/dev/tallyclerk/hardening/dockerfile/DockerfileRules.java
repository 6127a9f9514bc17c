package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules over a Dockerfile.
 *
 * <p>Rules about the user, the health check and the command are about the stage that is shipped. A problem in another
 * stage is one step less severe and names its stage. What {@code ONBUILD} triggers is judged as an instruction of
 * builds on top of the image. Thread-safe.
 */
public final class DockerfileRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-dockerfile",
            RuleHeads.SINCE,
            Stream.of(
                            ImageNameRules.all(),
                            AccountRules.all(),
                            StartRules.all(),
                            CopyRules.all(),
                            PathRules.all(),
                            PackageRules.all(),
                            CommandRules.all(),
                            SecretRules.all(),
                            StructureRules.all(),
                            LabelRules.all())
                    .<Rule<?>>flatMap(List::stream)
                    .sorted(Comparator.comparing((Rule<?> rule) -> rule.info().id()))
                    .toList(),
            Set.of(DockerfileSubject.KIND));

    private DockerfileRules() {}

    /** {@return the rules, over {@link DockerfileSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }
}
