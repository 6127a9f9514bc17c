package dev.tallyclerk.examples.cli;

import dev.tallyclerk.hardening.audit.AuditReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Further reports, in files. */
final class ReportFiles {
    @Option(
            names = "--report",
            paramLabel = "FORMAT=FILE",
            description =
                    "Also write the audit's report to a file, as text, json, jsonl, sarif, junit, markdown or html. May"
                            + " be given for several formats.")
    private Map<ReportFormat, Path> files = new LinkedHashMap<>();

    boolean isEmpty() {
        return files.isEmpty();
    }

    void write(AuditReport report) throws IOException {
        for (Map.Entry<ReportFormat, Path> file : files.entrySet()) {
            try (OutputStream out = Files.newOutputStream(file.getValue())) {
                file.getKey().reporter().write(report, out);
            }
        }
    }
}
