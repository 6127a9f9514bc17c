package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TestImages;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
    private static final String HELLO = "oci:images/hello:1.0";

    @TempDir
    Path folder = Path.of("");

    private static CommandRun verify(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "verify";
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandRun.of(all);
    }

    private static void assertRejected(CommandRun run, String reason) {
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("REJECTED") && run.out().contains(reason), run.toString());
    }

    /** {@return the file of the layout's one layer: the only one that begins as gzip does} */
    private static Path layerOf(Path layout) throws IOException {
        try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                if (Files.readAllBytes(blob)[0] == 0x1f) {
                    return blob;
                }
            }
        }
        throw new AssertionError("no layer in " + layout);
    }

    @Test
    void acceptsTheShippedImage() {
        CommandRun run = verify(HELLO);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("ACCEPTED"), run.out());
        assertEquals("", run.err());
    }

    /** A pinned index digest also allows images in it that were not verified. */
    @Test
    void namesTheOneImageOfAnIndexThatItHasLookedAt() throws JsonException {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        String manifest = "sha256:d30ded78d75e521da5d70d1d7ab84164f24d0df98a637741d7f14116606aa4fd";
        CommandRun run = verify(source);
        assertTrue(run.out().contains("Manifest       " + manifest), run.out());
        assertTrue(run.out().contains("only this image in it was verified"), run.out());
        assertFalse(verify(HELLO).out().contains("only this image"));
        for (String each : List.of(source, HELLO)) {
            String json = verify(each, "--format", "json").out();
            JsonCursor image = JsonCursor.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20))
                    .required("image");
            String digest = each.equals(HELLO) ? image.required("digest").string() : manifest;
            assertEquals(digest, image.required("manifestDigest").string());
        }
    }

    @Test
    void saysOfAPipeThatAnArchiveIsAFile() {
        CommandRun run = verify("docker-archive:/dev/null");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("write it to a file first"), run.err());
        CommandRun folder = verify("oci-archive:images/hello");
        assertTrue(folder.err().contains("open it as a layout"), folder.err());
    }

    @Test
    void rejectsTheTamperedCopyAndSaysWhichLayer() {
        assertRejected(verify("oci:images/hello-tampered:1.0"), "layer 2: DIGEST_MISMATCH");
    }

    @Test
    void rejectsAFlippedByteATruncatedBlobAndAMissingOne() throws IOException {
        TestImages.writeLayout(folder);
        Path blob = layerOf(folder);
        byte[] good = Files.readAllBytes(blob);
        byte[] flipped = good.clone();
        flipped[100] ^= 1;
        Files.write(blob, flipped);
        assertRejected(verify("oci:" + folder), "layer 1: DIGEST_MISMATCH");
        Files.write(blob, Arrays.copyOf(good, 100));
        assertRejected(verify("oci:" + folder), "layer 1: TOO_SHORT");
        Files.write(blob, Arrays.copyOf(good, good.length + 1));
        assertRejected(verify("oci:" + folder), "layer 1: TOO_LONG");
        Files.delete(blob);
        assertRejected(verify("oci:" + folder), "layer 1: MISSING");
    }

    @Test
    void rejectsAManifestThatIsNotTheOneTheDigestAsksFor() throws IOException {
        TestImages.writeLayout(folder);
        Digest asked = Digest.sha256Of(new byte[] {1});
        assertRejected(verify("oci:" + folder + "@" + asked), "manifest: MISSING");
        Files.writeString(folder.resolve("blobs/sha256").resolve(asked.encoded()), "{\"schemaVersion\":2}");
        assertRejected(verify("oci:" + folder + "@" + asked), "manifest: DIGEST_MISMATCH");
    }

    @Test
    void rejectsAWrongDiffId() throws IOException {
        TestImages.writeLayout(folder, Digest.sha256Of(new byte[] {1}));
        assertRejected(verify("oci:" + folder), "layer 1: DIFF_ID_MISMATCH");
    }

    @Test
    void rejectsBySeverityIfAskedTo() throws IOException {
        TestImages.writeLayout(folder);
        assertEquals(ExitCode.ACCEPTED, verify("oci:" + folder).exitCode());
        assertRejected(verify("oci:" + folder, "--fail-on", "low"), "IMG-004");
        assertEquals(
                ExitCode.ACCEPTED, verify("oci:" + folder, "--fail-on", "none").exitCode());
        assertTrue(verify("oci:" + folder, "--profile", "strict").out().contains("IMG-028"));
    }

    /** Code hosts refuse a result whose location has no relative URI. */
    @Test
    void sarifLocatesFindingsInTheImageByItsName() throws IOException, JsonException {
        TestImages.writeLayout(folder.resolve("layout"));
        Path sarif = folder.resolve("report.sarif");
        verify("oci:" + folder.resolve("layout"), "--report", "sarif=" + sarif);
        List<JsonCursor> results = JsonCursor.parse(Files.readAllBytes(sarif), JsonLimits.ofBytes(1 << 20))
                .required("runs")
                .elements()
                .get(0)
                .required("results")
                .elements();
        assertFalse(results.isEmpty());
        for (JsonCursor result : results) {
            JsonCursor location = result.required("locations").elements().get(0);
            JsonCursor physical = location.required("physicalLocation");
            URI uri = URI.create(
                    physical.required("artifactLocation").required("uri").string());
            assertFalse(uri.isAbsolute(), uri.toString());
            assertTrue(uri.getPath().startsWith("image/" + folder.resolve("layout")), uri.toString());
            assertEquals(1, physical.required("region").required("startLine").integer(1, 1));
            String name = location.required("logicalLocations")
                    .elements()
                    .get(0)
                    .required("fullyQualifiedName")
                    .string();
            assertTrue(name.startsWith("image " + folder.resolve("layout")), name);
        }
    }

    @Test
    void isIncompleteWhereARuleThatCountsCannotTell() throws IOException {
        TestImages.writeLayoutWithoutHistory(folder);
        CommandRun run = verify("oci:" + folder, "--fail-on", "high");
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.out());
        assertTrue(run.out().contains("INCOMPLETE"), run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oci:%s/layouts/busybox-gzip:1.37",
                "oci:%s/layouts/ed-gzip:latest",
                "oci:%s/layouts/ed-plain",
                "oci:%s/layouts/ed-zstd",
                "oci:%s/layouts/ed-mixed",
                "oci:%s/layouts/ed-sha512",
                "oci:%s/layouts/multiarch",
                "oci:%s/layouts/cosign-saved@sha256:6a3b817fdb74acda42348b4614a3ce255c3cf8c5f5007a503066f9e0364c85e3",
                "oci-archive:%s/tars/ed-skopeo-oci-archive.tar",
                "docker-archive:%s/tars/arm64-buildah-docker-archive.tar",
                "docker-archive:%s/tars/ed-crane-legacy.tar",
                "docker-archive:%s/tars/ed-crane-tarball.tar",
                "docker-archive:%s/tars/ed-skopeo-docker-archive.tar",
            })
    void acceptsImagesOfOtherPeoplesTools(String source) {
        CommandRun run = verify(source.formatted(SharedData.require("registry/fixtures")));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
    }

    @Test
    void acceptsAnArtifactIfAskedTo() {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/artifacts") + ":v1";
        CommandRun run = verify(source);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.out().contains("artifact"), run.out());
        assertEquals(ExitCode.ACCEPTED, verify(source, "--artifact").exitCode());
    }

    @Test
    void takesThePlatformThatIsAskedFor() {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        assertTrue(verify(source, "--platform", "linux/arm/v7").out().contains("linux/arm/v7"));
        assertRejected(verify(source, "--platform", "linux/s390x"), "NO_SUCH_PLATFORM");
        assertRejected(verify(HELLO, "--platform", "linux/arm64"), "WRONG_PLATFORM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify",
                "verify FOO",
                "verify oci:",
                "verify oci:images/none",
                "verify oci:images/hello:2.0",
                "verify oci:images/hello@sha256:abc",
                "verify docker://UPPER/case/",
                "verify docker://localhost:99999/a/b:1",
                "verify docker://[::::]/a/b:1",
                "verify docker-archive:images/hello",
                "verify docker-archive:pom.xml",
                "verify oci-archive:pom.xml",
                "verify oci:images/hello:1.0 extra",
                "verify oci:images/hello:1.0 --nonsense",
                "verify oci:images/hello:1.0 --format xml",
                "verify oci:images/hello:1.0 --fail-on sometimes",
                "verify oci:images/hello:1.0 --platform linux/",
                "verify oci:images/hello:1.0 --trust nonsense --trust-target x",
                "verify oci:images/hello:1.0 --trust tuf:root.json,ftp://x --trust-target x",
                "verify oci:images/hello:1.0 --trust tuf:root.json,file:///x --trust-target x",
                "verify oci:images/hello:1.0 --trust tuf:root.json,file:///x",
                "verify oci:images/hello:1.0 --trust-target x",
                "verify oci:images/hello:1.0 --username me",
                "verify oci:images/hello:1.0 --password-stdin",
                "nonsense",
                "--nonsense",
            })
    void endsWithThreeOnWrongUseAndUnreadableInput(String line) {
        CommandRun run = CommandRun.of(line.split(" ", -1));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: "), run.toString());
        assertEquals("", run.out());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    void endsWithThreeWithoutASubcommand() {
        assertEquals(ExitCode.ERROR, CommandRun.of().exitCode());
    }

    @Test
    void explainsItself() {
        CommandRun help = CommandRun.of("verify", "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().contains("docker://") && help.out().contains("--trust"), help.out());
        CommandRun version = CommandRun.of("--version");
        assertEquals(0, version.exitCode());
        assertTrue(version.out().matches("tallyclerk [0-9]+\\.[0-9]+\\.[0-9]+\\S*\\R"), version.out());
    }

    @Test
    void coloursForATerminalOnly() {
        String escape = "\u001b[";
        Map<String, String> inTerminal = Map.of("TALLYCLERK_TERMINAL", "1");
        assertFalse(CommandRun.of("verify", HELLO).out().contains(escape));
        assertTrue(CommandRun.of(inTerminal, "verify", HELLO).out().contains(escape));
        assertFalse(CommandRun.of(Map.of("TALLYCLERK_TERMINAL", "1", "NO_COLOR", "1"), "verify", HELLO)
                .out()
                .contains(escape));
        assertTrue(CommandRun.of("verify", HELLO, "--color", "always").out().contains(escape));
        assertFalse(CommandRun.of(inTerminal, "verify", HELLO, "--color", "never")
                .out()
                .contains(escape));
    }

    @Test
    void theSameInputGivesTheSameOutput() {
        for (List<String> options : List.of(List.of(HELLO), List.of(HELLO, "--format", "json"))) {
            String[] args = options.toArray(String[]::new);
            assertEquals(verify(args).out(), verify(args).out());
        }
    }
}
