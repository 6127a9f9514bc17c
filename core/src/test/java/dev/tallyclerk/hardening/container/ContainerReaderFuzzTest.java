package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;

/** Every rule has an outcome for every container that can be read, and the report can be written. */
class ContainerReaderFuzzTest {
    private static final Auditor AUDITOR = Auditor.of(
                    Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet())
            .withErrorListener((rule, thrown) -> {
                throw new AssertionError(rule.id() + " has no outcome", thrown);
            });

    @FuzzTest
    void audit(byte[] data) throws IOException {
        List<ContainerSubject> containers;
        try {
            containers = ContainerReader.create().read(data);
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 3000, e.pointer());
            return;
        }
        for (ContainerSubject container : containers) {
            AuditReport report = AUDITOR.withClock(Clock.fixed(Containers.NOW, ZoneOffset.UTC))
                    .audit(List.of(container));
            JsonLinesReporter.create().write(report, OutputStream.nullOutputStream());
            assertFalse(report.findings().isEmpty());
        }
    }
}
