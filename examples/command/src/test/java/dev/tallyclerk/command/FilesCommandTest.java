package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesCommandTest {
    @TempDir
    Path folder = Path.of("");

    private static CommandRun files(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "files";
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandRun.of(all);
    }

    private static String listed(String... args) {
        CommandRun run = files(args);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run.out();
    }

    private static LayeredImage image() {
        return new LayeredImage()
                .entry("etc/", '5', 0755, "")
                .file("etc/motd", "hello\n")
                .entry("bin/su", '0', 04755, "")
                .entry("bin/sudo", '1', 04755, "bin/su")
                .entry("tmp", '5', 01777, "")
                .entry("lib", '2', 0777, "usr/lib")
                .next()
                .file("root/.ssh/id_rsa", "secret")
                .file("etc/motd", "changed\n")
                .next()
                .entry("root/.ssh/.wh.id_rsa", '0', 0, "")
                .entry("esc\u001b[31m", '0', 0644, "")
                .entry("no-utf8-\u00ff", '0', 0644, "");
    }

    @Test
    void listsTheShippedImage() {
        String out = listed("oci:images/hello:1.0");
        assertTrue(out.contains("etc/passwd") && out.contains("-rwxr-xr-x"), out);
        assertTrue(out.lines().anyMatch(line -> line.endsWith("    2  hello")), out);
    }

    @Test
    void saysWhatIsWhereAndWhichLayerBroughtIt() throws IOException {
        String out = listed(image().write(folder));
        assertTrue(out.startsWith("MODE"), out);
        assertTrue(out.contains("-rw-r--r--    1000:0          8 2023-11-14 22:13      2  etc/motd\n"), out);
        assertTrue(out.contains("-rwsr-xr-x"), out);
        assertTrue(out.contains("bin/sudo (one of 2 hard links)"), out);
        assertTrue(out.contains("drwxrwxrwt"), out);
        assertTrue(out.contains("lrwxrwxrwx"), out);
        assertTrue(out.contains("lib -> usr/lib"), out);
        assertFalse(out.contains("id_rsa"), out);
        assertFalse(out.contains("\u001b"), "a name must not move the cursor");
    }

    @Test
    void listsWhatIsBelowAPath() throws IOException {
        String source = image().write(folder);
        assertEquals(3, listed(source, "etc").lines().count());
        for (String spelling : new String[] {"/etc/motd", "./etc/motd", "etc//motd", "etc/./motd/", "//etc/motd/."}) {
            assertEquals(2, listed(source, spelling).lines().count(), spelling);
        }
        assertEquals(listed(source), listed(source, "."));
        CommandRun nothing = files(source, "/etc/nothing");
        assertEquals(ExitCode.ERROR, nothing.exitCode());
        assertFalse(nothing.err().contains("--history"), nothing.err());
        CommandRun gone = files(source, "root/.ssh/id_rsa");
        assertEquals(ExitCode.ERROR, gone.exitCode());
        assertTrue(gone.err().contains("--history"), gone.err());
    }

    @Test
    void findsADeletedSecretAndTheLayerThatHasIt() throws IOException {
        String source = image().write(folder);
        String history = listed(source, "--history");
        assertTrue(history.contains("root/.ssh/id_rsa\n  layer 2   added"), history);
        assertTrue(history.contains("  layer 3   deleted   by root/.ssh/.wh.id_rsa; layer 2 still has it"), history);
        assertTrue(history.contains("etc/motd\n  layer 1   added"), history);
        assertTrue(history.contains("  layer 2   replaced"), history);
        assertFalse(history.contains("bin/su"), history);
        assertEquals(3, listed(source, "root/.ssh/id_rsa", "--history").lines().count());
        assertEquals(2, listed(source, "bin/su", "--history").lines().count());
        String layer = listed(source, "--layer", "2");
        assertTrue(layer.contains("root/.ssh/id_rsa"), layer);
        String whiteout = listed(source, "root", "--layer", "3");
        assertTrue(whiteout.contains("root/.ssh/.wh.id_rsa removes root/.ssh/id_rsa"), whiteout);
        assertTrue(whiteout.lines().anyMatch(line -> line.startsWith("w---------")), whiteout);
    }

    @Test
    void nothingAtAPathOfALayerIsNoSuccess() throws IOException {
        String source = image().write(folder);
        for (String format : new String[] {"text", "json"}) {
            CommandRun run = files(source, "bin/su", "--layer", "2", "--format", format);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertEquals("", run.out());
            assertTrue(run.err().contains("there is nothing at that path in layer 2"), run.err());
        }
        Path other = Files.createDirectory(folder.resolve("other"));
        String empty = new LayeredImage().file("a", "").next().write(other);
        assertEquals(1, listed(empty, "--layer", "2").lines().count(), "the root is there, with nothing in it");
    }

    @Test
    void aLayersEntriesTakeNoMoreMemoryThanTheyMay() throws IOException {
        LayeredImage image = image();
        image.write(folder);
        Path layer = image.layerFile(folder, 0);
        assertEquals(6, entries(layer, "", 10_000).orElseThrow().size());
        assertEquals(Optional.empty(), entries(layer, "", 500));
        assertEquals(1, entries(layer, "tmp", 500).orElseThrow().size());
    }

    private static Optional<List<LayerEntry>> entries(Path layer, String path, long maxMemoryBytes) throws IOException {
        try (LayerReader reader = LayerReader.openArchive(Files.newInputStream(layer), LayerLimits.defaults())) {
            return FilesReport.entries(reader, path, maxMemoryBytes);
        }
    }

    private static JsonCursor json(String out) throws JsonException {
        return JsonCursor.parse(out.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
    }

    @Test
    void writesJson() throws IOException, JsonException {
        String source = image().write(folder);
        JsonCursor merged = json(listed(source, "--format", "json"));
        assertEquals("dev.tallyclerk.files", merged.required("schema").string());
        assertEquals(3, merged.required("layers").elements().size());
        boolean found = false;
        for (JsonCursor file : merged.required("files").elements()) {
            if (file.required("path").string().equals("bin/sudo")) {
                found = true;
                assertEquals("file", file.required("type").string());
                assertEquals("4755", file.required("mode").string());
                assertEquals(2, file.required("paths").integer(0, 9));
                assertEquals(1, file.required("layer").integer(0, 9));
            }
            if (file.required("path").string().startsWith("no-utf8")) {
                assertEquals("6e6f2d757466382dff", file.required("pathBytes").string());
            }
        }
        assertTrue(found);
        JsonCursor changes =
                json(listed(source, "root", "--history", "--format", "json")).required("changes");
        List<String> kinds = new ArrayList<>();
        for (JsonCursor change : changes.elements()) {
            kinds.add(change.required("path").string() + " "
                    + change.required("kind").string());
        }
        assertEquals(List.of("root added", "root/.ssh/id_rsa added", "root/.ssh/id_rsa deleted"), kinds);
        JsonCursor deletion = changes.elements().get(2);
        assertEquals(2, deletion.required("stillIn").integer(0, 9));
        assertEquals(6, deletion.required("file").required("size").integer(0, 9));
        JsonCursor entries =
                json(listed(source, "--layer", "3", "--format", "json")).required("entries");
        assertEquals("removes", entries.elements().get(0).required("whiteout").string());
    }

    @Test
    void writesTheBytesOfNamesThatAreNotUtf8() throws IOException, JsonException {
        String source = new LayeredImage()
                .entry("a\u00ff", '0', 0644, "")
                .entry("l", '2', 0777, "a\u00ff")
                .next()
                .entry(".wh.a\u00ff", '0', 0, "")
                .write(folder);
        List<JsonCursor> files =
                json(listed(source, "--format", "json")).required("files").elements();
        assertEquals("61ff", files.get(0).required("linkBytes").string());
        List<JsonCursor> entries = json(listed(source, "--layer", "1", "--format", "json"))
                .required("entries")
                .elements();
        assertEquals("61ff", entries.get(1).required("linkBytes").string());
        List<JsonCursor> changes = json(listed(source, "--history", "--format", "json"))
                .required("changes")
                .elements();
        assertEquals("2e77682e61ff", changes.get(1).required("byBytes").string());
    }

    @Test
    void rejectsAnImageWhoseLayerIsNotThePromisedOne() throws IOException {
        LayeredImage image = image();
        String source = image.write(folder);
        Path layer = image.layerFile(folder, 1);
        byte[] bytes = Files.readAllBytes(layer);
        bytes[0] ^= 1;
        Files.write(layer, bytes);
        for (CommandRun run : new CommandRun[] {files(source), files(source, "--layer", "2")}) {
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue(run.err().contains("DIGEST_MISMATCH"), run.err());
            assertEquals("", run.out());
        }
        Files.delete(layer);
        assertTrue(files(source).err().contains("MISSING_LAYER"));
        assertEquals(ExitCode.REJECTED, files(source).exitCode());
    }

    @Test
    void followsLinksInPathsWhereTheyLeadToADirectory() throws IOException {
        String source = new LayeredImage()
                .entry("usr/lib/", '5', 0755, "")
                .entry("lib", '2', 0777, "usr/lib")
                .next()
                .file("lib/x", "")
                .write(folder);
        assertTrue(listed(source).contains("usr/lib/x"));
        Path other = Files.createDirectory(folder.resolve("other"));
        String broken = new LayeredImage()
                .entry("lib", '2', 0777, "nowhere")
                .file("lib/x", "")
                .write(other);
        CommandRun run = files(broken);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("THROUGH_SYMBOLIC_LINK"), run.err());
    }

    @Test
    void isIncompleteWhereALayerHasWhatIsNotRead() throws IOException {
        String source = new LayeredImage().entry("sparse", 'S', 0644, "").write(folder);
        CommandRun run = files(source);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.err().contains("UNSUPPORTED_ENTRY"), run.err());
    }

    @Test
    void anArtifactHasNoFileSystem() {
        CommandRun run = files("oci:" + SharedData.require("registry/fixtures/layouts/artifacts") + ":v1");
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.err().contains("not a container image"), run.err());
    }

    @Test
    void takesThePlatformThatIsAskedFor() {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        assertTrue(listed(source, "--platform", "linux/arm/v7").contains("-rw"));
        CommandRun none = files(source, "--platform", "linux/s390x");
        assertEquals(ExitCode.REJECTED, none.exitCode());
        assertTrue(none.err().contains("NO_SUCH_PLATFORM"), none.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "files",
                "files NONSENSE",
                "files oci:images/none",
                "files oci:images/hello:1.0 --layer 0",
                "files oci:images/hello:1.0 --layer 3",
                "files oci:images/hello:1.0 --layer x",
                "files oci:images/hello:1.0 --layer 1 --history",
                "files oci:images/hello:1.0 --format xml",
                "files oci:images/hello:1.0 etc extra",
                "files oci:images/hello:1.0 etc/../etc",
                "files oci:images/hello:1.0 --platform linux/amd64/v1/x",
            })
    void endsWithThreeOnWrongUseAndUnreadableInput(String line) {
        CommandRun run = CommandRun.of(line.split(" ", -1));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: "), run.toString());
        assertEquals("", run.out());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    void theSameInputGivesTheSameOutput() throws IOException {
        String source = image().write(folder);
        assertEquals(listed(source), listed(source));
        assertEquals(listed(source, "--history"), listed(source, "--history"));
    }

    @Test
    void modesLookAsTheyDoInLs() {
        assertEquals("rwxr-xr-x", FileFormat.permissions(0755));
        assertEquals("rwsr-sr-t", FileFormat.permissions(07755));
        assertEquals("--S--S--T", FileFormat.permissions(07000));
        assertEquals("---------", FileFormat.permissions(0));
    }
}
