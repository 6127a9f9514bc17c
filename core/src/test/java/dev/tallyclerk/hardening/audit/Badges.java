package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** A kind of subject and rules as a third party writes them. */
final class Badges {
    static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    /** Whether a badge has few enough doors. */
    static final RuleId DOORS = new RuleId("ACME-001");

    static final RuleParameter<Long> MAX_DOORS =
            RuleParameter.integer("maximumDoors", 0, 0, 100, "How many doors a badge may open.");

    record Badge(SubjectRef ref, Fact<List<String>> doors) implements Subject {
        static Badge of(String name, String... doors) {
            return new Badge(
                    SubjectRef.of("acme-badge", name), Fact.known(List.of(doors), Location.pointer("badge", "doors")));
        }

        static Badge unknown(String name) {
            return new Badge(
                    SubjectRef.of("acme-badge", name),
                    Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "no badge was given"));
        }
    }

    private Badges() {}

    /** {@return a rule that finds a problem with each door of a badge that has too many} */
    static Rule<Badge> doors() {
        return rule(
                DOORS.value(),
                "1.0.0",
                (badge, context) -> badge.doors()
                        .decideAt((doors, at) -> doors.size() <= context.value(MAX_DOORS)
                                ? Outcome.pass()
                                : Outcome.ofProblems(IntStream.range(0, doors.size())
                                        .mapToObj(i -> Problem.at(
                                                at.child(Integer.toString(i)),
                                                "opens a door",
                                                Evidence.of("door", doors.get(i))))
                                        .toList())));
    }

    static Rule<Badge> rule(String id, String since, BiFunction<Badge, RuleContext, Outcome> decision) {
        RuleInfo.Builder info = RuleInfo.builder(id, "title of " + id)
                .rationale("why")
                .remediation("how")
                .severity(Severity.HIGH)
                .profile(Profile.L1)
                .since(since);
        if (id.equals(DOORS.value())) {
            info.parameter(MAX_DOORS);
        }
        return Rule.of(info.build(), Badge.class, decision);
    }

    static RuleSet rules(Rule<?>... rules) {
        return new RuleSet("acme", "1.2.0", List.of(rules));
    }

    static AuditReport audit(Policy policy, Badge... badges) {
        return Auditor.of(policy, rules(doors()))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(badges));
    }
}
