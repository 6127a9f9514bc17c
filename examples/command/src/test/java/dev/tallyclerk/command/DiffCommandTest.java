package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
    @TempDir
    Path folder = Path.of("");

    private static LayeredImage base(String config) {
        return new LayeredImage().config(config).file("etc/base", "same").next();
    }

    private String before() throws IOException {
        return base("{\"User\":\"app\",\"Env\":[\"PATH=/bin\",\"MODE=fast\"],\"Cmd\":[\"serve\",\"a b\"],"
                        + "\"ExposedPorts\":{\"80/tcp\":{}},\"Labels\":{\"version\":\"1\"}}")
                .file("app/program", "old")
                .file("app/gone", "x")
                .write(Files.createDirectory(folder.resolve("before")));
    }

    private String after() throws IOException {
        return base("{\"Env\":[\"MODE=fast\",\"PATH=/usr/bin\",\"DEBUG=\"],\"Cmd\":[\"serve\"],"
                        + "\"ExposedPorts\":{\"80/tcp\":{},\"443/tcp\":{}},\"Labels\":{\"version\":\"1\"}}")
                .file("app/program", "new")
                .next()
                .entry("app/link", '2', 0777, "program")
                .write(Files.createDirectory(folder.resolve("after")));
    }

    private static String compared(String... args) {
        CommandRun run = CommandRun.of(args);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run.out();
    }

    @Test
    void showsLayersConfigurationAndFiles() throws IOException {
        assertEquals("""
                1 shared layers, 3 others, 5 changes of the configuration
                - layer 2, 3.0 KiB
                + layer 2, 2.0 KiB
                + layer 3, 1.5 KiB
                - User app
                + ExposedPorts 443/tcp
                ~ Env PATH /bin -> /usr/bin
                + Env DEBUG
                ~ Cmd ["serve", "a b"] -> ["serve"]
                0 changes of packages, 3 of files
                - /app/gone
                + /app/link
                ~ /app/program
                """, compared("diff", before(), after()));
    }

    @Test
    void comparesVariablesWithoutAValue() throws IOException {
        String without = base("{\"Env\":[\"*\",\"TOKEN\"]}").write(Files.createDirectory(folder.resolve("without")));
        String with = base("{\"Env\":[\"TOKEN=\"]}").write(Files.createDirectory(folder.resolve("with")));
        String out = compared("diff", without, with);
        assertTrue(out.contains("- Env *\n- Env TOKEN\n+ Env TOKEN\n"), out);
    }

    @Test
    void findsNothingBetweenAnImageAndItself() throws IOException {
        String image = before();
        assertEquals("""
                2 shared layers, 0 others, 0 changes of the configuration
                0 changes of packages, 0 of files
                """, compared("diff", image, image));
    }

    @Test
    void theJsonAndTheLinesHaveTheSame() throws IOException, JsonException {
        String before = before();
        String after = after();
        JsonCursor json = JsonCursor.parse(
                compared("diff", before, after, "--format", "json").getBytes(StandardCharsets.UTF_8),
                JsonLimits.ofBytes(1 << 20));
        assertEquals(1, json.required("sharedLayers").integer(0, 9));
        assertEquals(3, json.required("layers").length());
        assertEquals(5, json.required("configuration").length());
        assertEquals(3, json.required("files").length());
        assertEquals(
                11, compared("diff", before, after, "--format", "jsonl").lines().count());
    }

    @Test
    void refusesAnImageThatDoesNotMatchItsDigests() throws IOException {
        String before = before();
        LayeredImage broken = base("{}").file("a", "b");
        String name = broken.write(Files.createDirectory(folder.resolve("broken")));
        Files.write(broken.layerFile(folder.resolve("broken"), 1), new byte[] {1});
        CommandRun run = CommandRun.of("diff", before, name);
        assertEquals(ExitCode.REJECTED, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("broken"), run.err());
    }
}
