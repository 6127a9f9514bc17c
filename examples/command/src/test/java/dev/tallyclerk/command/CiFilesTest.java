package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the shell parts of the files in docs/ci, in a repository with a Dockerfile. */
@EnabledOnOs(OS.LINUX)
class CiFilesTest {
    @TempDir
    private Path folder;

    @Test
    void gitHubGetsAnnotationsAndFiles() throws Exception {
        Path repository = repository("FROM alpine:latest\nUSER root\n");
        List<String> steps = texts(file("github.yml"), "jobs", "audit", "steps");
        assertEquals(2, steps.size());
        Run audit = shell(repository, steps.get(0));
        assertEquals(ExitCode.REJECTED, audit.exitCode(), audit.out());
        assertTrue(audit.out().startsWith("::error title=Tallyclerk::Hardening: rejected"), audit.out());
        assertTrue(audit.out().contains("\n::error file=Dockerfile,line=2,"), audit.out());
        assertTrue(Files.size(repository.resolve("tallyclerk.sarif")) > 0);
        assertEquals(0, shell(repository, steps.get(1)).exitCode());
        assertEquals(
                Files.readString(repository.resolve("tallyclerk.md")), Files.readString(folder.resolve("summary.md")));
    }

    @Test
    void gitLabGetsTheFilesThatItsJobNames() throws Exception {
        Path repository = repository("FROM alpine:latest\nUSER root\n");
        List<String> script = texts(file("gitlab.yml"), "tallyclerk", "script");
        assertEquals(1, script.size());
        assertEquals(ExitCode.REJECTED, shell(repository, script.get(0)).exitCode());
        String job = Files.readString(file("gitlab.yml"));
        for (String kind : List.of("codequality", "junit")) {
            Matcher artifact = Pattern.compile(kind + ": (\\S+)").matcher(job);
            assertTrue(artifact.find(), kind);
            assertTrue(Files.size(repository.resolve(artifact.group(1))) > 0, artifact.group(1));
        }
        assertTrue(Files.readString(repository.resolve("gl-code-quality-report.json"))
                .contains("\"path\" : \"Dockerfile\""));
    }

    @Test
    void jenkinsGetsTheFilesThatItsStepsRead() throws Exception {
        Path repository = repository("FROM alpine:latest\nUSER root\n");
        String pipeline = Files.readString(file("Jenkinsfile"));
        Matcher script = Pattern.compile("sh '''(.*?)'''", Pattern.DOTALL).matcher(pipeline);
        assertTrue(script.find());
        assertEquals(ExitCode.REJECTED, shell(repository, script.group(1)).exitCode());
        Matcher artifact = Pattern.compile("(?:junit |pattern: )'([^']+)'").matcher(pipeline);
        int found = 0;
        while (artifact.find()) {
            assertTrue(Files.size(repository.resolve(artifact.group(1))) > 0, artifact.group(1));
            found++;
        }
        assertEquals(2, found);
    }

    @Test
    void gradleRunsCommandsThatFailOnWhatIsNotAccepted() throws Exception {
        Path repository = repository("FROM alpine:latest\nUSER root\n");
        Path reports = Files.createDirectory(repository.resolve("reports"));
        Files.createSymbolicLink(
                repository.resolve("image"), ProjectFiles.root().resolve("examples/images/hello"));
        Matcher task =
                Pattern.compile("commandLine (.*?)\n}", Pattern.DOTALL).matcher(Files.readString(file("build.gradle")));
        List<Integer> exits = new ArrayList<>();
        while (task.find()) {
            // Its quoted words have no spaces, so they are words of a shell too.
            exits.add(shell(
                            repository,
                            task.group(1).replace(",", "").replace("\n", " ").replace("$reports", "reports"))
                    .exitCode());
        }
        assertEquals(List.of(ExitCode.REJECTED, ExitCode.ACCEPTED), exits);
        for (String report : List.of("files.sarif", "files.xml", "image.sarif")) {
            assertTrue(Files.size(reports.resolve(report)) > 0, report);
        }
    }

    private static Path file(String name) throws IOException {
        return ProjectFiles.root().resolve("docs/ci").resolve(name);
    }

    private record Run(int exitCode, String out) {}

    private Path repository(String dockerfile) throws IOException {
        Path repository = Files.createDirectory(folder.resolve("repository"));
        Files.writeString(repository.resolve("Dockerfile"), dockerfile);
        Path bin = Files.createDirectory(folder.resolve("bin"));
        List<String> words = new ArrayList<>();
        for (String word : JavaProcess.command(List.of(), Launcher.class)) {
            words.add("'" + word.replace("'", "'\\''") + "'");
        }
        Path command = bin.resolve("tallyclerk");
        Files.writeString(command, "#!/bin/sh\nexec " + String.join(" ", words) + " \"$@\"\n");
        assertTrue(command.toFile().setExecutable(true));
        return repository;
    }

    private Run shell(Path repository, String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", script)
                .directory(repository.toFile())
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment()
                .put("GITHUB_STEP_SUMMARY", folder.resolve("summary.md").toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }

    /** {@return the texts of a list, or the scripts of a list of steps} */
    private static List<String> texts(Path file, String... path) throws Exception {
        SourceDocument document = SourceDocument.of(file.toString(), Files.readAllBytes(file));
        DocumentValue root =
                DocumentReader.of(DocumentDialect.COMPOSE).read(document).get(0).root();
        List<String> texts = new ArrayList<>();
        if (root.elements(path) instanceof Fact.Known<List<DocumentValue>> elements) {
            for (DocumentValue element : elements.value()) {
                boolean isStep = element.type() == DocumentValue.Type.MAPPING;
                if ((isStep ? element.text("run") : element.text()) instanceof Fact.Known<String> text) {
                    texts.add(text.value());
                }
            }
        }
        return texts;
    }
}
