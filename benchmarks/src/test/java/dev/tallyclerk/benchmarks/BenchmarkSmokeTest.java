package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs every benchmark once, in this process, so that none of them rots; measures nothing. */
class BenchmarkSmokeTest {
    @Test
    void everyBenchmarkRuns() throws RunnerException {
        var results = new Runner(new OptionsBuilder()
                        .include("dev.tallyclerk.benchmarks")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(10))
                        .shouldFailOnError(true)
                        .build())
                .run();
        assertFalse(results.isEmpty());
        for (RunResult result : results) {
            assertEquals(1, result.getAggregatedResult().getIterationResults().size());
        }
    }

    @Test
    void everyComparisonRuns(@TempDir Path folder) throws Exception {
        Comparison comparison = new Comparison(Effort.SMOKE);
        VerifierComparison.run(comparison);
        LayerComparison.run(comparison);
        DocumentComparison.run(comparison);
        TarComparison.run(comparison);
        RegistryComparison.run(comparison);
        TufComparison.run(comparison);
        TufPublishing.run(comparison, 10);
        SignatureComparison.run(comparison);
        NotaryComparison.run(comparison);
        VulnerabilityMatching.run(comparison, 2);
        AuditComparison.run(comparison);
        FileAudit.run(comparison, 2, 1, 1);
        comparison.report(folder.toString(), "smoke");
        for (Comparison.Section section : comparison.sections()) {
            assertFalse(section.ratios().isEmpty() && section.facts().isEmpty(), section.title());
        }
        String table = Files.readString(folder.resolve("smoke.md"));
        assertTrue(table.contains("sha512"), table);
        assertTrue(Files.readString(folder.resolve("smoke.svg")).startsWith("<svg"));
    }
}
