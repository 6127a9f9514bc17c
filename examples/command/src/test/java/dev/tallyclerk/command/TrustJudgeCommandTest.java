package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.SourceCandidate;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.notation.NotationTrustPolicy;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import dev.tallyclerk.trust.policy.Requirement;
import dev.tallyclerk.trust.policy.SignedByKey;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustVerifier;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code trust judge}, on cases that real verifiers judged. */
class TrustJudgeCommandTest {
    private static final String IDENTITY =
            "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    private static final String ISSUER = "https://token.actions.githubusercontent.com";
    private static final String NAME = "registry.acme.test/rockets/engine:1.0";

    private static void assertJudged(Path index) throws IOException, JsonException {
        CommandRun run = CommandRun.of("trust", "judge", index.toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.err());
        JudgedCases.assertVerdicts(index, run.out());
    }

    @Test
    void everyCaseHasTheVerdictThatIsExpected() throws IOException, JsonException {
        Path index = SharedData.require("signatures/index.json");
        assertEquals(420, JudgedCases.expected(index).size());
        assertJudged(index);
    }

    @Test
    void soDoTheCasesInTheProject(@TempDir Path folder) throws IOException, JsonException {
        for (Path index : JudgedCases.copied()) {
            assertJudged(index);
        }
        assertJudged(JudgedCases.writeImages(folder));
    }

    /** One image with evidence of every kind: the statements are judged as cosign and notation judged them. */
    @Test
    void theNineStatementsAboutOneImageAreJudged(@TempDir Path folder) throws IOException, JsonException {
        Path combined = SharedData.require("signatures/combined");
        String evidence = Files.readString(combined.resolve("evidence.json"));
        String common = "\"layout\": \"" + combined.resolve("layout") + "\", \"image\": \"1.0\", \"digest\": "
                + group("\"digest\": (\"[^\"]+\")", evidence);
        List<String> cases = new ArrayList<>();
        Matcher statement = Pattern.compile("(?s)\\{\\s*(\"id\": \"[^\"]+\",.*?)\"holds\": (true|false)")
                .matcher(evidence.substring(evidence.indexOf("\"evidence\"")));
        while (statement.find()) {
            String members = statement.group(1).replaceAll("\"key\": \"", "\"key\": \"" + combined + "/");
            String mode = group("\"mode\": \"([^\"]+)\"", members);
            String trust = "";
            if (mode.equals("notation")) {
                trust = ", \"trustPolicy\": \"%1$s/trustpolicy.json\", \"trustStore\": \"%1$s\"".formatted(combined);
            } else if (mode.equals("sig-keyless")) {
                trust =
                        ", \"trust\": {\"fulcio\": \"%1$s/fulcio.pem\", \"rekor\": \"%1$s/rekor.pub\", \"ctlog\": \"%1$s/ctlog.pub\"}"
                                .formatted(combined);
            } else if (mode.startsWith("bundle")) {
                trust = ", \"trustedRoot\": \"%s/trusted_root.json\"".formatted(combined);
            }
            cases.add("{" + members + common + trust + ", \"type\": \""
                    + (mode.equals("notation") ? "notation-image" : "cosign-image") + "\", \"expect\": \""
                    + (statement.group(2).equals("true") ? "accept" : "refuse") + "\"}");
        }
        assertEquals(9, cases.size());
        assertJudged(
                Files.writeString(folder.resolve("index.json"), "{\"cases\": [" + String.join(",\n", cases) + "]}"));
    }

    private static String group(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }

    /** Two of a key, a workflow and a certificate must have signed; each counts once. */
    @Test
    void twoOfThreeSignersOfDifferentKindsAreEnough() throws Exception {
        Path combined = SharedData.require("signatures/combined");
        Requirement key = key(combined, "cosign.pub");
        Requirement otherKey = key(combined, "other.pub");
        Requirement workflow = workflow(combined, IDENTITY);
        Requirement otherWorkflow = workflow(combined, IDENTITY + "-x");
        Requirement certificate = new Requirement.NotationSignature(
                NotationTrustPolicy.parse(Files.readAllBytes(combined.resolve("trustpolicy.json"))),
                NotationTrustStore.open(combined),
                Map.of());
        assertTrue(vouched(combined, 3, key, workflow, certificate));
        assertTrue(vouched(combined, 2, key, workflow, certificate));
        assertTrue(vouched(combined, 2, otherKey, workflow, certificate));
        assertTrue(vouched(combined, 2, key, otherWorkflow, certificate));
        assertFalse(vouched(combined, 2, otherKey, otherWorkflow, certificate));
        assertFalse(vouched(combined, 2, key, key(combined, "cosign.pub"), otherWorkflow), "one key counts once");
        assertFalse(vouched(combined, 3, key, workflow, otherKey));
    }

