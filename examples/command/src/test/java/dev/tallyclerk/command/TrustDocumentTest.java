package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs what docs/trust.md, docs/content-trust.md and docs/command.md say about trust. */
class TrustDocumentTest {
    private static String document(String name) throws IOException {
        return Files.readString(ProjectFiles.root().resolve("docs").resolve(name));
    }

    private static String json(String document) {
        return matches("(?s)```json\n(.*?)```", document.substring(document.indexOf("trust")))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1));
    }

    private static void writeKey(Path file) throws GeneralSecurityException, IOException {
        byte[] key = KeyPairGenerator.getInstance("Ed25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded();
        Files.writeString(
                file,
                "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(key)
                        + "\n-----END PUBLIC KEY-----\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy.json", "policy.yaml"})
    void thePolicyIsReadAndCoversWhatItSays(String name, @TempDir Path folder)
            throws IOException, GeneralSecurityException {
        String policy = json(document("trust.md"));
        Path data = ProjectFiles.root().resolve("trust/src/test/resources");
        for (String key : List.of("builder.pub", "alice.pub", "bob.pub", "carol.pub")) {
            assertTrue(policy.contains("\"" + key + "\""), key);
            writeKey(folder.resolve(key));
        }
        Files.copy(data.resolve("testdata/sigstore/bundles/trusted_root.json"), folder.resolve("trusted_root.json"));
        Path store = Files.createDirectories(folder.resolve("truststore/x509/ca/acme"));
        Files.copy(
                data.resolve("dev/tallyclerk/trust/notation/cases/notation/jws-ok/truststore/x509/ca/acme/0.pem"),
                store.resolve("root.pem"));
        Path file = Files.writeString(folder.resolve(name), policy);
        for (String covered : List.of(
                "registry.example.org/team/shop:1.0",
                "vendor.example.com/any/thing",
                "registry.example.org/base/jdk:17",
                "debian:12")) {
            CommandRun run = CommandRun.of("trust", "explain", covered, "--trust-policy", file.toString());
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        }
        CommandRun another = CommandRun.of("trust", "explain", "debian:13", "--trust-policy", file.toString());
        assertEquals(ExitCode.REJECTED, another.exitCode(), another.toString());
    }

    @Test
    void thePolicyForDockerHubCoversWhatItSays(@TempDir Path folder) throws IOException, GeneralSecurityException {
        String policy = json(document("content-trust.md"));
        for (String key : List.of("alice.pub", "bob.pub", "carol.pub", "dhi.pub")) {
            writeKey(folder.resolve(key));
        }
        String file = Files.writeString(folder.resolve("policy.json"), policy).toString();
        for (String covered : List.of("acme/shop:1.0", "dhi.io/node:22", "debian:12")) {
            CommandRun run = CommandRun.of("trust", "explain", covered, "--trust-policy", file);
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        }
        CommandRun another = CommandRun.of("trust", "explain", "redis:8", "--trust-policy", file);
        assertEquals(ExitCode.REJECTED, another.exitCode(), another.toString());
    }

    @Test
    void theCaseInTheManualIsJudged(@TempDir Path folder) throws IOException {
        String manual = document("command.md");
        Path index =
                Files.writeString(folder.resolve("index.json"), json(manual.substring(manual.indexOf("## trust"))));
        Path data = ProjectFiles.root().resolve("trust/src/test/resources/testdata/sigstore/bundles");
        Files.copy(data.resolve("ok-v03/bundle.sigstore.json"), folder.resolve("app.sigstore.json"));
        Files.copy(data.resolve("artifact.json"), folder.resolve("app.tar"));
        Files.copy(data.resolve("trusted_root.json"), folder.resolve("trusted_root.json"));
        CommandRun run = CommandRun.of("trust", "judge", index.toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().startsWith("release\trefuse\tIDENTITY_MISMATCH: "), run.out());
        assertFalse(run.out().indexOf('\n') < run.out().length() - 1, run.out());
    }
}
