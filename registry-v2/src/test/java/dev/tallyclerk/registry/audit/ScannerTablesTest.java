package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.audit.files.FileSystemSubject;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What dockle and Trivy report about images is reported by the rules that the manual names for it. */
class ScannerTablesTest {
    private static final Pattern RULE = Pattern.compile("([A-Z]{2,3})-(\\d{3})(?: to [A-Z]{2,3}-(\\d{3}))?");

    @SuppressWarnings("unchecked") // a list of texts
    private static final RuleParameter<List<String>> BASES = (RuleParameter<List<String>>) ImageRules.ruleSet()
            .rule(new RuleId("IMG-027"))
            .flatMap(rule -> rule.info().parameter("baseImages"))
            .orElseThrow();

    private static final String SLACK = "xoxb-710301421840-510671942154-QlNFyHBcRQSpAfH14h1BSDvp";

    private static final String KEY = "-----BEGIN " + "PRIVATE KEY-----\n"
            + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(3) + "-----END "
            + "PRIVATE KEY-----\n";

    /** A configuration that no rule of the tables objects to, with ' for ". */
    private static final Map<String, String> GOOD = Map.of(
            "User", "'1000'",
            "WorkingDir", "'/app'",
            "Healthcheck", "{'Test':['CMD','/app/check']}",
            "Entrypoint", "['/app/run']",
            "Env", "['PATH=/usr/bin:/bin','MODE=a']",
            "Labels", "{'maintainer':'a','org.opencontainers.image.base.name':'docker.io/library/debian:13'}");

    /** A row of a table. */
    private record Row(String check, String rules, String difference) {}