    private static Requirement key(Path folder, String name) throws IOException {
        return SignedByKey.of(List.of(TrustedKey.parse(Files.readString(folder.resolve(name)))));
    }

    private static Requirement workflow(Path folder, String identity) throws Exception {
        return Requirement.sigstore(
                TrustedRoot.parse(Files.readAllBytes(folder.resolve("trusted_root.json"))),
                CertificateIdentity.of(identity, ISSUER));
    }

    private static boolean vouched(Path combined, int count, Requirement... of) throws IOException {
        TrustVerifier verifier = TrustVerifier.of(
                        TrustPolicy.of("two of three").withRule("*", Requirement.atLeast(count, of)))
                .withClock(Clock.fixed(CommandRun.NOW, ZoneOffset.UTC))
                .withTimestampEngine(BouncyCastleTimestamps.create());
        try (ImageSource image = ImageLocation.parse("oci:" + combined.resolve("layout") + ":1.0")
                .open(registry -> {
                    throw new IllegalStateException("a layout needs no registry");
                })) {
            TrustResult result = verifier.vouch(
                    Optional.of(Reference.parse(NAME)), SourceCandidate.of(image, DocumentLimits.defaults()));
            return result.decision().isAccepted();
        }
    }

    @Test
    void aCaseOfAnUnknownTypeIsSkipped(@TempDir Path folder) throws IOException {
        Path index = Files.writeString(folder.resolve("i.json"), "{\"cases\": [{\"id\": \"a\\tb\", \"type\": \"x\"}]}");
        CommandRun run = CommandRun.of("trust", "judge", index.toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode());
        assertEquals("a?b\tskip\tUNSUPPORTED: a case of the type x\n", run.out());
    }

    @Test
    void aCaseThatCannotBeReadIsRefusedAndTheOthersAreDecided(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("layout"));
        Files.writeString(folder.resolve("layout/oci-layout"), "{}");
        Files.writeString(folder.resolve("layout/index.json"), "[");
        Files.copy(
                ProjectFiles.root().resolve("trust/src/test/resources/testdata/cosign/cosign.pub"),
                folder.resolve("key.pub"));
        String layout = "\"type\": \"cosign-image\", \"layout\": \"layout\", \"image\": \"1\", \"digest\": \"x\","
                + " \"mode\": \"sig-key\", \"policy\": {\"key\": \"key.pub\"}";
        String number = "\"type\": \"x\", \"n\": 1e999999999";
        Path index = Files.writeString(
                folder.resolve("i.json"),
                "{\"cases\": [{\"id\": \"a\", " + layout + "}, {\"id\": \"b\", " + number + "}]}");
        CommandRun run = CommandRun.of("trust", "judge", index.toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().startsWith("a\trefuse\tUNREADABLE: "), run.out());
        assertTrue(run.out().endsWith("b\tskip\tUNSUPPORTED: a case of the type x\n"), run.out());
        Files.delete(folder.resolve("key.pub"));
        CommandRun missing = CommandRun.of("trust", "judge", index.toString());
        assertEquals(ExitCode.ERROR, missing.exitCode(), missing.toString());
        assertEquals(2, missing.out().lines().count());
    }

    @Test
    void aListOrFileThatCannotBeReadEndsWithThree(@TempDir Path folder) throws IOException {
        String bundle = "{\"cases\": [{\"id\": \"a\", \"type\": \"sigstore-bundle\", \"trustedRoot\": \"none.json\"}]}";
        for (String list : List.of("[", "{\"cases\": [{\"id\": \"a\"}]}", bundle)) {
            Path index = Files.write(folder.resolve("i.json"), list.getBytes(StandardCharsets.UTF_8));
            CommandRun run = CommandRun.of("trust", "judge", index.toString());
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().startsWith("tallyclerk: "), run.err());
        }
        assertEquals(ExitCode.ERROR, CommandRun.of("trust", "judge").exitCode());
        assertEquals(
                ExitCode.ERROR,
                CommandRun.of("trust", "judge", folder.resolve("none").toString())
                        .exitCode());
    }
}
