package com.example.embedder;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RulePack;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import java.util.List;

/** An embedder's rules, found as a service of the jar. */
public final class BadgePack implements RulePack {
    private static final RuleParameter<Long> MOST =
            RuleParameter.integer("mostDoors", 2, 0, 100, "How many doors a badge may open.");

    private static final Rule<Badge> OWNED = Rule.of(
            about("ACME-001", "Badge has no owner").build(),
            Badge.class,
            (badge, context) -> badge.owner().decideAt((owner, at) ->
                    owner.isBlank() ? Outcome.fail(Problem.at(at, "nobody owns it")) : Outcome.pass()));

    private static final Rule<Badge> FEW_DOORS = Rule.of(
            about("ACME-002", "Badge opens many doors").parameter(MOST).build(),
            Badge.class,
            (badge, context) -> badge.doors().decideAt((doors, at) ->
                    doors.size() > context.value(MOST) ? Outcome.fail(Problem.at(at, "too many")) : Outcome.pass()));

    private static RuleInfo.Builder about(String id, String title) {
        return RuleInfo.builder(id, title)
                .rationale("A lost badge opens what it opens.")
                .remediation("Ask the facility team.")
                .severity(Severity.HIGH)
                .profile(Profile.L1)
                .since("1.0.0");
    }

    @Override
    public RuleSet ruleSet() {
        return new RuleSet("acme-badges", "1.0.0", List.of(OWNED, FEW_DOORS));
    }
}
