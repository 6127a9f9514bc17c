package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Further reports, in files. */
final class ReportFiles {
    @Option(
            names = "--report",
            paramLabel = "FORMAT=FILE",
            description =
                    "Also write the audit's report to a file, as text, json, jsonl, sarif, sarif-all, junit, markdown or"
                            + " html. May be given several times.",
            converter = TargetConverter.class)
    private List<Target> files = new ArrayList<>();

    /** A file and what is written to it. */
    private record Target(ReportFormat format, Path file) {}

    /** Reads {@code FORMAT=FILE}. */
    private static final class TargetConverter implements ITypeConverter<Target> {
        @Override
        public Target convert(String value) {
            int equals = value.indexOf('=');
            String name = value.substring(0, Math.max(equals, 0));
            if (name.isEmpty() || equals == value.length() - 1) {
                throw new TypeConversionException("'" + value + "' is not FORMAT=FILE, as json=report.json is");
            }
            if (value.endsWith("=-")) {
                throw new TypeConversionException("'" + value + "' names no file: give one, as json=report.json does;"
                        + " what goes to standard output is for --format");
            }
            for (ReportFormat format : ReportFormat.values()) {
                if (format.toString().equalsIgnoreCase(name)) {
                    return new Target(format, Path.of(value.substring(equals + 1)));
                }
            }
            throw new TypeConversionException("there is no format '" + name
                    + "': take text, json, jsonl, sarif, sarif-all, junit, markdown or" + " html");
        }
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    void write(AuditReport report) throws IOException {
        Set<Path> written = new HashSet<>();
        for (Target target : files) {
            if (!written.add(target.file().toAbsolutePath().normalize())) {
                throw new IOException(target.file() + " is to have two reports: name a file for each");
            }
            try (OutputStream out = Files.newOutputStream(target.file())) {
                target.format().reporter().write(report, out);
            } catch (FileSystemException e) {
                throw e;
            } catch (IOException e) {
                // Of a full disk the system says no more than that.
                throw new IOException("cannot write " + target.file() + ": " + Messages.of(e), e);
            }
        }
    }
}