    private static List<Row> rows(String heading) throws IOException {
        String manual = Files.readString(ProjectFiles.root().resolve("docs/image-rules.md"));
        String section = manual.substring(manual.indexOf("## " + heading));
        List<Row> rows = new ArrayList<>();
        for (String line : section.substring(0, section.indexOf("\n\n", section.indexOf("| ---")))
                .split("\n", -1)) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 5
                    && !cells[1].contains("---")
                    && !cells[2].strip().equals("Here")) {
                rows.add(new Row(cells[1].strip(), cells[2].strip(), cells[3].strip()));
            }
        }
        return rows;
    }

    private static Set<String> named(String cell) {
        Set<String> rules = new TreeSet<>();
        Matcher rule = RULE.matcher(cell);
        while (rule.find()) {
            int first = Integer.parseInt(rule.group(2));
            int last = rule.group(3) == null ? first : Integer.parseInt(rule.group(3));
            for (int i = first; i <= last; i++) {
                rules.add(rule.group(1) + "-" + String.format(Locale.ROOT, "%03d", i));
            }
        }
        return rules;
    }

    /** One image with what a scanner reports. */
    private static final class Sample {
        private final Map<String, String> config = new LinkedHashMap<>(GOOD);
        private final List<String> history = new ArrayList<>(List.of("COPY app /app # buildkit"));
        private final List<TestTar> layers = new ArrayList<>(List.of(new TestTar()
                .file("app/run", "a")
                .file("etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/app:/sbin/nologin\n")
                .file("etc/group", "root:x:0:\napp:x:1000:\n")));
        private String reference = "registry.example.org/app:1.2";
        private TrustResult trust = trust(Decision.Kind.ACCEPTED);

        static Sample good() {
            return new Sample();
        }

        static Sample config(String member, String value) {
            Sample sample = new Sample();
            sample.config.put(member, value);
            return sample;
        }

        static Sample step(String... createdBy) {
            Sample sample = new Sample();
            for (String step : createdBy) {
                sample.history.add(step);
                sample.layers.add(new TestTar().file("step" + sample.layers.size(), ""));
            }
            return sample;
        }

        static Sample files(TestTar... files) {
            Sample sample = new Sample();
            for (TestTar layer : files) {
                sample.history.add("COPY a b # buildkit");
                sample.layers.add(layer);
            }
            return sample;
        }

        static Sample file(String path, String content) {
            return files(new TestTar().file(path, content));
        }

        Sample with(String member, String value) {
            config.put(member, value);
            return this;
        }

        static Sample named(String reference) {
            Sample sample = new Sample();
            sample.reference = reference;
            return sample;
        }

        static Sample trusted(TrustResult trust) {
            Sample sample = new Sample();
            sample.trust = trust;
            return sample;
        }

        private static TrustResult trust(Decision.Kind kind, RefusedEvidence... refused) {
            Digest signed = Digest.sha256Of(new byte[0]);
            boolean isSigned = kind == Decision.Kind.ACCEPTED;
            return new TrustResult(
                    new Decision(kind, List.of("because")),
                    isSigned ? Optional.of(ResolvedDigest.of(signed, "the test")) : Optional.empty(),
                    "",
                    isSigned
                            ? List.of(Evidence.of(Evidence.Kind.COSIGN_SIGNATURE, signed, new Signer.Key("a"), "here"))
                            : List.of(),
                    List.of(refused));
        }

        private static Sample refused(EvidenceException.Reason reason) {
            return trusted(trust(Decision.Kind.REJECTED, new RefusedEvidence("here", "a key", reason, "no")));
        }

        Set<String> found() throws IOException {
            FileSystemAnalyzer analyzer = FileSystemAnalyzer.create();
            ImageVerification image =
                    ImageVerifier.create().withAnalyzer(analyzer).verify(build());
            assertEquals(ImageVerification.Verdict.VERIFIED, image.verdict(), image::toString);
            List<Subject> subjects = new ArrayList<>(FileSystemSubject.allOf(image, analyzer));
            subjects.add(ImageSubject.of(image)
                    .withReference(Reference.parse(reference))
                    .withTrust(trust));
            Policy policy = Policy.defaults()
                    .withProfile(Profile.STRICT)
                    .withSetting(new RuleId("IMG-027"), RuleSetting.of(BASES, List.of("docker.io/library/debian")));
            Set<String> found = new TreeSet<>();
            Auditor.of(policy, ImageRules.ruleSet(), FileSystemRules.ruleSet())
                    .withClock(Clock.fixed(Images.NOW, ZoneOffset.UTC))
                    .audit(subjects)
                    .findings(Outcome.Kind.FAIL)
                    .forEach(finding -> found.add(finding.rule().id().value()));
            return found;
        }

        private BuiltImage build() throws IOException {
            Map<Digest, BlobContent> contents = new LinkedHashMap<>();
            List<String> diffIds = new ArrayList<>();
            List<String> descriptors = new ArrayList<>();
            for (TestTar files : layers) {
                byte[] layer = files.finish();
                contents.put(Digest.sha256Of(layer), BlobContent.of(layer));
                diffIds.add("\"" + Digest.sha256Of(layer) + "\"");
                descriptors.add(descriptor("layer.v1.tar", layer));
            }
            StringBuilder members = new StringBuilder();
            config.forEach((name, value) -> members.append(members.isEmpty() ? "" : ",")
                    .append("\"" + name + "\":" + value.replace('\'', '"')));
            byte[] document = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{" + members + "},\"history\":"
                            + Images.history(history.toArray(String[]::new))
                            + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
                            + diffIds + "}}")
                    .getBytes(StandardCharsets.UTF_8);
            contents.put(Digest.sha256Of(document), BlobContent.of(document));
            byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                            + "\"config\":" + descriptor("config.v1+json", document) + ",\"layers\":" + descriptors
                            + "}")
                    .getBytes(StandardCharsets.UTF_8);
            return BuiltImage.of(
                    "the test", (ImageManifest) Manifest.parse(manifest, DocumentLimits.defaults()), contents);
        }

        private static String descriptor(String type, byte[] content) {
            return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"digest\":\"" + Digest.sha256Of(content)
                    + "\",\"size\":" + content.length + "}";
        }
    }

    /** {@return images for each row, by the start of its first cell} */
    private static Map<String, List<Sample>> samples() {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        List<Sample> root = List.of(
                Sample.config("User", "''"),
                Sample.files(new TestTar().file("etc/passwd", "app:x:0:0::/:\n"))
                        .with("User", "'app'"));
        List<Sample> health =
                List.of(Sample.config("Healthcheck", "null"), Sample.config("Healthcheck", "{'Test':['NONE']}"));
        List<Sample> add = List.of(
                Sample.step("ADD app.tar /app # buildkit"), Sample.step("ADD https://example.org/a /a # buildkit"));
        Sample update = Sample.step("RUN /bin/sh -c apt-get update # buildkit");
        Sample sudo = Sample.step("RUN /bin/sh -c sudo make # buildkit");
        Sample upgrade = Sample.step("RUN /bin/sh -c apt-get -y dist-upgrade # buildkit");
        List<Sample> apk = List.of(
                Sample.step("RUN /bin/sh -c apk add curl # buildkit"),
                Sample.file("var/cache/apk/APKINDEX.tar.gz", "a"));
        List<Sample> secrets = List.of(
                Sample.config("Env", "['DB_PASSWORD=hunter2-hunter2']"),
                Sample.step("RUN |1 TOKEN=" + SLACK + " /bin/sh -c make # buildkit"),
                Sample.config("Labels", "{'token':'" + SLACK + "'}"));
        Sample latest = Sample.named("registry.example.org/app:latest");
        samples.put("CIS-DI-0001", root);
        samples.put(
                "CIS-DI-0005",
                List.of(
                        Sample.trusted(Sample.trust(Decision.Kind.REJECTED)),
                        Sample.refused(EvidenceException.Reason.KEY_UNTRUSTED),
                        Sample.refused(EvidenceException.Reason.EXPIRED),
                        Sample.refused(EvidenceException.Reason.SUBJECT_MISMATCH)));
        samples.put("CIS-DI-0006", health);
        samples.put("CIS-DI-0007", List.of(update));
        samples.put(
                "CIS-DI-0008",
                List.of(
                        Sample.files(program("a", 04755)),
                        Sample.files(program("a", 02755)),
                        Sample.files(new TestTar()
                                .pax('x', TestTar.record("SCHILY.xattr.security.capability", "odd"))
                                .file("a", "x")),
                        Sample.files(new TestTar()
                                .entry(Header.of("b", '5').mode(0777))
                                .entry(Header.of("b/a", '0').mode(04755)))));
        samples.put("CIS-DI-0009", add);
        List<Sample> allSecrets = new ArrayList<>(secrets);
        allSecrets.addAll(List.of(
                Sample.file("app/tls.key", KEY),
                Sample.file("root/.aws/credentials", "[default]\naws_secret_access_key = abcdef\n"),
                Sample.file("root/.docker/config.json", "{\"auths\":{\"a\":{\"auth\":\"dTpw\"}}}"),
                Sample.file("root/.npmrc", "//r.example.org/:_authToken=abcdef\n"),
                Sample.file("root/.kube/config", "users:\n- name: a\n  user:\n    token: abcdefgh\n"),
                Sample.file("app/.env", "A=1"),
                Sample.file("app/a.jks", "a"),
                Sample.files(new TestTar().file("a/tls.key", KEY), new TestTar().whiteout(".wh.a")),
                Sample.file("app/notes.txt", SLACK)));
        samples.put("CIS-DI-0010", allSecrets);
        samples.put("DKL-DI-0001", List.of(sudo));
        samples.put("DKL-DI-0002", List.of(Sample.config("Volumes", "{'/proc':{}}")));
        samples.put("DKL-DI-0003", List.of(upgrade));
        samples.put("DKL-DI-0004", apk);
        samples.put(
                "DKL-DI-0005",
                List.of(
                        Sample.step("RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit"),
                        Sample.file("var/lib/apt/lists/a_Packages", "a")));
        samples.put("DKL-DI-0006", List.of(latest));
        samples.put(
                "DKL-LI-0001",
                List.of(
                        Sample.file("etc/shadow", "app::1:::::\n"),
                        Sample.file("etc/passwd", "app::1:1::/:/bin/sh\n")));
        samples.put(
                "DKL-LI-0002",
                List.of(
                        Sample.file("etc/passwd", "a:x:1:1::/:\nb:x:1:1::/:\n"),
                        Sample.file("etc/group", "a:x:1:\nb:x:1:\n"),
                        Sample.file("etc/passwd", "a:x:1:1::/:\na:x:2:1::/:\n")));
        samples.put(
                "DKL-LI-0003",
                List.of(
                        Sample.file("app/.env", "A=1"),
                        Sample.file("app/.git/config", "a"),
                        Sample.file("app/Dockerfile", "FROM a")));
        samples.put("ADD instead of COPY", add);
        samples.put(
                "tag latest",
                List.of(
                        latest,
                        Sample.config("Labels", "{'org.opencontainers.image.base.name':'example.org/a:latest'}")));
        samples.put("leaked secrets", secrets);
        samples.put("root user", root);
        samples.put("port 22", List.of(Sample.config("ExposedPorts", "{'22/tcp':{}}")));
        samples.put("working directory", List.of(Sample.config("WorkingDir", "'/proc/self/cwd'")));
        samples.put("no health check", health);
        samples.put("dist-upgrade", List.of(upgrade));
        samples.put("sudo", List.of(sudo));
        samples.put("update alone", List.of(update));
        samples.put("apk without", apk);
        samples.put(
                "dnf, microdnf, yum, zypper",
                List.of(
                        Sample.file("var/cache/dnf/a/b", "a"),
                        Sample.file("var/cache/yum/a/b", "a"),
                        Sample.file("var/cache/libdnf5/a", "a"),
                        Sample.file("var/cache/zypp/a", "a")));
        samples.put(
                "wget and curl",
                List.of(Sample.files(program("usr/bin/wget", 0755)), Sample.files(program("usr/bin/curl", 0755))));
        return samples;
    }

    private static TestTar program(String path, int mode) {
        return new TestTar().entry(Header.of(path, '0').mode(mode));
    }

    static List<Row> allRows() throws IOException {
        List<Row> rows = new ArrayList<>(rows("dockle's checkpoints"));
        rows.addAll(rows("Trivy's checks of images"));
        return rows;
    }

    @ParameterizedTest
    @MethodSource("allRows")
    void reportsWhatTheScannerDoesByTheRulesThatTheManualNames(Row row) throws IOException {
        Set<String> named = named(row.rules());
        assertFalse(row.difference().isEmpty(), "no difference is explained");
        if (row.rules().equals("none")) {
            return;
        }
        List<Sample> samples = samples().entrySet().stream()
                .filter(each -> row.check().startsWith(each.getKey()))
                .findFirst()
                .orElseThrow()
                .getValue();
        Set<String> found = new TreeSet<>();
        for (Sample sample : samples) {
            Set<String> ofSample = sample.found();
            ofSample.retainAll(named);
            assertFalse(ofSample.isEmpty(), () -> "an image of " + row + " has none of " + named);
            found.addAll(ofSample);
        }
        assertEquals(named, found);
    }

    @Test
    void namesSixteenCheckpointsAndTwentyEightChecks() throws IOException {
        assertEquals(16, rows("dockle's checkpoints").size());
        int checks = 0;
        for (Row row : rows("Trivy's checks of images")) {
            checks += row.check().contains("(four checks)") ? 4 : row.check().contains("(three checks)") ? 3 : 1;
            checks += (int) row.check().chars().filter(c -> c == ';').count();
        }
        assertEquals(28, checks);
    }

    @Test
    void reportsNothingOfTheTablesAboutAnImageWithoutTheirProblems() throws IOException {
        Set<String> found = Sample.good().found();
        Set<String> named = new TreeSet<>();
        for (Row row : allRows()) {
            named.addAll(named(row.rules()));
        }
        assertTrue(named.size() > 40, named::toString);
        found.retainAll(named);
        assertEquals(Set.of(), found);
    }
}
