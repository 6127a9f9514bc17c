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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectCommandTest {
    private static final String HELLO = "oci:images/hello:1.0";

    @TempDir
    Path folder = Path.of("");

    private static CommandRun inspect(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "inspect";
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandRun.of(all);
    }

    private static CommandRun shown(String... args) {
        CommandRun run = inspect(args);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        return run;
    }

    private static void assertRefused(String reason, int exitCode, String... args) {
        CommandRun run = inspect(args);
        assertEquals(exitCode, run.exitCode(), run.toString());
        assertEquals("", run.out(), "nothing of it is shown");
        assertTrue(run.err().contains(reason), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    private static JsonCursor json(String... args) throws JsonException {
        String out = shown(args).out();
        return JsonCursor.parse(out.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
    }

    /** Writes a layout with one document, the manifest. */
    private String layout(String mediaType, byte[] document) throws IOException {
        Digest digest = Digest.sha256Of(document);
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(digest.encoded()), document);
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                folder.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest
                        + "\",\"size\":" + document.length + "}]}");
        return "oci:" + folder;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theNameOfASourceThatIsNotShownDoesNotMoveTheCursor() throws IOException {
        layout("application/vnd.oci.image.manifest.v1+json", utf8("no manifest"));
        Path named = Files.createDirectory(folder.resolve("a\u001b]0;owned\u0007"));
        for (String file : new String[] {"blobs", "oci-layout", "index.json"}) {
            Files.move(folder.resolve(file), named.resolve(file));
        }
        CommandRun run = inspect("oci:" + named);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("a?]0;owned? cannot be shown"), run.err());
    }

    @Test
    void anIndexTooDeepInOthersIsRefusedForThatReasonByEveryCommand() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        try (Stream<Path> files = Files.list(Path.of("images/hello/blobs/sha256"))) {
            for (Path file : files.toList()) {
                Files.copy(file, blobs.resolve(file.getFileName()));
            }
        }
        String type = "application/vnd.oci.image.manifest.v1+json";
        byte[] document =
                Files.readAllBytes(blobs.resolve("d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b"));
        String source = "";
        for (int indexes = 1; indexes <= 6; indexes++) {
            document = utf8("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + type + "\",\"digest\":\""
                    + Digest.sha256Of(document) + "\",\"size\":" + document.length
                    + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}");
            type = "application/vnd.oci.image.index.v1+json";
            source = layout(type, document);
            if (indexes == 5) {
                shown(source, "--platform", "linux/amd64");
                assertEquals(ExitCode.ACCEPTED, CommandRun.of("files", source).exitCode());
                assertEquals(
                        0,
                        CommandRun.of("copy", source, "oci:" + folder + "/copy:1")
                                .exitCode());
            }
        }
        assertRefused("LIMIT_EXCEEDED", ExitCode.REJECTED, source, "--platform", "linux/amd64");
        for (String command : new String[] {"verify", "files"}) {
            CommandRun run = CommandRun.of(command, source);
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue((run.out() + run.err()).contains("LIMIT_EXCEEDED"), run.toString());
        }
        CommandRun copy = CommandRun.of("copy", source, "oci:" + folder + "/copy:2");
        assertEquals(ExitCode.REJECTED, copy.exitCode(), copy.toString());
        assertTrue(copy.err().contains("LIMIT_EXCEEDED"), copy.toString());
    }

    @Test
    void whatAnIndexSaysOfAnImageDecidesForEveryCommandAlike() throws IOException {
        byte[] config =
                utf8("{\"os\":\"linux\",\"architecture\":\"arm\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(Digest.sha256Of(config).encoded()), config);
        byte[] manifest = utf8("{\"schemaVersion\":2,\"config\":{\"mediaType\":"
                + "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"" + Digest.sha256Of(config)
                + "\",\"size\":" + config.length + "},\"layers\":[]}");
        layout("application/vnd.oci.image.manifest.v1+json", manifest);
        byte[] inner = utf8("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":"
                + "\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + Digest.sha256Of(manifest)
                + "\",\"size\":" + manifest.length + "}]}");
        layout("application/vnd.oci.image.index.v1+json", inner);
        byte[] outer = utf8("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":"
                + "\"application/vnd.oci.image.index.v1+json\",\"digest\":\"" + Digest.sha256Of(inner)
                + "\",\"size\":" + inner.length
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\"}}]}");
        String source = layout("application/vnd.oci.image.index.v1+json", outer);
        shown(source, "--platform", "linux/arm/v6");
        CommandRun verify = CommandRun.of("verify", source, "--platform", "linux/arm/v6");
        assertFalse(verify.out().contains("WRONG_PLATFORM"), verify.out());
        CommandRun copy = CommandRun.of("copy", source, "oci:" + folder + "/copy:1", "--platform", "linux/arm/v6");
        assertEquals(ExitCode.ACCEPTED, copy.exitCode(), copy.toString());
    }

    @Test
    void theJsonHasAllOfHowAnImageIsRun() throws IOException, JsonException {
        byte[] config =
                utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Shell\":[\"/bin/bash\",\"-c\"],"
                        + "\"OnBuild\":[\"RUN make\"],\"Healthcheck\":{\"Test\":[\"CMD\",\"/ok\"],\"Interval\":30000000000,"
                        + "\"Timeout\":2000000000,\"Retries\":4,\"Own\":1},\"Other\":{\"a\":2}},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(Digest.sha256Of(config).encoded()), config);
        byte[] manifest = utf8("{\"schemaVersion\":2,\"config\":{\"mediaType\":"
                + "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"" + Digest.sha256Of(config)
                + "\",\"size\":" + config.length + "},\"layers\":[]}");
        JsonCursor shown = json(layout("application/vnd.oci.image.manifest.v1+json", manifest), "--format", "json")
                .required("config");
        assertEquals("/bin/bash", shown.required("shell").elements().get(0).string());
        assertEquals("RUN make", shown.required("onBuild").elements().get(0).string());
        JsonCursor check = shown.required("healthcheckSettings");
        assertEquals("PT30S", check.required("interval").string());
        assertEquals("PT2S", check.required("timeout").string());
        assertEquals("PT0S", check.required("startPeriod").string());
        assertEquals(4, check.required("retries").integer(0, 9));
        assertEquals(1, check.required("unknown").required("Own").integer(0, 9));
        assertEquals(
                2,
                shown.required("executionUnknown")
                        .required("Other")
                        .required("a")
                        .integer(0, 9));
    }

    @Test
    void showsManifestAndConfiguration() {
        String out = shown(HELLO).out();
        for (String expected : new String[] {
            "Digest         sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b",
            "Media type      application/vnd.oci.image.manifest.v1+json",
            "Layer 2         sha256:308f3b843ee9",
            "Platform        linux/amd64",
            "Entrypoint      \"/hello\"",
            "Health check    \"CMD\" \"/hello\"",
            "chainID sha256:",
            "Layers were not read"
        }) {
            assertTrue(out.contains(expected), expected + "\n" + out);
        }
        assertFalse(out.contains("\u001b"), out);
        CommandRun coloured = CommandRun.of(Map.of("TALLYCLERK_TERMINAL", "12"), "inspect", HELLO);
        assertTrue(coloured.out().contains("\u001b[1m"), coloured.out());
    }

    @Test
    void showsAnIndexAndTheImageThatIsAskedFor() throws JsonException {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        String index = shown(source).out();
        assertTrue(index.contains("linux/arm64/v8") && index.contains("linux/arm/v7"), index);
        assertTrue(index.contains("--platform") && !index.contains("Configuration"), index);
        String image = shown(source, "--platform", "linux/arm/v7").out();
        assertTrue(image.contains("Index  sha256:") && image.contains("Platform        linux/arm/v7"), image);
        JsonCursor json = json(source, "--platform", "linux/arm64", "--format", "json");
        assertEquals(
                "linux/arm64/v8", json.required("config").required("platform").string());
        assertEquals(1, json.required("indexes").length());
        assertRefused("NO_SUCH_PLATFORM", ExitCode.REJECTED, source, "--platform", "linux/s390x");
        assertRefused("WRONG_PLATFORM", ExitCode.REJECTED, HELLO, "--platform", "linux/arm64");
    }

    @Test
    void showsAnArtifactWithItsSubject() throws JsonException {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/artifacts")
                + "@sha256:cdead831fafa45ac7f3d5bf68d42a1e002935db31b40580f5f218d721e1d381f";
        String out = shown(source).out();
        assertTrue(out.contains("Artifact type   application/vnd.cyclonedx+json"), out);
        assertTrue(
                out.contains("Subject         sha256:680d89bead95c1151596edfd265573a719b1e98bbf4420358a50000643b5801c"),
                out);
        JsonCursor manifest = json(source, "--format", "json").required("manifest");
        assertEquals(
                "application/vnd.cyclonedx+json",
                manifest.required("artifactType").string());
        assertEquals(
                "sbom.json",
                manifest.required("layers")
                        .element(0)
                        .required("annotations")
                        .required("org.opencontainers.image.title")
                        .string());
    }

    @Test
    void showsTheDigestsThatLeadToTheDocuments() throws JsonException {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/ed-sha512");
        String out = shown(source).out();
        assertTrue(out.contains("Manifest  sha512:a5abcdb1") && out.contains("Configuration  sha512:0306f85f"), out);
        JsonCursor manifest = json(source, "--format", "json").required("manifest");
        assertTrue(manifest.required("digest").string().startsWith("sha512:a5abcdb1"));
    }

    @Test
    void writesTheExactBytes() throws IOException {
        Path blob =
                Path.of("images/hello/blobs/sha256/d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b");
        assertEquals(Files.readString(blob), shown(HELLO, "--raw").out());
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        String arm = shown(source, "--raw", "--platform", "linux/arm/v7").out();
        assertTrue(Digest.sha256Of(utf8(arm)).toString().startsWith("sha256:e5a0b764bb92f2206da"), arm);
        String index = shown(source, "--raw").out();
        assertTrue(Digest.sha256Of(utf8(index)).toString().startsWith("sha256:6433684450aabac4067"), index);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schema1-ed-skopeo-dir",
                "schema1-ed-registry-converted",
                "schema1-ed-skopeo-resigned-by-registry",
                "schema1-multi-registry-converted"
            })
    void saysThatSchema1IsSelfSigned(String name) throws IOException, JsonException {
        byte[] document = SharedData.read("registry/fixtures/raw/" + name + ".manifest.json");
        String source = layout("application/vnd.docker.distribution.manifest.v1+prettyjws", document);
        String out = shown(source).out();
        assertTrue(out.contains("self-signed, which proves nothing"), out);
        assertTrue(out.contains("Signed part     sha256:"), out);
        JsonCursor signatures =
                json(source, "--format", "json").required("manifest").required("signatures");
        assertEquals("self-signed", signatures.required("result").string());
        assertEquals(
                59,
                signatures
                        .required("signers")
                        .element(0)
                        .required("keyId")
                        .string()
                        .length());
    }

    @Test
    void saysThatTheSignatureOfSchema1IsInvalid() throws IOException {
        byte[] document = SharedData.read("registry/vectors/manifests/v2s1.manifest.json");
        String source = layout("application/vnd.docker.distribution.manifest.v1+prettyjws", document);
        CommandRun run = inspect(source);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("INVALID, WRONG_SIGNATURE"), run.out());
        CommandRun json = inspect(source, "--format", "json");
        assertEquals(ExitCode.REJECTED, json.exitCode());
        assertTrue(json.out().contains("\"WRONG_SIGNATURE\""), json.out());
        byte[] unsigned = SharedData.read("registry/vectors/manifests/v2s1-unsigned.manifest.json");
        String other = layout("application/vnd.docker.distribution.manifest.v1+json", unsigned);
        assertTrue(shown(other).out().contains("Signatures      none"));
    }

    @Test
    void showsNothingOfADocumentThatIsNotWhatItsDigestPromises() throws IOException {
        TestImages.writeLayout(folder);
        String source = "oci:" + folder;
        Digest asked = Digest.sha256Of(new byte[] {1});
        Path blobs = folder.resolve("blobs/sha256");
        assertRefused("MISSING", ExitCode.REJECTED, source + "@" + asked);
        Files.writeString(blobs.resolve(asked.encoded()), "{\"schemaVersion\":2}");
        assertRefused("DIGEST_MISMATCH", ExitCode.REJECTED, source + "@" + asked);
        assertRefused("DIGEST_MISMATCH", ExitCode.REJECTED, source + "@" + asked, "--raw");
        assertRefused("DIGEST_MISMATCH", ExitCode.REJECTED, source + "@" + asked, "--format", "json");
        String blake3 = "0".repeat(64);
        Path folderOfBlake3 = Files.createDirectories(folder.resolve("blobs/blake3"));
        Files.writeString(folderOfBlake3.resolve(blake3), "{\"schemaVersion\":2}");
        assertRefused("UNSUPPORTED_ALGORITHM", ExitCode.INCOMPLETE, source + "@blake3:" + blake3);
        try (Stream<Path> files = Files.list(blobs)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (text.contains("\"rootfs\"")) {
                    Files.writeString(file, text.replace("linux", "linus"), StandardCharsets.ISO_8859_1);
                }
            }
        }
        assertRefused("DIGEST_MISMATCH", ExitCode.REJECTED, source);
    }

    @Test
    void showsNothingOfADocumentThatIsBroken() throws IOException {
        String oci = "application/vnd.oci.image.manifest.v1+json";
        String body = "\"config\":{\"mediaType\":\"a/b\",\"digest\":\"" + Digest.sha256Of(utf8("x"))
                + "\",\"size\":1},\"layers\":[]";
        assertRefused(
                "DUPLICATE_MEMBER",
                ExitCode.REJECTED,
                layout(oci, utf8("{\"schemaVersion\":2," + body + ",\"layers\":[]}")));
        assertRefused(
                "AMBIGUOUS",
                ExitCode.REJECTED,
                layout(oci, utf8("{\"schemaVersion\":2," + body + ",\"manifests\":[]}")));
        assertRefused("BAD_VALUE", ExitCode.REJECTED, layout(oci, utf8("{\"schemaVersion\":3," + body + "}")));
        assertRefused("UNSUPPORTED", ExitCode.INCOMPLETE, layout("a/b", utf8("{\"schemaVersion\":2," + body + "}")));
    }

    @Test
    void strangersTextCannotForgeALine() throws IOException {
        String type = "application/vnd.oci.image.index.v1+json";
        String document =
                "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a\\nImage b\":\"\\u001b[2J\\u202e\"},"
                        + "\"new\":{\"x\":[1.0,\"\\r\"]}}";
        String source = layout(type, utf8(document));
        String out = shown(source).out();
        assertTrue(out.contains("a?Image b = ?[2J?"), out);
        assertTrue(out.contains("new = {\"x\":[1.0,\"\\r\"]}"), out);
        assertFalse(out.contains("\u001b") || out.contains("\u202e"), out);
        assertTrue(shown(source, "--format", "json").out().contains("\"x\" : ["));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inspect",
                "inspect FOO",
                "inspect oci:images/none",
                "inspect oci:images/hello:2.0",
                "inspect oci:images/hello:1.0 --platform x/",
                "inspect oci:images/hello:1.0 --format xml",
                "inspect oci:images/hello:1.0 --raw --format json",
                "inspect oci:images/hello:1.0 --username me",
                "inspect docker://localhost:99999/a/b:1",
                "inspect docker-archive:pom.xml",
            })
    void endsWithThreeOnWrongUseAndUnreadableInput(String line) {
        CommandRun run = CommandRun.of(line.split(" ", -1));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: "), run.toString());
        assertEquals(line.contains("--format json"), run.out().contains("dev.tallyclerk.failure"), run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oci:%s/layouts/busybox-gzip:1.37",
                "oci:%s/layouts/ed-sha512",
                "oci:%s/layouts/ed-zstd",
                "oci:%s/layouts/cosign-saved@sha256:8b2ba890f9ee65e5c1c08484abf0931e2f756a3f4bdfd35b046328b94b22342f",
                "oci-archive:%s/tars/ed-skopeo-oci-archive.tar",
                "docker-archive:%s/tars/arm64-buildah-docker-archive.tar",
                "docker-archive:%s/tars/ed-crane-legacy.tar",
            })
    void showsImagesOfOtherPeoplesTools(String source) throws JsonException {
        String where = source.formatted(SharedData.require("registry/fixtures"));
        shown(where);
        assertEquals(
                "dev.tallyclerk.inspect-report",
                json(where, "--format", "json").required("schema").string());
    }
}
