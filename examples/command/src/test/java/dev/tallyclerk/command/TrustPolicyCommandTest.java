package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code trust verify}, {@code trust explain} and the trust options of {@code verify}. */
class TrustPolicyCommandTest {
    private static final String DIGEST = "sha256:3bcd92dfe89e6e9a4aa8b1f69e00c884de1fb45f8f9f720070e48ae8888b8b61";
    private static final String WORKFLOW =
            "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";
    private static final String POLICY = """
            {
              "schemaVersion": 1,
              "name": "production",
              "rules": [
                {"scope": "registry.test", "require": {"reject": {}}},
                {"scope": "registry.test/team/*", "require": {"key": {"keys": [{"path": "made.pub"}]}}}
              ]
            }
            """;

    @TempDir
    Path folder = Path.of("");

    private Path data = Path.of("");
    private String image = "";

    @BeforeEach
    void copyKeys() throws IOException {
        data = ProjectFiles.root().resolve("trust/src/test/resources/testdata/cosign");
        image = "oci:" + data.resolve("app") + ":1.0";
        for (String name : List.of("made.pub", "cosign.pub", "trusted_root.json")) {
            Files.copy(data.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("policy.json"), POLICY);
    }

    /** Runs a line in which IMAGE is the signed image, and names of files are those of the test's folder. */
    private CommandRun run(String line) {
        List<String> arguments = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            boolean isFile = word.matches("[a-z_]+\\.(pub|json|yaml)");
            String read =
                    word.replace("IMAGE", image).replace("WORKFLOW", WORKFLOW).replace("ISSUER", ISSUER);
            arguments.add(isFile ? folder.resolve(word).toString() : read);
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private CommandRun run(int exitCode, String line) {
        CommandRun run = run(line);
        assertEquals(exitCode, run.exitCode(), line + "\n" + run);
        return run;
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | IMAGE --key made.pub",
                "0 | IMAGE --key cosign.pub --key made.pub",
                "1 | IMAGE --key cosign.pub",
                "1 | oci:images/hello:1.0 --key made.pub",
                "1 | IMAGE --key made.pub --trusted-root trusted_root.json",
                "1 | IMAGE --certificate-identity WORKFLOW --certificate-oidc-issuer ISSUER --trusted-root"
                        + " trusted_root.json",
                "0 | IMAGE --trust-policy policy.json --name registry.test/team/app:1.0",
                "1 | IMAGE --trust-policy policy.json --name registry.test/app:1.0",
                "1 | IMAGE --trust-policy policy.json --name other.test/app:1.0",
                "1 | IMAGE --trust-policy policy.json",
                "3 | IMAGE --trust-policy missing.json",
                "3 | IMAGE --key missing.pub",
                "3 | IMAGE --key trusted_root.json",
                "3 | IMAGE --certificate-identity WORKFLOW --certificate-oidc-issuer ISSUER --trusted-root made.pub",
                "3 | oci:nowhere:1 --key made.pub",
                "3 | IMAGE --trust-policy policy.json --name Not:A:Name",
                "4 | docker://localhost:1/a --key made.pub --max-time 1",
            })
    void trustVerifyAndVerifyEndWithTheSameStatus(int exitCode, String arguments) {
        run(exitCode, "trust verify " + arguments);
        run(exitCode, "verify " + arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IMAGE --key made.pub --trust-policy policy.json",
                "IMAGE --key made.pub --certificate-identity WORKFLOW",
                "IMAGE --certificate-identity WORKFLOW",
                "IMAGE --certificate-identity WORKFLOW --certificate-oidc-issuer ISSUER",
                "IMAGE --certificate-identity WORKFLOW --certificate-identity-regexp a --certificate-oidc-issuer ISSUER"
                        + " --trusted-root trusted_root.json",
                "IMAGE --certificate-identity-regexp ( --certificate-oidc-issuer ISSUER --trusted-root trusted_root.json",
                "IMAGE --certificate-oidc-issuer ISSUER",
                "IMAGE --trusted-root trusted_root.json",
                "IMAGE --key made.pub --sigstore-tuf root.json,https:///metadata",
                "IMAGE --key made.pub --sigstore-tuf root.json,tuf.example.org",
                "IMAGE --key made.pub --sigstore-tuf root.json,https:metadata",
            })
    void refusesOptionsThatDoNotGoTogether(String arguments) {
        for (String command : List.of("trust verify ", "verify ")) {
            CommandRun run = run(ExitCode.ERROR, command + arguments);
            assertTrue(run.err().contains("Try: tallyclerk " + command.strip() + " --help"), run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void trustVerifyNeedsSomethingToVerify() {
        assertTrue(run(ExitCode.ERROR, "trust verify IMAGE")
                .err()
                .contains("--trust-policy, --key, --certificate-identity or"));
    }

    @Test
    void onePolicyAtATime() {
        CommandRun run = run(
                ExitCode.ERROR,
                "verify IMAGE --key made.pub --trust tuf:trusted_root.json,https://tuf.test/ --trust-target a");
        assertTrue(run.err().contains("--trust names a TUF repository"), run.err());
    }

    @Test
    void theTextNamesTheSignerAndWhatWasNotChecked() {
        String accepted =
                run(ExitCode.ACCEPTED, "trust verify IMAGE --key made.pub").out();
        assertTrue(accepted.contains(DIGEST), accepted);
        assertTrue(accepted.contains("✔ cosign signature by key sha256:"), accepted);
        assertTrue(accepted.contains("not checked: that a log has the signature"), accepted);
        assertFalse(accepted.contains("✘"), accepted);
        assertTrue(accepted.contains("Decision  ACCEPTED: key sha256:"), accepted);
        String rejected =
                run(ExitCode.REJECTED, "trust verify IMAGE --key cosign.pub").out();
        assertTrue(rejected.contains("✘ ") && rejected.contains("SIGNATURE_INVALID"), rejected);
        assertTrue(rejected.contains("Decision  REJECTED\n  the rule * requires: cosign signature by key"), rejected);
        String none = run(ExitCode.REJECTED, "trust verify oci:images/hello:1.0 --key made.pub")
                .out();
        assertTrue(none.contains("nothing is attached to the image"), none);
    }

    @Test
    void theJsonHasTheDecisionAndTheEvidence() throws JsonException {
        JsonCursor report = json(run(ExitCode.ACCEPTED, "trust verify IMAGE --key made.pub --format json"));
        assertEquals("dev.tallyclerk.trust", report.required("schema").string());
        JsonCursor trust = report.required("trust");
        assertEquals("accepted", trust.required("decision").required("kind").string());
        assertEquals(DIGEST, trust.required("digest").string());
        JsonCursor evidence = trust.required("evidence").elements().get(0);
        assertEquals("COSIGN_SIGNATURE", evidence.required("kind").string());
        assertEquals(DIGEST, evidence.required("subject").string());
        assertEquals("key", evidence.required("signer").required("kind").string());
        JsonCursor rejected = json(run(ExitCode.REJECTED, "verify IMAGE --key cosign.pub --format json"))
                .required("trust");
        assertEquals("rejected", rejected.required("decision").required("kind").string());
        assertEquals(List.of(), rejected.required("evidence").elements());
        assertEquals(
                "SIGNATURE_INVALID",
                rejected.required("refused")
                        .elements()
                        .get(0)
                        .required("reason")
                        .string());
    }

    private static JsonCursor json(CommandRun run) throws JsonException {
        return JsonCursor.parse(run.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
    }

    @Test
    void aWorkflowIsComparedAsAWhole() {
        image = "oci:" + data.resolve("bundle-att-ok") + ":1.0";
        String options = " --certificate-oidc-issuer ISSUER --trusted-root trusted_root.json";
        String statement = run(ExitCode.REJECTED, "trust verify IMAGE --certificate-identity WORKFLOW" + options)
                .out();
        assertTrue(statement.contains("PREDICATE_MISMATCH"), "an attestation is no signature: " + statement);
        for (String pattern : List.of("acme/shop", "https://github.com/acme/.*x")) {
            String refused = run(
                            ExitCode.REJECTED, "trust verify IMAGE --certificate-identity-regexp " + pattern + options)
                    .out();
            assertTrue(refused.contains("IDENTITY_MISMATCH"), refused);
        }
        String matched = run(
                        ExitCode.REJECTED,
                        "trust verify IMAGE --certificate-identity-regexp https://github.com/acme/shop/.*" + options)
                .out();
        assertFalse(matched.contains("IDENTITY_MISMATCH"), matched);
    }

    @Test
    void takesTheTrustedRootFromATufRepository() throws IOException, GeneralSecurityException {
        image = "oci:" + data.resolve("bundle-sign-ok-key") + ":1.0";
        byte[] root = Files.readAllBytes(folder.resolve("trusted_root.json"));
        Digest digest = Digest.sha256Of(root);
        Path repository = folder.resolve("tuf");
        new VouchingRepository(repository)
                .vouchFor("trusted_root.json", digest, root.length)
                .publish(1);
        Path target =
                Files.createDirectories(repository.resolve("targets")).resolve(digest.encoded() + ".trusted_root.json");
        Files.write(target, root);
        String line = "trust verify IMAGE --key cosign.pub --sigstore-tuf " + repository.resolve("1.root.json") + ","
                + repository.toUri();
        run(ExitCode.ACCEPTED, line);
        Files.writeString(target, "{}");
        run(ExitCode.ACCEPTED, line);
        Files.delete(repository.resolve("timestamp.json"));
        run(ExitCode.ERROR, line);
    }

    @Test
    void aPolicyInYamlIsTheSame() throws IOException {
        write("policy.yaml", """
                schemaVersion: 1
                name: production
                rules:
                  - scope: registry.test/team/*
                    require: {key: {keys: [{path: made.pub}]}}
                """);
        run(ExitCode.ACCEPTED, "trust verify IMAGE --trust-policy policy.yaml --name registry.test/team/app");
        run(ExitCode.REJECTED, "trust verify IMAGE --trust-policy policy.yaml --name registry.test/app");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kye\": {}} | registry.test/team/* | line 4",
                "{\"key\": {\"keys\": [{\"path\": \"missing.pub\"}]}} | registry.test/team/* | missing.pub",
                "{\"reject\": {}} | registry.test/* | write registry.test for all repositories",
                "{\"reject\": {}} | team/app | write the whole name",
            })
    void anErrorInAPolicySaysWhereItIs(String requirement, String scope, String message) throws IOException {
        write("bad.json", """
                {
                  "schemaVersion": 1, "name": "bad",
                  "rules": [
                    {"scope": "%s", "require": %s}
                  ]
                }
                """.formatted(scope, requirement));
        for (String command : List.of("trust verify IMAGE", "verify IMAGE", "trust explain registry.test/a")) {
            CommandRun run = run(ExitCode.ERROR, command + " --trust-policy bad.json");
            assertTrue(run.err().contains("bad.json: ") && run.err().contains(message), run.err());
            assertTrue(run.err().contains("line 4"), run.err());
        }
    }

    @Test
    void theOnlyImageOfALayoutNeedsNoNameBesideItsSignatures() {
        image = "oci:" + data.resolve("app");
        run(ExitCode.ACCEPTED, "verify IMAGE --key made.pub");
        run(ExitCode.ACCEPTED, "trust verify IMAGE --key made.pub");
    }

    @Test
    void aPolicyOfContainersIsReadAndOpenPgpIsIncomplete() throws IOException {
        write("containers.json", """
                {"default": [{"type": "reject"}], "transports": {"docker": {
                  "registry.test/team": [{"type": "sigstoreSigned", "keyPath": "%s",
                                          "signedIdentity": {"type": "matchRepoDigestOrExact"}}],
                  "registry.test/old": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/old.gpg"}],
                  "registry.test/any": [{"type": "insecureAcceptAnything"}]}}}
                """.formatted(folder.resolve("made.pub")));
        String verify = "trust verify IMAGE --trust-policy containers.json --name registry.test/";
        String another = run(ExitCode.REJECTED, verify + "team/another:1.0").out();
        assertTrue(another.contains("IDENTITY_MISMATCH") || another.contains("SUBJECT_MISMATCH"), another);
        String old = run(ExitCode.INCOMPLETE, verify + "old/app:1.0").out();
        assertTrue(old.contains("OpenPGP") && old.contains("not supported"), old);
        run(ExitCode.ACCEPTED, verify + "any:1.0");
        run(ExitCode.REJECTED, verify + "else:1.0");
    }

    @Test
    void aPolicyOfNotationIsReadWithItsTrustStore() {
        Path combined = SharedData.require("signatures/combined");
        String[] line = {
            "trust",
            "verify",
            "oci:" + combined.resolve("layout") + ":1.0",
            "--trust-policy",
            combined.resolve("trustpolicy.json").toString(),
            "--name",
            "registry.acme.test/rockets/engine:1.0"
        };
        CommandRun run = CommandRun.of(line);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("✔ notation signature by CN=signer,O=Acme Rockets"), run.out());
    }

    @Test
    void aWorkflowSignsInTheClassicFormToo() {
        Path combined = SharedData.require("signatures/combined");
        image = "oci:" + combined.resolve("layout") + ":1.0";
        String root = combined.resolve("trusted_root.json").toString();
        String options = " --certificate-oidc-issuer ISSUER --trusted-root " + root;
        String signed = run(ExitCode.ACCEPTED, "verify IMAGE --certificate-identity WORKFLOW" + options)
                .out();
        assertTrue(signed.contains("signed at 2026-04-01T08:00:00Z"), signed);
        assertTrue(signed.contains("· not used: "), signed);
        run(ExitCode.REJECTED, "verify IMAGE --certificate-identity WORKFLOW-x" + options);
    }

    @Test
    void explainNamesTheRuleThatDecidesAndThoseThatDoNot() throws JsonException {
        String covered = run(ExitCode.ACCEPTED, "trust explain registry.test/team/app --trust-policy policy.json")
                .out();
        assertTrue(
                covered.startsWith(
                        "registry.test/team/app:latest is covered by the rule registry.test/team/* of production"),
                covered);
        assertTrue(covered.contains("less specific rules, which have no effect:\n  registry.test\n"), covered);
        String none = run(ExitCode.REJECTED, "trust explain debian --trust-policy policy.json")
                .out();
        assertTrue(none.startsWith("no rule of production covers docker.io/library/debian:latest"), none);
        JsonCursor json = json(run(
                ExitCode.ACCEPTED, "trust explain registry.test/team/app --trust-policy policy.json --format json"));
        assertEquals("dev.tallyclerk.trust-rules", json.required("schema").string());
        List<JsonCursor> rules = json.required("rules").elements();
        assertEquals("registry.test/team/*", rules.get(0).required("scope").string());
        assertEquals("registry.test", rules.get(1).required("scope").string());
        assertEquals("that it is rejected", rules.get(1).required("requires").string());
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust explain debian", "trust explain", "trust explain A:B:C --trust-policy policy.json"})
    void explainNeedsANameAndAPolicy(String line) {
        run(ExitCode.ERROR, line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "IMAGE --key made.pub",
                "IMAGE --key made.pub --profile L2",
                "IMAGE --key made.pub --profile STRICT --fail-on HIGH",
                "IMAGE --profile L2 --fail-on HIGH",
                "IMAGE --profile L2",
                "IMAGE --key cosign.pub",
                "IMAGE --key cosign.pub --fail-on NONE",
                "oci:images/hello:1.0 --key made.pub",
                "oci:images/hello-tampered:1.0",
                "oci:images/hello-tampered:1.0 --fail-on NONE",
                "IMAGE --trust-policy policy.json --name registry.test/team/app:1.0 --profile L2",
                "IMAGE --trust-policy policy.json --name registry.test/app:1.0",
                "IMAGE --trust-policy policy.json",
                "IMAGE --key made.pub --trust tuf:root.json,file:///x",
                "IMAGE --trust-target a",
                "IMAGE --trust-store a",
                "IMAGE --vex a.json",
                "IMAGE --artifact",
                "IMAGE --platform linux/s390x",
                "IMAGE --max-layer-size 0",
                "IMAGE --key missing.pub"
            })
    void anAuditOfAnImageDecidesLikeItsVerification(String line) {
        CommandRun verified = run("verify " + line);
        CommandRun audited = run("audit --image " + line);

        assertEquals(verified.exitCode(), audited.exitCode(), verified + "\n" + audited);
    }

    @Test
    void anImageThatNobodyVouchesForIsNotReadAndSaysSo() {
        CommandRun run = run(1, "audit --image IMAGE --key cosign.pub --format jsonl");

        assertTrue(run.out().contains("\"NOT_VOUCHED_FOR\""), run.out());
        assertFalse(run.out().contains("\"done\""), run.out());
    }

    @Test
    void theNameOfAnImageCountsForRulesOnNames() {
        String name = " --name registry.test/team/app:latest --fail-on NONE";
        String missing = "no reference was given";

        assertTrue(run(0, "audit --image IMAGE --fail-on NONE --format jsonl")
                .out()
                .contains(missing));
        CommandRun audited = run(0, "audit --image IMAGE --format jsonl" + name);
        assertFalse(audited.out().contains(missing), audited.out());
        assertTrue(
                audited.out().lines().anyMatch(each -> each.contains("IMG-024") && each.contains("\"FAIL\"")),
                audited.out());
        CommandRun verified = run(0, "verify IMAGE --format json" + name);
        assertFalse(verified.out().contains(missing), verified.out());
    }

    @Test
    void oneNameIsForOneImage() {
        run(3, "audit --image IMAGE oci:images/hello:1.0 --name registry.test/team/app:1.0");
        run(3, "audit --container policy.json --key made.pub");
    }
}
