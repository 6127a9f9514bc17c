package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditedFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path root;

    @BeforeEach
    void createRoot() throws IOException {
        root = Files.createDirectories(folder.resolve("project/module"));
    }

    private AuditedFiles files() {
        return new AuditedFiles(root, Map.of("TAG", "1.0"));
    }

    private static boolean has(AuditedFiles files, String name) throws IOException {
        return files.subjects().stream()
                .anyMatch(subject -> subject.ref().toString().contains(name));
    }

    @Test
    void takesTheKnownFilesOfAFolder() throws IOException {
        Files.writeString(root.resolve("Dockerfile"), "FROM registry.example.org/base:1.0\n");
        Files.writeString(root.resolve("notes.txt"), "Nothing to audit.\n");
        AuditedFiles files = files();
        files.add(root);
        assertEquals(1, files.size());
        assertTrue(has(files, "Dockerfile"));
    }

    @Test
    void refusesANamedFileOfNoKnownKind() throws IOException {
        Path notes = Files.writeString(root.resolve("notes.txt"), "Nothing to audit.\n");
        IOException refusal = assertThrows(IOException.class, () -> files().add(notes));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("notes.txt: unknown kind of file"));
    }

    @Test
    void refusesAFileThatDoesNotExist() {
        IOException refusal = assertThrows(IOException.class, () -> files().add(root.resolve("compose.yaml")));
        assertEquals("no such file or folder: compose.yaml", refusal.getMessage());
    }

    @Test
    void tellsWhichFileIsMalformed() throws IOException {
        AuditedFiles files = files();
        files.add(Files.writeString(root.resolve("compose.yaml"), "services:\n  web: [\n"));
        IOException refusal = assertThrows(IOException.class, files::subjects);
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("compose.yaml: "));
    }

    @Test
    void readsNoFileOutsideOfTheBuildThatAFileNames() throws IOException {
        Files.writeString(folder.resolve("secret.yaml"), "services:\n  stolen:\n    image: a:1\n");
        Files.createSymbolicLink(root.resolve("link.yaml"), folder.resolve("secret.yaml"));
        Files.writeString(root.resolve("own.yaml"), "services:\n  included:\n    image: a:1\n");
        AuditedFiles files = files();
        files.add(Files.writeString(
                root.resolve("compose.yaml"),
                "include: [../../secret.yaml, link.yaml, own.yaml]\nservices:\n  web:\n    image: a:${TAG}\n"));
        assertTrue(has(files, "included"));
        assertFalse(has(files, "stolen"));
    }

    @Test
    void followsALinkThatIsNamed() throws IOException {
        Path deploy = Files.createDirectories(folder.resolve("project/deploy/k8s"));
        Files.writeString(deploy.resolve("Dockerfile"), "FROM registry.example.org/base:1.0\n");
        Path link = Files.createSymbolicLink(root.resolve("k8s"), deploy);
        AuditedFiles files = new AuditedFiles(folder.resolve("project"), Map.of());
        files.add(link);
        files.add(deploy);
        assertEquals(1, files.size());
        assertTrue(has(files, "deploy/k8s/Dockerfile"));
    }

    @Test
    void tellsWhatItLeavesOut() throws IOException {
        Files.writeString(root.resolve("Dockerfile"), "FROM registry.example.org/base:1.0\n");
        Files.createSymbolicLink(root.resolve("compose.yaml"), root.resolve("Dockerfile"));
        Files.write(root.resolve("pod.yaml"), new byte[(8 << 20) + 1]);
        Files.createDirectories(root.resolve(".git"));
        Files.writeString(root.resolve(".git/Dockerfile"), "FROM registry.example.org/base:1.0\n");
        AuditedFiles files = files();
        files.addIfAny(root);
        assertEquals(1, files.size());
        assertEquals(
                "not audited: compose.yaml (symbolic link), pod.yaml (longer than 8388608 bytes)",
                files.notAudited().orElseThrow());
    }

    @Test
    void refusesANamedFolderWithNothingToAudit() throws IOException {
        Path deploy = Files.createDirectories(root.resolve("deploy"));
        Files.writeString(deploy.resolve("notes.txt"), "Nothing to audit.\n");
        IOException refusal = assertThrows(IOException.class, () -> files().add(deploy));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("no file to audit in deploy: "));
        AuditedFiles usual = files();
        usual.addIfAny(deploy);
        assertTrue(usual.isEmpty() && usual.notAudited().isEmpty());
    }

    @Test
    void tellsThatAnIncludedFileIsTooLong() throws IOException {
        Files.write(root.resolve("large.yaml"), new byte[(8 << 20) + 1]);
        AuditedFiles files = files();
        files.add(Files.writeString(root.resolve("compose.yaml"), "include: [large.yaml]\n"));
        IOException refusal = assertThrows(IOException.class, files::subjects);
        assertEquals("large.yaml is longer than 8388608 bytes", refusal.getMessage());
    }
}
