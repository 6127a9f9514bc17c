package dev.tallyclerk.hardening.swarm;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Documents about swarms for tests. */
final class Swarms {
    private Swarms() {}

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static AuditReport audit(Subject... subjects) {
        return Auditor.of(
                        Policy.defaults().withProfile(dev.tallyclerk.hardening.Profile.STRICT),
                        ContainerRules.ruleSet(),
                        SwarmRules.ruleSet())
                .withClock(Clock.fixed(Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC))
                .audit(List.of(subjects));
    }

    static String outcome(Subject subject, String rule) {
        return audit(subject).findings().stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .map(Finding::outcome)
                .map(outcome -> outcome.kind().name())
                .findFirst()
                .orElse("NONE");
    }
}
