package dev.tallyclerk.hardening.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.audit.AuditReport;
import java.util.ArrayList;
import java.util.List;

/** Whatever bytes take the place of a swarm's documents, each rule has an outcome. */
class SwarmFuzzTest {
    private static final SubjectLimits LIMITS = SubjectLimits.defaults().withMaxDocumentBytes(1 << 16);

    @FuzzTest
    void audit(byte[] data) {
        SwarmSubject.Builder builder = SwarmSubject.builder("test", LIMITS);
        List<SwarmService> services = new ArrayList<>();
        read(() -> builder.info(data));
        read(() -> builder.swarm(data));
        read(() -> builder.nodes(data));
        read(() -> builder.networks(data));
        read(() ->
                services.addAll(SwarmServiceReader.create().withLimits(LIMITS).read(data)));
        List<Subject> subjects = new ArrayList<>();
        subjects.add(builder.services(services).build());
        services.stream().limit(1).forEach(subjects::add);
        AuditReport report = Swarms.audit(subjects.toArray(Subject[]::new));
        assertEquals(0, report.totals().get(Outcome.Kind.ERROR), "a rule has no outcome");
    }

    /** Gives a document to a reader. */
    @FunctionalInterface
    private interface Reading {
        void read() throws MalformedSubjectException;
    }

    private static void read(Reading reading) {
        try {
            reading.read();
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }
}
