package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that files name, verified by the template of --follow-images. */
class FollowedImagesTest {
    @TempDir
    private Path folder;

    private static CommandRun audit(String containers, String... more) {
        String manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [" + containers + "]}\n";
        String[] args = new String[2 + more.length];
        args[0] = "audit";
        args[1] = "-";
        System.arraycopy(more, 0, args, 2, more.length);
        return CommandRun.reading(manifest.getBytes(StandardCharsets.UTF_8), args);
    }

    /** Writes a layout with an image of that name, and gives the template for it. */
    private String layout(String name, LayeredImage image) throws IOException {
        image.write(Files.createDirectories(folder.resolve("layout")));
        Path index = folder.resolve("layout/index.json");
        String entries = Files.readString(index);
        Files.writeString(
                index,
                entries.substring(0, entries.length() - "}]}".length())
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}}]}");
        return "oci:" + folder.resolve("layout") + ":{image}";
    }

    @Test
    void theImageOfAWorkloadIsVerifiedAndAudited() throws IOException {
        String template = layout("docker.io/library/app:1", new LayeredImage().file("etc/x", ""));
        CommandRun run = audit(
                "{name: a, image: app:1}, {name: b, image: docker.io/library/app:1}",
                "--follow-images",
                template,
                "--format",
                "jsonl");
        assertTrue(run.out().contains("\"kind\":\"kubernetes-workload\""), run.toString());
        assertTrue(run.out().contains("\"kind\":\"image-filesystem\""), run.toString());
        assertEquals(
                1,
                run.out()
                        .lines()
                        .filter(line -> line.contains("\"kind\":\"done\""))
                        .count(),
                "both containers name one image");
    }

    @Test
    void aTamperedImageRejectsTheManifest() throws IOException {
        String template = layout("docker.io/library/app:1", new LayeredImage().file("../x", ""));
        CommandRun run = audit("{name: a, image: app:1}", "--follow-images", template);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
    }

    @Test
    void anImageThatIsNotThereIsAFailureAndNoPass() throws IOException {
        String template = layout("docker.io/library/app:1", new LayeredImage().file("x", ""));
        CommandRun run = audit("{name: a, image: app:2}", "--follow-images", template);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("app:2"), run.err());
    }

    @Test
    void aNameCannotLeaveThePlaceOfTheTemplate() throws IOException {
        layout("x", new LayeredImage().file("x", ""));
        CommandRun run = audit(
                "{name: a, image: ../../etc/x}", "--follow-images", "oci:" + folder.resolve("layout") + "/{image}");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("standard input:4:"), run.err());
    }

    @Test
    void aTemplateNeedsTheName() {
        CommandRun run = audit("{name: a, image: app:1}", "--follow-images", "docker://registry.example.test/app");
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("{image}"), run.err());
        assertFalse(run.out().contains("kubernetes-workload"), run.out());
    }

    private CommandRun auditFile(String name, String text, String template) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return CommandRun.of(
                "audit", file.toString(), "--follow-images", template, "--format", "jsonl", "--fail-on", "none");
    }

    @Test
    void theImagesOfComposeFilesAreFollowedUnlessTheyAreBuilt() throws IOException {
        String template = layout("docker.io/library/app:1", new LayeredImage().file("etc/x", ""));
        String yaml = "services:\n  web: {image: 'app:1'}\n  own: {image: 'own:1', build: .}\n";
        CommandRun run = auditFile("compose.yaml", yaml, template);
        assertTrue(run.out().contains("\"kind\":\"image-filesystem\""), run.toString());
        assertFalse(run.err().contains("own"), run.err());
    }

    @Test
    void theImagesOfDockerfilesAreFollowed() throws IOException {
        String template = layout("docker.io/library/app:1", new LayeredImage().file("etc/x", ""));
        CommandRun run = auditFile("Dockerfile", "FROM scratch\nCOPY --from=app:1 /etc/x /x\n", template);
        assertTrue(run.out().contains("\"kind\":\"image-filesystem\""), run.toString());
    }

    @Test
    void anImageThatOnlyTheBuildKnowsIsNotAccepted() throws IOException {
        String template = layout("docker.io/library/app:1", new LayeredImage().file("etc/x", ""));
        CommandRun run = auditFile("Dockerfile", "ARG BASE\nFROM $BASE\n", template);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.err().contains("Dockerfile:2"), run.err());
        assertTrue(run.err().contains("BASE"), run.err());
    }
}
