package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

class SourceTextTest {
    private final CommandSpec spec = CommandSpec.create();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = Terminal.of(
            Map.of(),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            StandardCharsets.UTF_8);

    SourceTextTest() {
        new picocli.CommandLine(spec);
    }

    private String parsed(Terminal terminal, String text) {
        return SourceText.parse(spec, terminal, text).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "alpine, docker.io/library/alpine:latest",
        "alpine:3.20, docker.io/library/alpine:3.20",
        "docker:27, docker.io/library/docker:27",
        "redis, docker.io/library/redis:latest",
        "grafana/grafana, docker.io/grafana/grafana:latest",
        "ghcr.io/team/app, ghcr.io/team/app:latest",
    })
    void aBareNameIsExpandedAsDockerDoesAndNoted(String name, String full) {
        assertEquals("docker://" + full, parsed(terminal, name));
        assertEquals("tallyclerk: " + name + " stands for " + full + "\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aWholeNameNeedsNoNote() {
        assertEquals("docker://localhost:5000/a/b:1", parsed(terminal, "localhost:5000/a/b:1"));
        assertEquals("docker://docker.io/library/alpine:latest", parsed(terminal, "docker://alpine"));
        assertEquals("docker://docker.io/library/alpine:latest", parsed(terminal.withQuiet(), "alpine"));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image.tar",
                "image.tar.gz",
                "sbom.json",
                "pom.xml:1",
                "images",
                "images:1",
                "dir:folder",
                "sbom:file",
                "https://example.org/a",
                "./alpine",
                "Alpine",
                ""
            })
    void whatMayBeAFileOrFolderIsNoName(String text) {
        var e = assertThrows(ParameterException.class, () -> parsed(terminal, text));
        assertTrue(String.valueOf(e.getMessage()).startsWith("an image is at "), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "oci-arhive:image, oci-archive",
        "docker-achive:image, docker-archive",
        "ocl:image, oci",
        "docker-deamon:image, docker-daemon",
        "container-storage:image, containers-storage",
    })
    void aMistypedKindIsNoName(String text, String meant) {
        var e = assertThrows(ParameterException.class, () -> parsed(terminal, text));
        assertTrue(String.valueOf(e.getMessage()).contains("did you mean " + meant + "?"), e.getMessage());
    }
}
