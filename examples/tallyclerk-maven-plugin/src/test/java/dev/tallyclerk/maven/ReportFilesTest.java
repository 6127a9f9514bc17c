package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private ReportFiles reports(String folder, String module, String goal, String execution) {
        Path of = root.resolve(module);
        return ReportFiles.in(root.resolve(folder), List.of(ReportFormat.JSON, ReportFormat.SARIF))
                .ofModule(root, of, of.resolve("target"))
                .ofExecution(goal, execution);
    }

    @ParameterizedTest
    @CsvSource({
        "one/target/tallyclerk, one, verify, default, app_1.0-HASH, files",
        "one/target/tallyclerk, one, audit, default-cli, app_1.0-HASH-audit, files",
        "one/reports, one, audit, nightly, app_1.0-HASH-audit-nightly, files-nightly",
        "target/reports, '', verify, default, app_1.0-HASH, files",
        "target/reports, team/one, verify, default, team_one-app_1.0-HASH, team_one-files",
        "/srv/reports, '', verify, default, app_1.0-HASH, files",
        "/srv/reports, one, audit, nightly, one-app_1.0-HASH-audit-nightly, one-files-nightly"
    })
    void namesHaveNoMoreThanTheyNeed(
            String folder, String module, String goal, String execution, String image, String files) {
        ReportFiles reports = reports(folder, module, goal, execution);
        assertEquals(image, reports.nameOf("docker://app:1.0").replaceFirst("[0-9a-f]{8}", "HASH"));
        assertEquals(files, reports.nameOfFiles());
    }

    @Test
    void imagesOfOneNameHaveReportsOfTheirOwn() {
        ReportFiles reports = reports("target", "", "verify", "default");
        assertNotEquals(reports.nameOf("oci:team/app"), reports.nameOf("oci:team_app"));
    }

    @Test
    void reportsAppearCompleteAndCanBeDeleted() throws IOException {
        ReportFiles reports = reports("target/tallyclerk", "", "verify", "default");
        AuditReport audit = Auditor.of(Policy.defaults(), List.of()).audit(List.of());
        List<Path> written = reports.write("app", audit, SourceFiles.none());
        assertEquals(
                List.of(root.resolve("target/tallyclerk/app.json"), root.resolve("target/tallyclerk/app.sarif")),
                written);
        try (var files = Files.list(root.resolve("target/tallyclerk"))) {
            assertEquals(2, files.count());
        }
        Files.writeString(root.resolve("target/tallyclerk/other.json"), "{}");
        reports.delete("app");
        assertFalse(Files.exists(written.get(0)) || Files.exists(written.get(1)));
        assertTrue(Files.exists(root.resolve("target/tallyclerk/other.json")));
    }
}
