package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.store.StoreFolders;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class PolicyFilesTest {
    @TempDir
    private Path folder;

    @Test
    void aPolicyMayNameEachRuleOfTheLibraryAndOfPacks() throws IOException {
        Path file = Files.writeString(
                folder.resolve("policy.yml"),
                "schemaVersion: 1\nrules:\n  VUL-001: {severity: HIGH}\n  ACME-100: {severity: HIGH}\n");
        Policy policy = PolicyFiles.policy(file.toFile());
        for (String rule : List.of("VUL-001", "ACME-100")) {
            assertEquals(Optional.of(Severity.HIGH), policy.severity(new RuleId(rule)), rule);
        }
    }

    private RepositoryAccess unused() {
        HttpSettings http = HttpSettings.of(request -> {
            throw new IOException("nothing is asked for");
        });
        return RepositoryAccess.of(http, StoreFolders.in(folder));
    }

    @Test
    void saysThatAFileIsMissingOrCannotBeRead() {
        for (Path path : List.of(folder.resolve("absent"), folder)) {
            File file = path.toFile();
            for (Executable reading : List.<Executable>of(
                    () -> PolicyFiles.policy(file),
                    () -> PolicyFiles.baseline(file),
                    () -> PolicyFiles.trust(file, unused(), named -> {}))) {
                IOException e = assertThrows(IOException.class, reading);
                String reason = String.valueOf(e.getMessage());
                assertTrue(reason.contains(path.toString()), reason);
                assertTrue(reason.contains("no such file") || reason.contains("cannot be read"), reason);
            }
        }
    }
}
