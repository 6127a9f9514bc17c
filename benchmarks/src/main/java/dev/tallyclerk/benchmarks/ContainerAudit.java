package dev.tallyclerk.benchmarks;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Reads container documents, audits each with every rule and writes its report, on one thread. Measures documents a
 * second of CPU time, and whether memory grows with their number.
 *
 * <p>Arguments: none, or a folder for the table, and a name for its file.
 */
public final class ContainerAudit {
    private static final int DOCUMENTS = 10_000;
    private static final int ROUNDS = 5;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Auditor AUDITOR = Auditor.of(
                    Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet())
            .withClock(Clock.fixed(NOW, ZoneOffset.UTC));

    /** Different documents, made before the clock runs. */
    private static final int DIFFERENT = 500;

    private ContainerAudit() {}

    /** Runs the audits and prints, or writes, the table. */
    public static void main(String[] args) throws IOException, MalformedSubjectException {
        Comparison comparison = new Comparison();
        run(comparison);
        comparison.report(args);
    }

    private static void run(Comparison comparison) throws IOException, MalformedSubjectException {
        List<byte[]> documents = documents();
        comparison.section("Documents of containers, read, judged by every rule and reported, in one thread");
        double[] rates = new double[ROUNDS];
        long few = 0;
        long many = 0;
        run(documents, DOCUMENTS);
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpuTime();
            few = run(documents, DOCUMENTS / 10);
            many = run(documents, DOCUMENTS - DOCUMENTS / 10);
            rates[round] = DOCUMENTS * 1e9 / (cpuTime() - start);
        }
        Arrays.sort(rates);
        comparison.fact("rules", String.valueOf(ContainerRules.ruleSet().rules().size()));
        comparison.fact("bytes a document", String.valueOf(documents.get(0).length));
        comparison.fact(
                "documents a second of CPU time, median of " + ROUNDS,
                format("%,.0f (%,.0f - %,.0f)", rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1]));
        comparison.fact("CPU time of one", Tables.time(1e9 / rates[ROUNDS / 2]));
        comparison.fact(format("live heap after %,d documents", DOCUMENTS / 10), format("%,d KiB", few >> 10));
        comparison.fact(format("live heap after %,d documents", DOCUMENTS), format("%,d KiB", many >> 10));
    }

    /** Audits that many documents and returns the live heap, in bytes. */
    private static long run(List<byte[]> documents, int times) throws IOException, MalformedSubjectException {
        for (int i = 0; i < times; i++) {
            byte[] document = documents.get(i % documents.size());
            for (ContainerSubject container : ContainerReader.create().read(document)) {
                JsonLinesReporter.create().write(AUDITOR.audit(List.of(container)), OutputStream.nullOutputStream());
            }
        }
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** {@return what {@code docker inspect} writes for containers with a port and three mounts} */
    private static List<byte[]> documents() throws IOException {
        try (InputStream in = Objects.requireNonNull(ContainerAudit.class.getResourceAsStream("/container.json"))) {
            String document = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return IntStream.rangeClosed(1, DIFFERENT)
                    .mapToObj(number -> format(document, number).getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
