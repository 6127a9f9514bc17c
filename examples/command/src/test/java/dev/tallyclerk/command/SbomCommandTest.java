package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SbomCommandTest {
    @TempDir
    Path folder = Path.of("");

    private static LayeredImage image(String version) {
        return new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=13\n")
                .file(
                        "var/lib/dpkg/status",
                        "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: "
                                + version + "\n\n")
                .next()
                .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}");
    }

    private String written(String name, String version) throws IOException {
        return image(version).write(Files.createDirectory(folder.resolve(name)));
    }

    private static CommandRun ended(int exitCode, String... args) {
        CommandRun run = CommandRun.of(args);
        assertEquals(exitCode, run.exitCode(), run.toString());
        return run;
    }

    private Path sbom(String source, String format) throws IOException {
        String document =
                ended(ExitCode.ACCEPTED, "sbom", source, "--format", format).out();
        return Files.writeString(Files.createTempFile(folder, "a", ".json"), document);
    }

    private static JsonCursor json(CommandRun run) throws JsonException {
        return JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 22));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cyclonedx", "spdx"})
    void whatIsWrittenIsWhatTheImageHas(String format) throws IOException {
        String source = written("a", "2.41-12");
        Path document = sbom(source, format);
        assertEquals(Files.readString(document), Files.readString(sbom(source, format)));
        CommandRun run = ended(ExitCode.ACCEPTED, "sbom", "verify", source, "--sbom", document.toString());
        assertTrue(run.out().startsWith("accepted: " + document), run.out());
        assertTrue(run.out().contains("  = 2 packages are as claimed\n"), run.out());
        assertEquals("", run.err());
    }

    @Test
    void theTimeAndTheNameAreStatedOnRequest() throws IOException {
        String source = written("a", "2.41-12");
        String plain = ended(ExitCode.ACCEPTED, "sbom", source).out();
        String now =
                ended(ExitCode.ACCEPTED, "sbom", source, "--created", "now").out();
        assertFalse(plain.contains("timestamp"), plain);
        assertTrue(now.contains("\"timestamp\" : \"2026-11-26T00:00:00Z\""), now);
        assertTrue(ended(ExitCode.ACCEPTED, "sbom", source, "--created", "2026-01-02T03:04:05Z")
                .out()
                .contains("2026-01-02T03:04:05Z"));
        String named =
                ended(ExitCode.ACCEPTED, "sbom", source, "--name", "debian").out();
        assertTrue(named.contains("repository_url=docker.io%2Flibrary%2Fdebian"), named);
        ended(ExitCode.ERROR, "sbom", source, "--created", "yesterday");
        ended(ExitCode.ERROR, "sbom");
    }

    @Test
    void bothDifferencesAreNamed() throws IOException, JsonException {
        Path document = sbom(written("a", "2.41-12"), "spdx");
        String other = image("2.41-13")
                .file("app/node_modules/left-pad/package.json", "{\"name\":\"left-pad\",\"version\":\"1.3.0\"}")
                .next()
                .entry("app/node_modules/.wh.ms", '0', 0, "")
                .write(Files.createDirectory(folder.resolve("b")));
        CommandRun run = ended(ExitCode.REJECTED, "sbom", "verify", other, "--sbom", document.toString());
        assertTrue(
                run.out()
                        .contains(
                                "  ~ deb libc6 is claimed as 2.41-12 and there as 2.41-13 (layer 1, var/lib/dpkg/status)"),
                run.out());
        assertTrue(
                run.out()
                        .contains(
                                "  + npm left-pad 1.3.0 (layer 2, app/node_modules/left-pad/package.json) is there and not claimed"),
                run.out());
        assertTrue(run.out().contains("  - npm ms 2.0.0 is claimed and not there"), run.out());
        assertTrue(run.out().contains("  ! it says that it is about sha256:"), run.out());
        JsonCursor report = json(
                ended(ExitCode.REJECTED, "sbom", "verify", other, "--sbom", document.toString(), "--format", "json"));
        assertEquals("rejected", report.required("result").string());
        JsonCursor compared = report.required("documents").element(0);
        assertEquals("no", compared.required("aboutThisImage").string());
        assertEquals(
                "otherVersion",
                compared.required("differences").element(0).required("kind").string());
    }

    @Test
    void differencesAreFindings() throws IOException, JsonException {
        Path document = sbom(written("a", "2.41-12"), "cyclonedx");
        String other = written("b", "2.41-13");
        String[] verify = {"sbom", "verify", other, "--sbom", document.toString(), "--sbom", document.toString()};
        assertTrue(ended(ExitCode.REJECTED, with(verify, "--format", "sarif"))
                .out()
                .contains("\"ruleId\" : \"SBOM-003\""));
        Path report = folder.resolve("report");
        for (String format : List.of("text", "json", "jsonl", "sarif", "junit", "markdown", "html")) {
            ended(ExitCode.REJECTED, with(verify, "--report", format + "=" + report));
            assertTrue(Files.readString(report).contains("SBOM-003"), format);
        }
        Path baseline = folder.resolve("baseline.json");
        ended(ExitCode.REJECTED, with(verify, "--report", "json=" + baseline));
        CommandRun accepted = ended(ExitCode.ACCEPTED, with(verify, "--baseline", baseline.toString()));
        assertTrue(accepted.out().contains("(layer 1, var/lib/dpkg/status) (baselined)\n"), accepted.out());
        ended(ExitCode.ACCEPTED, with(verify, "--fail-on", "NONE"));
        ended(ExitCode.REJECTED, with(verify, "--fail-on", "LOW"));
        Path policy = Files.writeString(folder.resolve("policy.json"), """
                {"schemaVersion": 1, "name": "test", "waivers": [{"rule": "SBOM-003",
                  "scope": {"evidence": {"package": "deb libc6"}}, "reason": "known", "owner": "team",
                  "expires": "2027-01-31"}]}""");
        JsonCursor waived =
                json(ended(ExitCode.ACCEPTED, with(verify, "--policy", policy.toString(), "--format", "json")));
        assertEquals("accepted", waived.required("result").string());
        JsonCursor first = waived.required("documents").element(0);
        assertEquals("accepted", first.required("result").string());
        assertEquals(
                "WAIVED",
                first.required("differences").element(0).required("disposition").string());
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void whatCannotBeReadIsIncomplete() throws IOException {
        String source = written("a", "2.41-12");
        String document = Files.readString(sbom(source, "cyclonedx"));
        Path more = Files.writeString(
                folder.resolve("more.json"),
                document.replaceFirst(
                        "(?s)(.*)\"components\" : \\[",
                        "$1\"components\" : [{\"type\":\"library\","
                                + "\"name\":\"redis\",\"purl\":\"pkg:generic/redis@7\"},"));
        CommandRun run = ended(ExitCode.INCOMPLETE, "sbom", "verify", source, "--sbom", more.toString());
        assertTrue(run.out().contains("  ? generic redis 7: "), run.out());
        assertTrue(ended(ExitCode.INCOMPLETE, "sbom", "verify", source)
                .out()
                .startsWith("no bill of materials is attached"));
        String damaged = new LayeredImage()
                .file("var/lib/dpkg/status", "Package: a\n")
                .write(Files.createDirectory(folder.resolve("b")));
        assertTrue(ended(ExitCode.INCOMPLETE, "sbom", damaged).out().contains("\"incomplete\""));
        Path other = Files.writeString(folder.resolve("other.json"), "{}");
        CommandRun wrong = ended(ExitCode.ERROR, "sbom", "verify", source, "--sbom", other.toString());
        assertTrue(wrong.err().contains("neither CycloneDX nor SPDX"), wrong.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cyclonedx", "spdx"})
    void anAttachedDocumentIsFound(String format) throws IOException, JsonException {
        String source = written("a", "2.41-12");
        CommandRun attached = ended(ExitCode.ACCEPTED, "sbom", "attach", source, "--format", format);
        assertTrue(attached.out().contains("+json\n"), attached.out());
        CommandRun run = ended(ExitCode.ACCEPTED, "sbom", "verify", source, "--format", "json");
        JsonCursor document = json(run).required("documents").element(0);
        assertEquals(format, document.required("format").string());
        assertEquals("yes", document.required("aboutThisImage").string());
        assertFalse(document.required("attestation").bool());
        assertTrue(attached.out().contains(document.required("artifact").string()), attached.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "bundle"})
    void aSignedDocumentIsAnAttestation(String form) throws IOException, JsonException {
        String source = written("a", "2.41-12");
        Path document = sbom(source, "spdx");
        Path password = Files.writeString(folder.resolve("password"), "test");
        ended(
                ExitCode.ACCEPTED,
                "key",
                "generate",
                folder.resolve("release").toString(),
                "--key-password-file",
                password.toString());
        CommandRun attached = ended(
                ExitCode.ACCEPTED,
                "sbom",
                "attach",
                source,
                "--sbom",
                document.toString(),
                "--key",
                folder.resolve("release.key").toString(),
                "--key-password-file",
                password.toString(),
                "--form",
                form);
        assertTrue(attached.out().contains("https://spdx.dev/Document\n"), attached.out());
        JsonCursor report = json(ended(ExitCode.ACCEPTED, "sbom", "verify", source, "--format", "json"));
        assertEquals(1, report.required("documents").length());
        JsonCursor found = report.required("documents").element(0);
        assertTrue(found.required("attestation").bool());
        assertEquals("yes", found.required("aboutThisImage").string());
    }

    @Test
    void aDocumentMayBeAttachedInAnotherRepository() throws Exception {
        String source = written("a", "2.41-12");
        try (DockerRegistry registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")))) {
            String apart = registry.host() + "/team/documents";
            ended(ExitCode.ACCEPTED, "sbom", "attach", source, "--signature-repository", apart);
            ended(ExitCode.INCOMPLETE, "sbom", "verify", source);
            CommandRun run = ended(ExitCode.ACCEPTED, "sbom", "verify", source, "--signature-repository", apart);
            assertTrue(run.out().contains("  = 2 packages are as claimed\n"), run.out());
        }
        Path document = sbom(source, "spdx");
        ended(
                ExitCode.ERROR,
                "sbom",
                "verify",
                source,
                "--sbom",
                document.toString(),
                "--signature-repository",
                "localhost:1/a");
    }

    @Test
    void wrongUseIsToldApart() throws IOException {
        String source = written("a", "2.41-12");
        Path document = sbom(source, "spdx");
        ended(ExitCode.ERROR, "sbom", "attach", source, "--sbom", document.toString(), "--format", "spdx");
        ended(ExitCode.ERROR, "sbom", "attach", source, "--form", "bundle");
        ended(ExitCode.ERROR, "sbom", "attach", "docker-archive:" + folder.resolve("a.tar"));
        Path other = Files.writeString(folder.resolve("other.json"), "{\"bomFormat\":\"x\"}");
        ended(ExitCode.ERROR, "sbom", "attach", source, "--sbom", other.toString());
        ended(ExitCode.ERROR, "sbom", source, "--format", "xml");
    }

    @Test
    void packagesOfADocumentAreClaims() throws IOException, JsonException {
        Path document = sbom(written("a", "2.41-12"), "cyclonedx");
        assertEquals(
                """
                debian 13
                TYPE  NAME   VERSION  PATH
                deb   libc6  2.41-12  var/lib/dpkg/status (claimed)
                npm   ms     2.0.0    app/node_modules/ms/package.json (claimed)
                """, ended(ExitCode.ACCEPTED, "packages", "sbom:" + document).out());
        JsonCursor report = json(ended(ExitCode.ACCEPTED, "packages", "sbom:" + document, "--format", "json"));
        assertEquals("1.6", report.required("sbom").required("specVersion").string());
        JsonCursor libc = report.required("packages").element(0);
        assertEquals("claim", libc.required("evidence").string());
        assertEquals("glibc", libc.required("source").string());
        assertTrue(libc.optional("layer").isEmpty());
        ended(ExitCode.ERROR, "packages", "sbom:" + document, "--layer", "1");
        assertNotEquals(
                "",
                ended(ExitCode.ERROR, "packages", "sbom:" + folder.resolve("none"))
                        .err());
    }
}
