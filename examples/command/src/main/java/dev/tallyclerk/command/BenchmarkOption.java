package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.benchmark.Benchmark;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.benchmark.Benchmarks;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option for reports by section of a benchmark. */
final class BenchmarkOption {
    private static final int MAX_BYTES = 1 << 20;

    @Option(
            names = "--benchmark",
            paramLabel = "ID|FILE",
            description = "Report by section: cis-docker-1.6.0, cis-docker-1.7.0, cis-docker-1.8.0,"
                    + " cis-kubernetes-1.12.0, nist-sp-800-190, nsa-cisa-kubernetes-1.2, pss-baseline, pss-restricted,"
                    + " or a table of your own in a file whose name ends in .tsv. Best with --profile STRICT, which leaves"
                    + " no rule out.")
    private @Nullable String benchmark;

    boolean isGiven() {
        return benchmark != null;
    }

    /** {@return the benchmark, if the option is given} */
    Optional<Benchmark> benchmark(CommandSpec spec) throws IOException {
        String wanted = benchmark;
        if (wanted == null) {
            return Optional.empty();
        }
        if (wanted.endsWith(".tsv")) {
            String table = new String(InputFile.read(Path.of(wanted), MAX_BYTES), StandardCharsets.UTF_8);
            try {
                return Optional.of(Benchmarks.parse(table));
            } catch (IllegalArgumentException e) {
                throw new IOException(wanted + ": " + Messages.of(e), e);
            }
        }
        Optional<Benchmark> found = Benchmarks.find(wanted);
        if (found.isEmpty()) {
            throw Usage.error(
                    spec,
                    "unknown benchmark " + Quoted.quote(wanted) + ": use " + String.join(", ", Benchmarks.ids())
                            + ", or a file whose name ends in .tsv");
        }
        return found;
    }

    /** {@return the report by section} */
    static Optional<BenchmarkReport> report(Optional<Benchmark> benchmark, AuditReport audit) {
        return benchmark.map(each -> BenchmarkReport.of(each, audit, KnownRules.ruleSets()));
    }
}
