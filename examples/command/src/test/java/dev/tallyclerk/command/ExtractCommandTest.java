package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Path target = Path.of("");

    @BeforeEach
    void nameTheTarget() {
        target = folder.resolve("target");
    }

    private CommandRun extract(String source, String... options) {
        return CommandRun.of(Stream.concat(Stream.of("extract", source, target.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private String layout(LayeredImage image) throws IOException {
        return image.write(Files.createTempDirectory(folder, "layout"));
    }

    @Test
    void unpacksTheShippedImage() throws IOException {
        CommandRun run = extract("oci:images/hello:1.0");
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("3 files") && run.out().contains("2 folders"), run.out());
        assertTrue(Files.readString(target.resolve("etc/group")).contains("hello"));
        assertTrue(Files.isExecutable(target.resolve("hello")));
    }

    @Test
    void theFolderInWhichTheUserWorksIsNotReplaced() {
        for (String current : List.of(".", "..", Path.of("").toAbsolutePath().toString())) {
            CommandRun run = CommandRun.of("extract", "oci:images/hello:1.0", current);
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("name a new folder"), run.err());
        }
    }

    @Test
    void aFileThatCannotBeMadeIsNamedWithoutWhatMovesTheCursor() throws IOException {
        byte[] tooLong = ("aaaaaaa/".repeat(511) + "aaaaaaaa\0").getBytes(StandardCharsets.US_ASCII);
        LayeredImage image = new LayeredImage()
                .entry("././@LongLink", 'K', 0, "", tooLong)
                .entry("\u001b]0;owned\u0007", '2', 0777, "aaaaaaa/");
        CommandRun run = extract(layout(image));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("?]0;owned?"), run.err());
        assertFalse(run.err().contains("\u001b"), run.err());
    }

    @Test
    void leavesNothingOfTheTamperedCopy() throws IOException {
        CommandRun run = extract("oci:images/hello-tampered:1.0");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("DIGEST_MISMATCH"), run.err());
        assertEquals("", run.out());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void saysWhatItLeftOut() throws IOException, JsonException {
        LayeredImage image = new LayeredImage().entry("bin/su", '0', 04755, "").entry("dev/null", '3', 0666, "");
        for (int i = 0; i < 12; i++) {
            image.entry("pipe" + i, '6', 0644, "");
        }
        String source = layout(image);
        CommandRun run = extract(source);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.out().contains("bin/su") && run.out().contains("--keep-setid"), run.out());
        assertTrue(run.out().contains("dev/null  0:0"), run.out());
        assertTrue(run.out().contains("  and 2 more"), run.out());
        assertEquals(0755, (Integer) Files.getAttribute(target.resolve("bin/su"), "unix:mode") & 07777);
        target = folder.resolve("json");
        CommandRun json = extract(source, "--keep-setid", "--no-times", "--keep-xattrs", "--format", "json");
        assertEquals(ExitCode.INCOMPLETE, json.exitCode(), json.toString());
        JsonCursor report = JsonCursor.parse(json.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
        assertEquals("dev.tallyclerk.extract-report", report.required("schema").string());
        assertEquals(13, report.required("omissions").elements().size());
        assertEquals(1, report.required("files").integer(0, 9));
        assertEquals(04755, (Integer) Files.getAttribute(target.resolve("bin/su"), "unix:mode") & 07777);
    }

    @Test
    void limitsOnLayersAreOptions() throws IOException {
        String source = layout(new LayeredImage().entry("zeros", '0', 0644, "", new byte[2 << 20]));
        for (String command : List.of("extract", "files", "verify")) {
            List<String> words = new ArrayList<>(List.of(command, source));
            if (command.equals("extract")) {
                words.add(target.toString());
            }
            words.addAll(List.of("--max-layer-size", "1"));
            CommandRun run = CommandRun.of(words.toArray(String[]::new));
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue((run.out() + run.err()).contains("1048576 bytes"), run.toString());
        }
        assertEquals(ExitCode.ERROR, extract(source, "--max-layer-ratio", "0").exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                extract(source, "--max-layer-ratio", "5000", "--max-layer-size", "3")
                        .exitCode());
    }

    @Test
    void limitsOnLayersOfAPolicyAreOverriddenByOptions() throws IOException {
        String source = layout(new LayeredImage().entry("zeros", '0', 0644, "", new byte[2 << 20]));
        Path small = Files.writeString(
                folder.resolve("policy.yaml"), "schemaVersion: 1\nlimits: {maxLayerBytes: 1048576}\n");
        for (String command : List.of("extract", "files", "verify")) {
            List<String> words = new ArrayList<>(List.of(command, source));
            if (command.equals("extract")) {
                words.add(target.toString());
            }
            words.addAll(List.of("--policy", small.toString()));
            CommandRun refused = CommandRun.of(words.toArray(String[]::new));
            assertEquals(ExitCode.REJECTED, refused.exitCode(), refused.toString());
            assertTrue((refused.out() + refused.err()).contains("1048576 bytes"), refused.toString());
            words.addAll(List.of("--max-layer-size", "3"));
            CommandRun allowed = CommandRun.of(words.toArray(String[]::new));
            assertEquals(ExitCode.ACCEPTED, allowed.exitCode(), allowed.toString());
        }
        Path wrong = Files.writeString(
                folder.resolve("policy.json"), "{\"schemaVersion\": 1, \"limits\": {\"maxLayerSize\": 1}}");
        CommandRun unknown = extract(source, "--policy", wrong.toString());
        assertEquals(ExitCode.ERROR, unknown.exitCode(), unknown.toString());
        assertTrue(unknown.err().contains("unknown member \"maxLayerSize\""), unknown.err());
    }

    @Test
    void namesTheOtherImagesThatEnginesMayTakeFromAnIndex() throws IOException, JsonException {
        Path layout = Files.createTempDirectory(folder, "index");
        String source = LayeredImage.writeIndex(
                layout, new LayeredImage().file("first", "1"), new LayeredImage().file("second", "2"));
        List<String> manifests = new ArrayList<>();
        JsonCursor verified = json(CommandRun.of("verify", source, "--format", "json"));
        manifests.add(verified.required("image").required("manifestDigest").string());
        manifests.add(verified.required("others")
                .elements()
                .get(0)
                .required("manifestDigest")
                .string());
        CommandRun run = extract(source, "--format", "json");
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("this is " + manifests.get(0)), run.err());
        assertTrue(run.err().contains("some engines take " + manifests.get(1) + " instead"), run.err());
        JsonCursor report = json(run);
        assertEquals(
                manifests.get(0),
                report.required("image").required("manifestDigest").string());
        assertEquals(
                manifests.get(1),
                report.required("others")
                        .elements()
                        .get(0)
                        .required("manifestDigest")
                        .string());
        CommandRun files = CommandRun.of("files", source);
        assertTrue(files.out().contains("first") && files.err().contains(manifests.get(1)), files.toString());
        target = folder.resolve("chosen");
        CommandRun chosen = extract(source + "@" + manifests.get(1));
        assertEquals(ExitCode.ACCEPTED, chosen.exitCode(), chosen.toString());
        assertEquals("", chosen.err());
        assertEquals("2", Files.readString(target.resolve("second")));
    }

    @Test
    void refusesAnIndexIfAnotherImageThatEnginesMayTakeIsWrong() throws IOException, JsonException {
        Path layout = Files.createTempDirectory(folder, "index");
        String source = LayeredImage.writeIndex(
                layout, new LayeredImage().file("first", "1"), new LayeredImage().file("second", "2"));
        JsonCursor verified = json(CommandRun.of("verify", source, "--format", "json"));
        String first = verified.required("image").required("manifestDigest").string();
        String other = verified.required("others")
                .elements()
                .get(0)
                .required("manifestDigest")
                .string();
        Files.delete(layout.resolve("blobs/sha256").resolve(other.substring(other.indexOf(':') + 1)));
        for (CommandRun run :
                List.of(CommandRun.of("verify", source), extract(source), CommandRun.of("files", source))) {
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue((run.out() + run.err()).contains("MISSING"), run.toString());
        }
        assertFalse(Files.exists(target));
        assertTrue(extract(source).err().contains("give @" + first), first);
        assertEquals(ExitCode.ACCEPTED, extract(source + "@" + first).exitCode());
    }

    private static JsonCursor json(CommandRun run) throws JsonException {
        return JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
    }

    /** What an option leaves out is not missing. */
    @Test
    void theStatusSaysWhetherSomethingCouldNotBeMade() throws IOException {
        String setId = layout(new LayeredImage().entry("bin/su", '0', 04755, ""));
        assertEquals(ExitCode.ACCEPTED, extract(setId).exitCode());
        for (char type : new char[] {'3', '4', '6'}) {
            target = folder.resolve("target" + type);
            String missing = layout(new LayeredImage().entry("missing", type, 0644, ""));
            CommandRun run = extract(missing);
            assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
            assertTrue(Files.isDirectory(target));
        }
    }

    @Test
    void writesTheBytesOfNamesThatAreNotUtf8() throws IOException, JsonException {
        CommandRun run = extract(layout(new LayeredImage().entry("pipe\u00ff", '6', 0644, "")), "--format", "json");
        JsonCursor report = JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
        JsonCursor omission = report.required("omissions").elements().get(0);
        assertEquals("70697065ff", omission.required("pathBytes").string());
    }

    @Test
    void rejectsAnImageThatLeadsOutside() throws IOException {
        CommandRun run = extract(layout(new LayeredImage().file("../evil", "evil")));
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("OUTSIDE_ROOT"), run.err());
        assertFalse(Files.exists(target, LinkOption.NOFOLLOW_LINKS));
        assertFalse(Files.exists(folder.resolve("evil")));
    }

    @Test
    void leavesAFolderAloneThatIsNotEmpty() throws IOException {
        Files.createDirectory(target);
        Files.writeString(target.resolve("mine"), "x");
        CommandRun run = extract("oci:images/hello:1.0");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("TARGET_NOT_EMPTY"), run.err());
        assertEquals("x", Files.readString(target.resolve("mine")));
    }

    @Test
    void followsLinksInside() throws IOException {
        String source = layout(new LayeredImage()
                .entry("usr/lib/", '5', 0755, "")
                .entry("lib", '2', 0777, "usr/lib")
                .next()
                .file("lib/x", "inside"));
        assertEquals(ExitCode.ACCEPTED, extract(source).exitCode());
        assertEquals("inside", Files.readString(target.resolve("usr/lib/x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "extract",
                "extract oci:images/hello:1.0",
                "extract oci:images/hello:1.0 /",
                "extract oci:images/hello:1.0 no/such/folder",
                "extract NONSENSE x",
                "extract oci:images/none x",
                "extract oci:images/hello:1.0 x --format xml",
                "extract oci:images/hello:1.0 x --platform linux/amd64/v1/x",
            })
    void endsWithThreeOnWrongUseAndUnreadableInput(String line) {
        CommandRun run = CommandRun.of(line.split(" ", -1));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: "), run.toString());
        assertEquals("", run.out());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    void explainsItself() {
        for (String command : List.of("extract", "files")) {
            CommandRun help = CommandRun.of(command, "--help");
            assertEquals(0, help.exitCode());
            assertTrue(help.out().contains("docker://") && help.out().contains("--platform"), help.out());
        }
    }
}
