package dev.tallyclerk.hardening.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples in the descriptions of the packages stand here too, where they are compiled and run. */
class JavadocExamplesTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "tallyclerk", "hardening");
    private static final Path THIS =
            Path.of("src", "test", "java", "dev", "tallyclerk", "hardening", "audit", "JavadocExamplesTest.java");

    @Test
    void aRuleOfAThirdParty() {
        record Badge(SubjectRef ref, Fact<String> owner) implements Subject {}

        Rule<Badge> owned = Rule.of(
                RuleInfo.builder("ACME-001", "Badge has no owner")
                        .rationale("Nobody is called when it breaks.")
                        .remediation("Name a team.")
                        .severity(Severity.LOW)
                        .profile(Profile.L1)
                        .since("1.0.0")
                        .build(),
                Badge.class,
                (badge, context) -> badge.owner()
                        .decideAt((owner, at) ->
                                owner.isBlank() ? Outcome.fail(Problem.at(at, "no owner")) : Outcome.pass()));

        Location place = Location.pointer("badge", "owner");
        Badge badge = new Badge(SubjectRef.of("acme-badge", "b"), Fact.known("", place));
        assertEquals(Outcome.fail(Problem.at(place, "no owner")), owned.evaluate(badge, RuleContext.at(Instant.EPOCH)));
    }

    @Test
    void aPolicyWithAWaiverAndABaseline() {
        RuleId rule = Badges.DOORS;
        RuleParameter<Long> mostDoors = Badges.MAX_DOORS;
        RuleSet rules = Badges.rules(Badges.doors());
        List<Badges.Badge> subjects = List.of(Badges.Badge.of("guard", "a", "b", "c", "d"));
        AuditReport former = Badges.audit(Policy.defaults(), subjects.get(0));

        Policy policy = Policy.defaults()
                .withProfile(Profile.L2)
                .withGate(Severity.HIGH)
                .withSetting(rule, RuleSetting.of(mostDoors, 3L))
                .withWaiver(new Waiver(
                        rule,
                        Scope.everything().withName("cleaner-*"),
                        "they lock up at night",
                        "facility team",
                        LocalDate.parse("2027-01-31")));
        AuditReport report =
                Auditor.of(policy, rules).withBaseline(Baseline.of(former)).audit(subjects);
        boolean accepted = report.decision().isAccepted();

        assertTrue(accepted, "all four doors were in the former report");
    }

    @ParameterizedTest
    @ValueSource(strings = {"package-info.java", "audit/package-info.java"})
    void theExamplesAreThoseOfTheDescription(String file) throws IOException {
        String description = Files.readString(SOURCES.resolve(file));
        int from = description.indexOf("<pre>{@code") + "<pre>{@code".length();
        String example = description.substring(from, description.indexOf("}</pre>", from));
        String code = example.replace("\n *", " ").replaceAll("\\s+", "");
        assertTrue(Files.readString(THIS).replaceAll("\\s+", "").contains(code), example);
    }
}
