package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VulnerabilitiesCommandTest {
    @TempDir
    Path folder = Path.of("");

    private String source = "";
    private String database = "";

    @BeforeEach
    void writeImageAndRecords() throws IOException {
        source = new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=13\n")
                .next()
                .file("var/lib/dpkg/status", """
                        Package: libssl3
                        Status: install ok installed
                        Architecture: amd64
                        Source: openssl
                        Version: 3.5.1-1

                        """)
                .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}")
                .write(Files.createDirectory(folder.resolve("image")));
        Path records = Files.createDirectory(folder.resolve("osv"));
        database = records.toString();
        record(
                "DSA-1",
                "Debian:13",
                "openssl",
                "{\"fixed\":\"3.5.2-1\"}",
                "\"aliases\":[\"CVE-2026-1\"],"
                        + "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}],");
        record("GHSA-2", "npm", "ms", "", "");
    }

    private void record(String id, String ecosystem, String name, String end, String more) throws IOException {
        Files.writeString(
                Path.of(database, id + ".json"),
                "{\"id\":\"" + id + "\",\"modified\":\"2026-11-20T00:00:00Z\"," + more + "\"affected\":[{\"package\":{"
                        + "\"ecosystem\":\"" + ecosystem + "\",\"name\":\"" + name + "\"},\"ranges\":[{\"type\":"
                        + "\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}" + (end.isEmpty() ? "" : "," + end)
                        + "]}]}]}");
    }

    private String statements() throws IOException {
        return Files.writeString(
                        folder.resolve("vex.json"),
                        "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"author\":\"Ann\",\"statements\":[{"
                                + "\"vulnerability\":{\"name\":\"CVE-2026-1\"},\"products\":[{\"@id\":"
                                + "\"pkg:deb/debian/libssl3\"}],\"status\":\"not_affected\",\"justification\":"
                                + "\"vulnerable_code_not_present\"}]}")
                .toString();
    }

    @Test
    void listsVulnerabilitiesWorstFirstAndRejects() {
        CommandRun run = CommandRun.of("vulnerabilities", source, "--database", database);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        String[] lines = run.out().split("\n", -1);
        assertEquals("Data of 2026-11-20T00:00:00Z", lines[1]);
        assertEquals("SEVERITY  ID          PACKAGE            VERSION  FIXED IN  LAYER", lines[2]);
        assertEquals("CRITICAL  CVE-2026-1  libssl3 (openssl)  3.5.1-1  3.5.2-1   2", lines[3]);
        assertEquals("unrated   GHSA-2      ms                 2.0.0    -         2", lines[4]);
    }

    @Test
    void writesALineForEachRecordAndPackage() throws JsonException {
        CommandRun run = CommandRun.of("vulnerabilities", source, "--database", database, "--format", "jsonl");
        String[] lines = run.out().split("\n", -1);
        JsonCursor first = json(lines[0]);
        assertEquals("vuln", first.required("kind").string());
        assertEquals("DSA-1", first.required("id").string());
        assertEquals("libssl3", first.required("package").string());
        assertEquals("3.5.1-1", first.required("version").string());
        assertEquals("done", json(lines[2]).required("kind").string());
    }

    private static JsonCursor json(String text) throws JsonException {
        return JsonCursor.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 22));
    }

    @Test
    void onlyFixedLeavesTheRestOutOfReportAndDecision() throws JsonException {
        CommandRun run = CommandRun.of(
                "vulnerabilities",
                source,
                "--database",
                database,
                "--only-fixed",
                "--fail-on",
                "HIGH",
                "--format",
                "json");
        JsonCursor image = json(run.out()).required("images").element(0);
        assertEquals(1, image.required("vulnerabilities").length());
        assertFalse(run.out().contains("GHSA-2"));
        assertEquals(ExitCode.REJECTED, run.exitCode());
    }

    @Test
    void aStatementSuppressesAndStaysVisible() throws IOException {
        CommandRun run = CommandRun.of("vulnerabilities", source, "--database", database, "--vex", statements());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("not affected: vulnerable_code_not_present (Ann)"), run.out());
    }

    @Test
    void withoutADatabaseEverythingIsUnknown() {
        CommandRun run = CommandRun.of("vulnerabilities", source);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.out().contains("Unknown: all packages: no database was given"), run.out());
    }

    @Test
    void aDatabaseThatIsNotThereIsAnError() {
        CommandRun run = CommandRun.of(
                "vulnerabilities", source, "--database", folder.resolve("x").toString());
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
    }

    @Test
    void writesSarif() {
        CommandRun run = CommandRun.of("vulnerabilities", source, "--database", database, "--format", "sarif");
        assertTrue(run.out().contains("\"ruleId\" : \"VUL-001\""), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cyclonedx", "spdx"})
    void aBillOfMaterialsHasTheVulnerabilitiesOfItsImage(String format) throws IOException, JsonException {
        String claims = "sbom:" + sbom(format);
        CommandRun run = CommandRun.of("vulnerabilities", claims, source, "--database", database);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        String[] lines = run.out().split("\n", -1);
        assertEquals(claims, lines[0]);
        assertTrue(
                lines[1].matches("Claimed by a bill of materials \\([A-Za-z0-9-. ]+\\) with 2 packages, about"
                        + " sha256:[0-9a-f]{64}; no image was read"),
                lines[1]);
        assertEquals("SEVERITY  ID          PACKAGE            VERSION  FIXED IN  LAYER", lines[3]);
        assertEquals("CRITICAL  CVE-2026-1  libssl3 (openssl)  3.5.1-1  3.5.2-1   -", lines[4]);
        assertEquals("Total 2: 1 CRITICAL, 1 unrated; 1 with a fix", lines[6]);
        assertEquals(source, lines[7]);
        JsonCursor images = json(CommandRun.of(
                                "vulnerabilities", claims, source, "--database", database, "--format", "json")
                        .out())
                .required("images");
        JsonCursor claimed = images.element(0);
        assertEquals(format, claimed.required("claims").required("format").string());
        assertEquals(
                images.element(1).required("manifest").string(),
                claimed.required("claims").required("subjects").element(0).string());
        assertTrue(claimed.optional("manifest").isEmpty());
        assertTrue(
                claimed.required("vulnerabilities").element(0).optional("layer").isEmpty());
        assertTrue(images.element(1).optional("claims").isEmpty());
    }

    private Path sbom(String format) throws IOException {
        return Files.writeString(
                folder.resolve("sbom." + format),
                CommandRun.of("sbom", source, "--format", format).out());
    }

    @Test
    void whatIsOnlyClaimedOrSuppressedIsSaidInEveryReport() throws IOException {
        String claims = "sbom:" + sbom("cyclonedx");
        Path file = folder.resolve("report");
        for (String format : List.of("text", "json", "jsonl", "sarif", "junit", "markdown", "html")) {
            CommandRun run = CommandRun.of(
                    "vulnerabilities",
                    claims,
                    "--database",
                    database,
                    "--vex",
                    statements(),
                    "--fail-on",
                    "NONE",
                    "--report",
                    format + "=" + file);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(Files.readString(file).contains("VUL-004"), format);
            assertTrue(Files.readString(file).contains("CVE-2026-1"), format);
            assertTrue(run.out().contains(claims + ": accepted as a list of packages only; no image was read"));
            assertTrue(Files.readString(file).contains("VUL-007"), format);
        }
        assertTrue(CommandRun.of("vulnerabilities", claims, "--database", database, "--format", "jsonl")
                .out()
                .contains("\"kind\":\"done\",\"image\":\"" + claims + "\",\"claimed\":true"));
        assertEquals(
                ExitCode.REJECTED,
                CommandRun.of(
                                "vulnerabilities",
                                claims,
                                "--database",
                                database,
                                "--fail-on",
                                "LOW",
                                "--vex",
                                statements())
                        .exitCode());
    }

    @Test
    void aBillOfMaterialsWithUnknownComponentsIsIncomplete() throws IOException {
        Path document = Files.writeString(
                folder.resolve("unknown.json"),
                "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[{\"type\":\"library\",\"name\":"
                        + "\"redis\"}]}");
        CommandRun run = CommandRun.of("vulnerabilities", "sbom:" + document, "--database", database);
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.out().contains("Unknown: packages that were not found: "), run.out());
        for (String wrong : List.of("sbom:" + folder.resolve("none"), "sbom:" + database + "/DSA-1.json", "sbom:")) {
            assertEquals(
                    ExitCode.ERROR,
                    CommandRun.of("vulnerabilities", wrong, "--database", database)
                            .exitCode(),
                    wrong);
        }
    }

    @Test
    void verifyAndAuditJudgeVulnerabilitiesToo() throws IOException {
        for (String[] command : new String[][] {{"verify", source}, {"audit", "--image", source}}) {
            String[] with = Arrays.copyOf(command, command.length + 2);
            with[command.length] = "--database";
            with[command.length + 1] = database;
            CommandRun run = CommandRun.of(with);
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue(run.out().contains("VUL-001"), run.out());
            assertFalse(CommandRun.of(command).out().contains("VUL-001"));
            String[] and = Arrays.copyOf(with, with.length + 2);
            and[with.length] = "--vex";
            and[with.length + 1] = statements();
            assertFalse(CommandRun.of(and).out().contains("fixed in 3.5.2-1\n  "), "suppressed");
        }
        assertEquals(
                ExitCode.ERROR,
                CommandRun.of("verify", source, "--vex", statements()).exitCode());
    }

    @Test
    void aMirrorIsUpdatedFromAFolder() {
        String mirror = folder.resolve("mirror").toString();
        CommandRun first = CommandRun.of("db", "update", "--from", database, "--database", mirror);
        assertEquals("up to date: 2 files and 0 single records taken\n", first.out(), first.toString());
        CommandRun again = CommandRun.of("db", "update", "--from", database, "--database", mirror);
        assertEquals("up to date: 0 files and 0 single records taken\n", again.out());
        CommandRun absent = CommandRun.of("db", "update", "--from", folder + "/absent", "--database", mirror);
        assertEquals(ExitCode.ERROR, absent.exitCode());
        assertEquals("tallyclerk: there is no folder " + folder + "/absent\n", absent.err());
        assertEquals(
                ExitCode.REJECTED,
                CommandRun.of("vulnerabilities", source, "--database", mirror).exitCode());
    }

    @Test
    void aMirrorWithAKeyTakesOnlyWhatIsSigned() throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path key = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        Path record = Path.of(database, "DSA-1.json");
        byte[] sums = (Digest.sha256Of(Files.readAllBytes(record)).encoded() + "  DSA-1.json\n")
                .getBytes(StandardCharsets.US_ASCII);
        Files.write(Path.of(database, "SHA256SUMS"), sums);
        String[] update = {
            "db",
            "update",
            "--from",
            database,
            "--database",
            folder.resolve("m").toString(),
            "--key",
            key.toString()
        };
        CommandRun unsigned = CommandRun.of(update);
        assertEquals(ExitCode.REJECTED, unsigned.exitCode(), unsigned.toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(sums);
        Files.writeString(
                Path.of(database, "SHA256SUMS.sig"), Base64.getEncoder().encodeToString(signature.sign()) + "\n");
        CommandRun signed = CommandRun.of(update);
        assertEquals(ExitCode.ACCEPTED, signed.exitCode(), signed.toString());
        assertEquals("up to date: 1 file and 0 single records taken\n", signed.out());
        Files.writeString(record, Files.readString(record) + " ");
        Files.delete(folder.resolve("m/DSA-1.json"));
        assertEquals(ExitCode.REJECTED, CommandRun.of(update).exitCode());
    }

    @ParameterizedTest
    @CsvSource({"ours, true", "other, false"})
    void anAttachedStatementCountsIfItIsSignedAsThePolicySays(String signer, boolean counts)
            throws IOException, SigningException {
        for (String name : List.of("ours", "other")) {
            KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
            Files.write(
                    folder.resolve(name + ".key"),
                    SigningKeys.encryptedPem(pair.getPrivate(), "open sesame".toCharArray()));
            Files.writeString(
                    folder.resolve(name + ".pub"),
                    SigningKeys.publicPem(
                            SigningKeys.of(pair.getPrivate(), pair.getPublic()).publicKey()));
        }
        Path policy = Files.writeString(folder.resolve("policy.json"), """
                {"schemaVersion": 1, "name": "test", "rules": [{"scope": "*", "require": {"anyOf": [
                  {"attestation": {"predicateType": "openvex", "by": {"key": {"keys": [{"path": "ours.pub"}]}}}},
                  {"attestation": {"predicateType": "cyclonedx", "by": {"key": {"keys": [{"path": "other.pub"}]}}}}
                ]}}]}""");
        Files.writeString(folder.resolve("sbom.json"), "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}");
        // Attestations are manifests in the layout too.
        String index = Files.readString(folder.resolve("image/index.json"));
        source += "@" + index.substring(index.indexOf("sha256:"), index.indexOf("sha256:") + 71);
        attest("other", "cyclonedx", "sbom.json");
        statements();
        attest(signer, "openvex", "vex.json");
        CommandRun run = CommandRun.of(
                "verify",
                source,
                "--database",
                database,
                "--trust-policy",
                policy.toString(),
                "--name",
                "registry.example.org/app:1");
        assertTrue(run.out().contains("CVE-2026-1"), run.toString());
        assertEquals(counts, run.out().contains("VUL-004"), run.toString());
        assertEquals(!counts, run.out().contains("VUL-001"), run.toString());
    }

    private void attest(String signer, String type, String predicate) {
        CommandRun run = CommandRun.of(
                Map.of("HOME", "/nonexistent", "TALLYCLERK_KEY_PASSWORD", "open sesame"),
                "attest",
                source,
                "--key",
                folder.resolve(signer + ".key").toString(),
                "--type",
                type,
                "--predicate",
                folder.resolve(predicate).toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
    }
}
