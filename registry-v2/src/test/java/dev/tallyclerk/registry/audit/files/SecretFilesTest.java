package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretFilesTest {
    /** Random, with a right checksum; never valid. */
    private static final String TOKEN = "GH=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\n";

    private static final String KEY = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkxE9reBKYpvXeffx
            hEXU+eU/cMDck9Xr9ukOgN+BwTqhRANCAATT741JhaNcMRr2Mo+0O3J3pNtJvJif
            -----END PRIVATE KEY-----
            """;

    private static TestTar tar() {
        return new TestTar();
    }

    @Test
    void aSecretOfAMergedFileIsReportedAtItsLayer() throws IOException {
        LayeredImage image = LayeredImage.of(
                tar().file("app/a", "x"), tar().file("app/key.pem", KEY).file("app/run.env", TOKEN));

        assertEquals(Set.of("1 app/key.pem"), image.found("FS-016"));
        assertEquals(Set.of("1 app/run.env"), image.found("FS-026"));
        assertEquals(Set.of(), image.found("FS-025"));
    }

    @Test
    void aSecretThatALaterLayerDeletesIsStillFound() throws IOException {
        LayeredImage image = LayeredImage.of(
                tar().file("app/key.pem", KEY).file("app/run.env", TOKEN).file("b/.netrc", "password hunter2\n"),
                tar().file("app/.wh.key.pem", "").file("app/run.env", "GH=\n").file(".wh.b", ""));

        assertEquals(Set.of("0 app/key.pem", "0 app/run.env", "0 b/.netrc"), image.found("FS-025"));
        assertEquals(Set.of(), image.found("FS-016"));
        assertEquals(Set.of(), image.found("FS-026"));
    }

    @Test
    void aStoreOfKeysThatALaterLayerDeletesIsStillFound() throws IOException {
        LayeredImage image = LayeredImage.of(
                tar().file("app/server.p12", "x").file("app/kept.jks", "x"), tar().file("app/.wh.server.p12", ""));

        assertEquals(Set.of("0 app/server.p12"), image.found("FS-025"));
        assertEquals(Set.of("0 app/kept.jks"), image.found("FS-024"));
    }

    @Test
    void aDeletedSecretOfTestsIsOfLowSeverityAndNotHidden() throws IOException {
        List<Finding> found = LayeredImage.of(
                        tar().file("srv/app/test/key.pem", KEY).file("srv/tls_test.go", KEY),
                        tar().file("srv/app/.wh.test", "").file("srv/.wh.tls_test.go", ""))
                .audit()
                .findings(Outcome.Kind.FAIL)
                .stream()
                .filter(finding -> finding.rule().id().value().equals("FS-025"))
                .toList();

        assertEquals(2, found.size(), found::toString);
        assertTrue(found.stream().allMatch(finding -> finding.severity() == Severity.LOW), found::toString);
    }

    @Test
    void aCopyOfTheSameSecretCountsOnce() throws IOException {
        LayeredImage image = LayeredImage.of(tar().file("app/run.env", TOKEN), tar().file("app/run.env", TOKEN));

        assertEquals(Set.of("1 app/run.env"), image.found("FS-026"));
        assertEquals(Set.of(), image.found("FS-025"));
    }

    @Test
    void anotherSecretAtTheSamePathIsFoundToo() throws IOException {
        LayeredImage image = LayeredImage.of(
                tar().file("app/run.env", TOKEN), tar().file("app/run.env", "x=glpat-SdANxO0AgoWjSLdm9Pym\n"));

        assertEquals(Set.of("1 app/run.env"), image.found("FS-026"));
        assertEquals(Set.of("0 app/run.env"), image.found("FS-025"));
    }

    @Test
    void layersThatCannotBeMergedAreSearchedToo() throws IOException {
        LayeredImage image = LayeredImage.of(tar().file("app/key.pem", KEY).file("../x", "y"));

        assertEquals(Set.of("0 app/key.pem"), image.found("FS-016"));
    }

    @ParameterizedTest
    @CsvSource({
        "root/.aws/credentials, aws_secret_access_key = abcd1234abcd, FS-019",
        "root/.docker/config.json, '{\"auths\":{\"x\":{\"auth\":\"dXNlcjpodW50ZXIy\"}}}', FS-020",
        "root/.npmrc, //r.example.test/:_authToken=abcd1234, FS-021",
        "root/.kube/config, token: abcd1234, FS-022"
    })
    void credentialsAreFoundByTheNameOfTheirFile(String path, String content, String rule) throws IOException {
        assertEquals(
                Set.of("0 " + path),
                LayeredImage.of(tar().file(path, content + "\n")).found(rule));
        // The member "auth" says what it is in any file.
        boolean isAnywhere = rule.equals("FS-020");
        assertEquals(
                isAnywhere ? Set.of("0 srv/other") : Set.of(),
                LayeredImage.of(tar().file("srv/other", content + "\n")).found(rule));
    }

    @Test
    void keysOfTestsAreOfLowSeverityAndNotHidden() throws IOException {
        List<Severity> severities = LayeredImage.of(tar().file("srv/app/test/key.pem", KEY)
                        .file("srv/app/key.pem", KEY)
                        .file("srv/app/.env.example", KEY))
                .audit()
                .findings(Outcome.Kind.FAIL)
                .stream()
                .filter(finding -> finding.rule().id().value().equals("FS-016"))
                .map(Finding::severity)
                .toList();

        assertEquals(Set.of(Severity.LOW, Severity.CRITICAL), Set.copyOf(severities));
    }

    @Test
    void aTokenWithoutItsChecksumIsDoubtfulOrNone() throws IOException {
        String form = "GH=ghp_0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e\n";
        List<Finding> found = LayeredImage.of(tar().file("a.env", form).file("b.env", TOKEN.replace("cQYKL", "cQYKM")))
                .audit()
                .findings(Outcome.Kind.FAIL)
                .stream()
                .filter(finding -> finding.rule().id().value().equals("FS-026"))
                .toList();

        assertEquals(1, found.size(), found::toString);
        assertEquals(Severity.LOW, found.get(0).severity());
        assertEquals(
                Set.of("0 a.env"), LayeredImage.of(tar().file("a.env", form)).found("FS-026"));
    }

    @Test
    void noReportShowsTheSecret() throws IOException {
        String report = LayeredImage.of(tar().file("run.env", TOKEN)).audit().findings().stream()
                .map(Finding::toString)
                .collect(Collectors.joining());

        assertTrue(report.contains("GitHub token"), report);
        assertFalse(report.contains("ghp_"), report);
    }

    @Test
    void anEmbedderAddsPatterns() throws IOException {
        FileSystemAnalyzer analyzer = FileSystemAnalyzer.create()
                .withSecretPatterns("Example token | cloud | any | extok_ | [0-9a-f]{8}-[A-Z]{2,4} | entropy=1\n");
        FileSystemSubject subject =
                LayeredImage.of(tar().file("a", "extok_0a1b2c3d-ABC\n")).subject(analyzer);

        assertEquals(
                List.of("FS-019"),
                Auditor.of(Policy.defaults().withProfile(Profile.STRICT), FileSystemRules.ruleSet())
                        .audit(List.of(subject))
                        .findings(Outcome.Kind.FAIL)
                        .stream()
                        .map(finding -> finding.rule().id().value())
                        .toList());
        assertThrows(
                IllegalArgumentException.class,
                () -> FileSystemAnalyzer.create().withSecretPatterns("x"));
    }

    @Test
    void aPolicyAddsPatterns() throws IOException {
        Policy policy = Policy.defaults()
                .withSecretPattern("Example token | cloud | any | extok_ | [0-9a-f]{8}-[A-Z]{2,4} | entropy=1");
        LayeredImage image = LayeredImage.of(tar().file("a", "extok_0a1b2c3d-ABC\n"));
        for (Admission admission : List.of(
                Admission.of(policy), Admission.of(policy).withFileSystemAnalyzer(FileSystemAnalyzer.create()))) {
            AdmissionResult result = admission.check(image.source());

            assertTrue(
                    result.audit().orElseThrow().findings(Outcome.Kind.FAIL).stream()
                            .anyMatch(finding -> finding.rule().id().value().equals("FS-019")),
                    result::toString);
        }
    }

    /** Caches compare analyzers by identity. */
    @Test
    void anAnalyzerThatHasThePatternsOfAPolicyIsKept() {
        Policy policy = Policy.defaults().withSecretPattern("Example token | cloud | any | extok_ | [0-9a-f]{8} | -");
        FileSystemAnalyzer analyzer = FileSystemAnalyzer.of(policy).withChecks(List.of());

        assertSame(analyzer, analyzer.withPolicy(policy));
        assertSame(analyzer, analyzer.withPolicy(Policy.defaults()));
        assertNotSame(FileSystemAnalyzer.create(), FileSystemAnalyzer.create().withPolicy(policy));
    }

    @Test
    void moreSecretsThanAreKeptAreUnknownOrReported() throws IOException {
        TestTar many = tar();
        for (int i = 0; i < 2500; i++) {
            many.file("srv/" + i, TOKEN);
        }
        LayeredImage image = LayeredImage.of(many);

        assertEquals(Outcome.Kind.FAIL, image.kind("FS-026"));
        assertEquals(Outcome.Kind.UNKNOWN, image.kind("FS-016"));
    }

    @Test
    void decidesTheSharedTexts() throws IOException, JsonException {
        JsonCursor all =
                JsonCursor.parse(SharedData.read("image-audit/vectors/secrets.json"), JsonLimits.ofBytes(1 << 20));
        TestTar tar = tar();
        List<String> wanted = new ArrayList<>();
        int number = 0;
        for (JsonCursor one : all.required("cases").elements()) {
            String path = "srv/" + number++;
            String text = one.required("base64").string();
            tar.file(path, new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
            if (one.required("secret").bool()) {
                wanted.add("0 " + path);
            }
        }
        LayeredImage image = LayeredImage.of(tar);
        Set<String> found = new TreeSet<>(image.found("FS-016"));
        found.addAll(image.found("FS-026"));

        assertEquals(70, number);
        assertEquals(new TreeSet<>(wanted), found);
    }
}
