package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignCommandTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("HOME", "/nonexistent", "TALLYCLERK_KEY_PASSWORD", "open sesame");

    @TempDir
    Path folder = Path.of("");

    private String image = "";

    @BeforeEach
    void makeImageAndKeys() throws IOException, SigningException {
        image = "oci:" + TestImages.writeLayout(Files.createDirectories(folder.resolve("layout"))) + ":1.0";
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
        Files.writeString(folder.resolve("password"), "open sesame\n");
        Files.writeString(folder.resolve("sbom.json"), "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}");
        Files.writeString(folder.resolve("policy.json"), """
                {"schemaVersion": 1, "name": "test", "rules": [{"scope": "*", "require": {"attestation": {
                  "predicateType": "cyclonedx", "by": {"key": {"keys": [{"path": "ours.pub"}]}}}}}]}""");
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private CommandRun run(Map<String, String> environment, String... line) {
        List<String> all = new ArrayList<>(List.of(line));
        all.replaceAll(part -> part.replace("DIR/", folder + "/"));
        return CommandRun.of(environment, all.toArray(String[]::new));
    }

    private int verified(String... options) {
        List<String> line = new ArrayList<>(List.of("trust", "verify", image, "--name", "registry.example.org/app"));
        line.addAll(List.of(options));
        return run(ENVIRONMENT, line.toArray(String[]::new)).exitCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "bundle"})
    void signsAnImageInALayout(String form) {
        assertEquals(ExitCode.REJECTED, verified("--key", file("ours.pub")));
        CommandRun run = run(
                ENVIRONMENT, "sign", image, "--key", "DIR/ours.key", "--form", form, "-a", "env=prod", "-a", "b=c=d");
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals("", run.err());
        assertTrue(run.out().contains("Digest       sha256:"), run.out());
        assertTrue(run.out().contains("Signed with  EC key sha256:"), run.out());
        assertEquals(form.equals("classic"), run.out().contains(".sig (sha256:"), run.out());
        assertEquals(ExitCode.ACCEPTED, verified("--key", file("ours.pub")));
        assertEquals(ExitCode.REJECTED, verified("--key", file("other.pub")));
        // The signature is no second image.
        String[] unnamed = {"verify", "oci:DIR/layout", "--name", "registry.example.org/app", "--key", "DIR/ours.pub"};
        assertEquals(ExitCode.ACCEPTED, run(ENVIRONMENT, unnamed).exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                run(
                                Map.of(),
                                "sign",
                                image,
                                "--key",
                                "DIR/other.key",
                                "--key-password-file",
                                "DIR/password",
                                "--form",
                                form)
                        .exitCode());
        assertEquals(ExitCode.ACCEPTED, verified("--key", file("ours.pub")));
        assertEquals(ExitCode.ACCEPTED, verified("--key", file("other.pub")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "bundle"})
    void attestsToAnImageInALayout(String form) {
        String[] line = {
            "attest",
            image,
            "--key",
            "DIR/ours.key",
            "--type",
            "cyclonedx",
            "--predicate",
            "DIR/sbom.json",
            "--form",
            form,
            "--format",
            "json"
        };
        assertEquals(ExitCode.REJECTED, verified("--trust-policy", file("policy.json")));
        CommandRun run = run(ENVIRONMENT, line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("\"predicateType\" : \"https://cyclonedx.org/bom\""), run.out());
        assertTrue(run.out().contains("\"form\" : \"" + form + "\""), run.out());
        assertEquals(form.equals("classic"), run.out().contains("\"tag\""), run.out());
        assertEquals(ExitCode.ACCEPTED, verified("--trust-policy", file("policy.json")));
        assertEquals(ExitCode.REJECTED, verified("--key", file("ours.pub")));
    }

    @Test
    void readsTheKeysAndThePasswordOfCosign() throws IOException {
        Path data = SharedData.require("signatures/cosign/made-by-cosign");
        Map<String, String> environment = Map.of(
                "COSIGN_PASSWORD",
                Files.readString(data.resolve("cosign.key.password")).strip());
        CommandRun run = run(
                environment, "sign", image, "--key", data.resolve("cosign.key").toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertEquals(
                ExitCode.ACCEPTED, verified("--key", data.resolve("cosign.pub").toString()));
    }

    @Test
    void saysWhatIsWrongWithAKeyAndNoSecret() throws IOException {
        Files.writeString(
                folder.resolve("broken.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----");
        byte[] before = Files.readAllBytes(folder.resolve("layout/index.json"));
        for (List<String> each : List.of(
                List.of("ours.key", "", "PASSWORD_MISSING"),
                List.of("ours.key", "wrong password", "PASSWORD_WRONG"),
                List.of("ours.pub", "wrong password", "UNSUPPORTED"),
                List.of("broken.key", "wrong password", "MALFORMED"),
                List.of("missing.key", "wrong password", "missing.key"))) {
            Map<String, String> environment =
                    each.get(1).isEmpty() ? Map.of() : Map.of("TALLYCLERK_KEY_PASSWORD", each.get(1));
            CommandRun run = run(environment, "sign", image, "--key", "DIR/" + each.get(0));
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains(each.get(2)), run.err());
            assertFalse(run.err().contains("wrong password,") || run.err().contains("c2VjcmV0"), run.err());
        }
        assertEquals(List.of(before.length), List.of(Files.readAllBytes(folder.resolve("layout/index.json")).length));
    }

    @Test
    void asksForThePasswordOfAnEncryptedKeyOnly() throws IOException, SigningException {
        List<String> asked = new ArrayList<>();
        PasswordPrompt prompt = question -> {
            asked.add(question);
            return Optional.of("open sesame".toCharArray());
        };
        String[] line = {"sign", image, "--key", file("ours.key")};
        assertEquals(ExitCode.ACCEPTED, CommandRun.prompting(prompt, line).exitCode());
        assertEquals(List.of("Password of " + file("ours.key")), asked);
        assertEquals(ExitCode.ACCEPTED, verified("--key", file("ours.pub")));
        Files.writeString(
                folder.resolve("plain.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getEncoder()
                                .encodeToString(SigningKeys.generate(SigningKeys.Kind.ED25519)
                                        .getPrivate()
                                        .getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        line[3] = file("plain.key");
        assertEquals(ExitCode.ACCEPTED, CommandRun.prompting(prompt, line).exitCode());
        assertEquals(1, asked.size());
        line[3] = file("ours.key");
        CommandRun wrong = CommandRun.prompting(question -> Optional.of("wrong".toCharArray()), line);
        assertTrue(wrong.exitCode() == ExitCode.ERROR && wrong.err().contains("PASSWORD_WRONG"), wrong.toString());
        CommandRun none = CommandRun.prompting(question -> Optional.empty(), line);
        assertTrue(none.exitCode() == ExitCode.ERROR && none.err().contains("PASSWORD_MISSING"), none.toString());
    }

    @Test
    void readsThePasswordFromStandardInput() {
        byte[] password = "open sesame\n".getBytes(StandardCharsets.UTF_8);
        Map<String, String> environment = Map.of("TALLYCLERK_KEY_PASSWORD", "wrong");
        String[] line = {"sign", image, "--key", file("ours.key"), "--key-password-file", "-"};
        CommandRun run = CommandRun.reading(password, environment, line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        List<String> both = new ArrayList<>(List.of(line));
        both.addAll(List.of("--username", "user", "--password-stdin"));
        CommandRun refused = CommandRun.reading(password, environment, both.toArray(String[]::new));
        assertEquals(ExitCode.ERROR, refused.exitCode());
        assertTrue(refused.err().contains("standard input"), refused.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "bundle"})
    void signsTheImagesOfAnIndex(String form) throws IOException {
        IndexedImages layout = IndexedImages.write(folder.resolve("index"));
        String key = file("ours.key");
        CommandRun alone = run(ENVIRONMENT, "sign", layout.source(), "--key", key, "--form", form);
        assertEquals(ExitCode.ACCEPTED, alone.exitCode(), alone.toString());
        assertFalse(alone.out().contains("linux/arm64"), alone.out());
        assertEquals(List.of(true, false, false, false), signed(layout));
        CommandRun all = run(ENVIRONMENT, "sign", "-r", layout.source(), "--key", key, "--form", form);
        assertEquals(ExitCode.ACCEPTED, all.exitCode(), all.toString());
        assertTrue(all.out().contains("Image        linux/arm64\nDigest       " + layout.arm()), all.out());
        assertEquals(List.of(true, true, true, true), signed(layout));
        CommandRun json = run(
                ENVIRONMENT, "sign", layout.source(), "--recursive", "--key", key, "--form", form, "--format", "json");
        assertEquals(ExitCode.ACCEPTED, json.exitCode(), json.toString());
        assertTrue(json.out().contains("\"digest\" : \"" + layout.root() + "\""), json.out());
        assertEquals(4, json.out().split("\"manifest\" : ", -1).length - 1, json.out());
    }

    /** {@return whether the index, the nested one, and the two images are signed} */
    private List<Boolean> signed(IndexedImages layout) {
        return Stream.of(layout.root(), layout.nested(), layout.amd(), layout.arm())
                .map(digest -> {
                    String[] line = {
                        "trust",
                        "verify",
                        layout.folder() + "@" + digest,
                        "--name",
                        "registry.example.org/app",
                        "--key",
                        file("ours.pub")
                    };
                    return run(ENVIRONMENT, line).exitCode() == ExitCode.ACCEPTED;
                })
                .toList();
    }

    @Test
    void signsNothingOfAnIndexThatLacksAnImage() throws IOException {
        IndexedImages layout = IndexedImages.write(folder.resolve("index"));
        Files.delete(folder.resolve("index/blobs/sha256").resolve(layout.arm().encoded()));
        CommandRun run = run(ENVIRONMENT, "sign", "-r", layout.source(), "--key", file("ours.key"));
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(
                run.err().contains("NOT_FOUND")
                        && run.err().contains(layout.arm().toString()),
                run.err());
        assertEquals(List.of(false, false, false, false), signed(layout));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sign",
                "sign SOURCE",
                "sign oci-archive:a.tar --key DIR/ours.key",
                "sign docker-archive:a.tar --key DIR/ours.key",
                "sign SOURCE --key DIR/ours.key -a env",
                "sign SOURCE --key DIR/ours.key -a =prod",
                "sign SOURCE --key DIR/ours.key -a a=1 -a a=2",
                "sign SOURCE --key DIR/ours.key --form new",
                "sign SOURCE --key DIR/ours.key --name UPPER",
                "attest SOURCE --key DIR/ours.key --type cyclonedx",
                "attest SOURCE --key DIR/ours.key --type sbom --predicate DIR/sbom.json",
                "attest SOURCE --key DIR/ours.key --type cyclonedx --predicate DIR/missing.json",
                "attest SOURCE --key DIR/ours.key --type cyclonedx --predicate DIR/password"
            })
    void refusesWrongUse(String line) {
        CommandRun run = run(ENVIRONMENT, line.replace("SOURCE", image).split(" "));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertEquals("", run.out());
    }

    @Test
    void attachesInAnotherRepositoryOnly() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String signatures = registry.host() + "/team/signatures";
            CommandRun run = run(
                    ENVIRONMENT,
                    "sign",
                    image,
                    "--key",
                    "DIR/ours.key",
                    "--signature-repository",
                    "docker://" + signatures,
                    "--format",
                    "json");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            assertTrue(run.out().contains("\"repository\" : \"" + signatures + "\""), run.out());
            assertEquals(ExitCode.REJECTED, verified("--key", file("ours.pub")));
            assertEquals(ExitCode.ACCEPTED, verified("--key", file("ours.pub"), "--signature-repository", signatures));
        }
    }

    @Test
    void refusesARepositoryThatIsNoneOrNeedsAnotherLogin() {
        for (String options : List.of("--signature-repository localhost:1/A", "--signature-repository a_b:c@d")) {
            List<String> line = new ArrayList<>(List.of("sign", image, "--key", "DIR/ours.key"));
            line.addAll(List.of(options.split(" ")));
            assertEquals(
                    ExitCode.ERROR,
                    run(ENVIRONMENT, line.toArray(String[]::new)).exitCode(),
                    options);
        }
        CommandRun run = run(
                ENVIRONMENT,
                "sign",
                "docker://localhost:1/app:1",
                "--key",
                "DIR/ours.key",
                "--username",
                "me",
                "--signature-repository",
                "localhost:2/signatures");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
    }
}
