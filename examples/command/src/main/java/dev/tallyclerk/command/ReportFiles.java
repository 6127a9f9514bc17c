package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.report.SourceFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option for further reports in files. */
final class ReportFiles {
    @Option(
            names = "--report",
            paramLabel = "FORMAT=FILE",
            description = "Also write the audit's report to a file, as text, json, jsonl, sarif, sarif-all, junit,"
                    + " github, gitlab, sonarqube, markdown or html; or with --benchmark of audit, csv, oscal or"
                    + " xccdf. Repeatable.",
            converter = TargetConverter.class)
    private List<Target> files = new ArrayList<>();

    /** A file, and the format of its report. */
    private record Target(ReportFormat format, Path file) {}

    /** Reads {@code FORMAT=FILE}. */
    private static final class TargetConverter implements ITypeConverter<Target> {
        @Override
        public Target convert(String value) {
            int equals = value.indexOf('=');
            String name = value.substring(0, Math.max(equals, 0));
            if (name.isEmpty() || equals == value.length() - 1) {
                throw new TypeConversionException("'" + value + "' is not FORMAT=FILE, such as json=report.json");
            }
            if (value.endsWith("=-")) {
                throw new TypeConversionException(
                        "'" + value + "' names no file: give one, such as json=report.json, or use --format for"
                                + " standard output");
            }
            for (ReportFormat format : ReportFormat.values()) {
                if (format.toString().equalsIgnoreCase(name)) {
                    return new Target(format, Path.of(value.substring(equals + 1)));
                }
            }
            throw new TypeConversionException(
                    "unknown format '" + name + "': use text, json, jsonl, sarif, sarif-all, junit, github,"
                            + " gitlab, sonarqube, markdown, html, csv, oscal or xccdf");
        }
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** Refuses formats that are by section of a benchmark if there is none. */
    void check(CommandSpec spec, boolean hasBenchmark) {
        for (Target target : files) {
            if (!hasBenchmark && target.format().needsBenchmark()) {
                throw Usage.error(
                        spec,
                        "--report " + target.format() + " is by section of a benchmark: give --benchmark to audit");
            }
        }
    }

    void write(AuditReport report) throws IOException {
        write(report, SourceFiles.none(), Optional.empty());
    }

    /**
     * Writes the reports.
     *
     * @param sources the files that the subjects were read from
     * @param sections the audit by section of a benchmark, if there is one
     */
    void write(AuditReport report, SourceFiles sources, Optional<BenchmarkReport> sections) throws IOException {
        Set<Path> written = new HashSet<>();
        for (Target target : files) {
            if (!written.add(target.file().toAbsolutePath().normalize())) {
                throw new IOException("two reports for " + target.file() + ": give each a file of its own");
            }
            // A link could lead to any file of the user, who may be root.
            if (Files.isSymbolicLink(target.file())) {
                throw new IOException(
                        "cannot write " + target.file() + ": it is a symbolic link; name the file that it leads to");
            }
            try (OutputStream out = Files.newOutputStream(
                    target.file(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS)) {
                target.format().write(report, sources, sections, out);
            } catch (FileSystemException e) {
                throw e;
            } catch (IOException e) {
                // The message of a full disk does not name the file.
                throw new IOException("cannot write " + target.file() + ": " + Messages.of(e), e);
            }
        }
    }
}
