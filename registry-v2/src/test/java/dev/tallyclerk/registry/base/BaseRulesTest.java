package dev.tallyclerk.registry.base;

import static dev.tallyclerk.registry.base.Built.image;
import static dev.tallyclerk.registry.base.Built.on;
import static dev.tallyclerk.registry.base.Built.reference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.inventory.Distribution;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseRulesTest {
    private final Built old = image("debian-old", "debian 1");
    private final Built now = image("debian-now", "debian 2");

    private BaseSubject subject(Built image) throws FleetException {
        Built runtime = on(old, "runtime", "runtime").annotated("debian:12", old);
        FleetImage built = image.build();
        Fleet fleet = Fleet.builder()
                .current(reference("debian:12"), now.build())
                .former(reference("debian:12"), old.build())
                .current(reference("runtime:1"), runtime.build())
                .image(built)
                .build();
        return BaseSubject.of(fleet.bases().get(0));
    }

    private static Finding finding(String rule, BaseSubject subject, String day) {
        Clock clock = Clock.fixed(Instant.parse(day + "T00:00:00Z"), ZoneOffset.UTC);
        AuditReport report = Auditor.of(Policy.defaults(), BaseRules.ruleSet())
                .withClock(clock)
                .audit(List.of(subject));
        return report.findings().stream()
                .filter(each -> each.rule().id().toString().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private static Outcome.Kind outcome(String rule, BaseSubject subject) {
        return finding(rule, subject, "2026-11-24").outcome().kind();
    }

    @Test
    void aStaleBaseFails() throws FleetException {
        BaseSubject stale = subject(on(old, "app", "app"));
        Finding finding = finding("BASE-001", stale, "2026-11-24");
        assertEquals(Outcome.Kind.FAIL, finding.outcome().kind());
        assertTrue(finding.outcome().toString().contains("debian-now"), finding::toString);
        assertEquals(Outcome.Kind.PASS, outcome("BASE-001", subject(on(now, "app", "app"))));
        assertEquals(Outcome.Kind.UNKNOWN, outcome("BASE-001", subject(image("app", "app"))));
        assertEquals(Outcome.Kind.NOT_APPLICABLE, outcome("BASE-001", subject(now)));
    }

    @Test
    void aBaseThatMustBeRebuiltFails() throws FleetException {
        Built runtime = on(old, "runtime", "runtime").annotated("debian:12", old);
        BaseSubject app = subject(on(runtime, "app", "app"));
        assertEquals(Outcome.Kind.FAIL, outcome("BASE-002", app));
        assertEquals(Outcome.Kind.PASS, outcome("BASE-001", app));
        assertEquals(Outcome.Kind.PASS, outcome("BASE-002", subject(on(now, "app", "app"))));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                outcome("BASE-002", subject(on(now, "app", "a").annotated("x:1", ""))));
        assertEquals(Outcome.Kind.NOT_APPLICABLE, outcome("BASE-002", subject(image("app", "app"))));
    }

    @Test
    void aContradictedAnnotationFails() throws FleetException {
        BaseSubject liar = subject(on(old, "app", "app").annotated("debian:12", now));
        assertEquals(Outcome.Kind.FAIL, outcome("BASE-003", liar));
        assertEquals(
                Outcome.Kind.PASS,
                outcome("BASE-003", subject(on(old, "app", "a").annotated("debian:12", old))));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                outcome("BASE-003", subject(on(old, "app", "a").annotated("x:1", ""))));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                outcome("BASE-003", subject(on(old, "app", "a").annotated("X", ""))));
        assertEquals(Outcome.Kind.NOT_APPLICABLE, outcome("BASE-003", subject(on(old, "app", "app"))));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                outcome("BASE-003", subject(on(now, "app", "a").merged("all").annotated("debian:12", now))));
    }

    @Test
    void aCopiedAnnotationIsALesserProblem() throws FleetException {
        Built runtime = on(old, "runtime", "runtime").annotated("debian:12", old);
        BaseSubject app = subject(on(runtime, "app", "app").annotated("debian:12", old));
        Finding finding = finding("BASE-003", app, "2026-11-24");
        assertEquals(Outcome.Kind.FAIL, finding.outcome().kind());
        assertEquals(Severity.LOW, finding.severity());
    }

    @ParameterizedTest
    @CsvSource({
        "debian, 13, 2026-11-24, PASS",
        "debian, 12, 2026-11-24, PASS",
        "debian, 12, 2028-07-01, FAIL",
        "debian, 11, 2026-11-24, FAIL",
        "alpine, 3.21.4, 2026-11-24, FAIL",
        "ubuntu, 22.04, 2026-11-24, PASS",
        "arch, '', 2026-11-24, UNKNOWN",
        "debian, '', 2026-11-24, UNKNOWN"
    })
    void aBaseWithoutSupportFails(String id, String version, String day, Outcome.Kind expected) throws FleetException {
        Distribution distribution = Distribution.of(Map.of("ID", id, "VERSION_ID", version));
        BaseSubject subject = subject(on(now, "app", "app")).withDistribution(distribution);
        assertEquals(expected, finding("BASE-004", subject, day).outcome().kind());
    }

    @Test
    void aBaseThatWasNotReadIsNotSupported() throws FleetException {
        assertEquals(Outcome.Kind.UNKNOWN, outcome("BASE-004", subject(on(now, "app", "app"))));
        assertEquals(Outcome.Kind.NOT_APPLICABLE, outcome("BASE-004", subject(image("app", "app"))));
    }
}
