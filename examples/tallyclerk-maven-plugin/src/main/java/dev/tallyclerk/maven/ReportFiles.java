package dev.tallyclerk.maven;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.report.SourceFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The reports of one execution of a goal, under names that no other execution of a build has. */
final class ReportFiles {
    /** The executions that Maven names if the user does not. */
    private static final Set<String> UNNAMED = Set.of("default", "default-cli");

    private final Path folder;
    private final String module;
    private final String goal;
    private final String execution;
    private final List<ReportFormat> formats;

    private ReportFiles(Path folder, String module, String goal, String execution, List<ReportFormat> formats) {
        this.folder = folder;
        this.module = module;
        this.goal = goal;
        this.execution = execution;
        this.formats = formats;
    }

    /** {@return reports in a folder that only one module and one execution use} */
    static ReportFiles in(Path folder, List<ReportFormat> formats) {
        return new ReportFiles(folder.toAbsolutePath().normalize(), "", "", "", List.copyOf(formats));
    }

    /**
     * {@return these reports, whose names begin with the module if the folder may be that of several}
     *
     * @param root the root of the build
     * @param target the folder of what the module builds
     */
    ReportFiles ofModule(Path root, Path module, Path target) {
        Path absolute = module.toAbsolutePath().normalize();
        if (folder.startsWith(absolute)
                || folder.startsWith(target.toAbsolutePath().normalize())) {
            return this;
        }
        String name = safe((absolute.startsWith(root) ? root.relativize(absolute) : absolute).toString());
        return new ReportFiles(folder, name.isEmpty() ? "" : name + "-", goal, execution, formats);
    }

    /**
     * {@return these reports, whose names end with the goal, unless it is verify, and with the execution, if it has a
     * name}
     */
    ReportFiles ofExecution(String goal, String id) {
        return new ReportFiles(
                folder,
                module,
                goal.equals("verify") ? "" : "-" + goal,
                UNNAMED.contains(id) ? "" : "-" + safe(id),
                formats);
    }

    /** {@return the name of the reports on files} */
    String nameOfFiles() {
        return module + "files" + execution;
    }

    /** {@return the name of the reports on an image, which is readable, and another one for every image} */
    String nameOf(String image) {
        String readable = safe(image.replaceFirst("^[a-z-]+:(//)?", ""));
        int start = Math.max(0, readable.length() - 80);
        String digest = Digest.sha256Of(image.getBytes(StandardCharsets.UTF_8)).encoded();
        return module + readable.substring(start) + "-" + digest.substring(0, 8) + goal + execution;
    }

    private static String safe(String text) {
        return text.replaceAll("[^A-Za-z0-9._-]+", "_");
    }

    /** Deletes the reports of an earlier build, which would be taken for those of this one if it fails. */
    void delete(String name) throws IOException {
        for (ReportFormat format : formats) {
            Files.deleteIfExists(folder.resolve(name + format.ending()));
        }
    }

    /** {@return the reports, each of which appears when it is complete} */
    List<Path> write(String name, AuditReport audit, SourceFiles sources) throws IOException {
        List<Path> written = new ArrayList<>();
        for (ReportFormat format : formats) {
            Files.createDirectories(folder);
            Path report = folder.resolve(name + format.ending());
            Path part = folder.resolve(name + format.ending() + ".part");
            try {
                try (OutputStream out = Files.newOutputStream(part)) {
                    format.reporter(sources).write(audit, out);
                }
                Files.move(part, report, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
            written.add(report);
        }
        return written;
    }

    boolean isEmpty() {
        return formats.isEmpty();
    }

    /** {@return all that decides where which reports are} */
    @Override
    public String toString() {
        return List.of(folder, module, goal, execution, formats).toString();
    }
}
