package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with verdicts that were worked out by hand over images with seeded problems and decoys. */
class OracleTest {
    private static final String IMAGES = "hardening/oracle/images/";

    /** The rules on files have these, because they need the contents of layers. */
    private static final Set<String> LATER = Set.of("IMG-003", "IMG-039");

    /** Rules from what engines were seen to do, newer than the catalogue. */
    private static final Pattern NEWER = Pattern.compile("ATK-.*|IMG-04[1-4]");

    private static JsonCursor json(String path) throws IOException, JsonException {
        return JsonCursor.parse(SharedData.read(path), JsonLimits.ofBytes(1 << 24));
    }

    private static ImageSubject image(String name, String reference) throws IOException, JsonException {
        String layout = IMAGES + name + ".oci/";
        ImageIndex index =
                (ImageIndex) Manifest.parse(SharedData.read(layout + "index.json"), DocumentLimits.defaults());
        ImageManifest manifest = (ImageManifest)
                Manifest.parse(blob(layout, index.manifests().get(0).digest()), DocumentLimits.defaults());
        return ImageSubject.builder(reference)
                .reference(Reference.parseNormalized(reference))
                .manifest(manifest)
                .config(ImageConfig.parse(blob(layout, manifest.config().digest())))
                .contentProblems(List.of())
                // Whether it is signed is not asked here, and would leave the decision open.
                .trust(new TrustResult(
                        new Decision(Decision.Kind.ACCEPTED, List.of("vouched for")),
                        Optional.of(ResolvedDigest.of(manifest.digest(), "the test")),
                        "",
                        List.of(),
                        List.of()))
                .build();
    }

    private static byte[] blob(String layout, Digest digest) throws IOException {
        return SharedData.read(layout + "blobs/sha256/" + digest.encoded());
    }

    private static List<JsonCursor> imageRules(JsonCursor expected, String member) throws JsonException {
        List<JsonCursor> rows = new ArrayList<>();
        for (JsonCursor row : expected.required(member).elements()) {
            if (row.required("rule").string().startsWith("IMG-")) {
                rows.add(row);
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"kitchen-sink", "good-minimal"})
    void reportsWhatMustBeReportedAndNoDecoy(String name) throws IOException, JsonException {
        JsonCursor expected = json(IMAGES + name + ".expected.json");
        Instant now = Instant.parse(expected.required("auditTime").string());
        ImageSubject image = image(name, expected.required("image").string());
        AuditReport report = Auditor.of(Policy.defaults().withProfile(Profile.STRICT), ImageRules.ruleSet())
                .withClock(Clock.fixed(now, ZoneOffset.UTC))
                .audit(List.of(image));
        List<Finding> failures = report.findings(Outcome.Kind.FAIL);
        for (JsonCursor row : imageRules(expected, "must_report")) {
            assertTrue(failures.stream().anyMatch(finding -> matches(finding, row)), row.value() + " in " + failures);
        }
        for (JsonCursor row : imageRules(expected, "must_not_report")) {
            assertTrue(failures.stream().noneMatch(finding -> matches(finding, row)), row.value() + " in " + failures);
        }
        assertEquals(Decision.Kind.ACCEPTED, report.decision().kind(), "nothing critical was seeded");
    }

    /** A place of the oracle is a history entry, or a word that place or evidence has. */
    private static boolean matches(Finding finding, JsonCursor row) {
        try {
            String where = row.required("where").string();
            Problem problem = finding.problem().orElseThrow();
            if (!finding.rule().id().value().equals(row.required("rule").string())) {
                return false;
            }
            if (where.startsWith("history[")) {
                int index = Integer.parseInt(where.substring(8, where.indexOf(']')));
                return problem.at().equals(new Location.History(index));
            }
            String shown = (problem.at() + " " + problem.message() + " " + problem.evidence()).replace("~1", "/");
            return where.contains(" ")
                    || WORDS.getOrDefault(where, List.of(where)).stream().anyMatch(shown::contains);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final Map<String, List<String>> WORDS = Map.of(
            "config.User", List.of("/config/User"),
            "config.Healthcheck", List.of("/config/Healthcheck"),
            "NODE_TLS_REJECT_UNAUTHORIZED=0", List.of("NODE_TLS_REJECT_UNAUTHORIZED"));

    @Test
    void followsTheCatalogue() throws IOException {
        Map<String, String[]> catalogue = new HashMap<>();
        String text = new String(SharedData.read("hardening/rule-catalogue.tsv"), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            String[] columns = line.split("\t", -1);
            boolean isOfImages = columns[0].startsWith("IMG-") || columns[0].startsWith("PRV-");
            if (isOfImages && !LATER.contains(columns[0])) {
                catalogue.put(columns[0], columns);
            }
        }
        Set<String> ids = new TreeSet<>();
        for (Rule<?> rule : ImageRules.ruleSet().rules()) {
            RuleInfo info = rule.info();
            if (NEWER.matcher(info.id().value()).matches()) {
                continue;
            }
            String[] columns = Objects.requireNonNull(catalogue.get(info.id().value()), "not in the catalogue");
            ids.add(info.id().value());
            assertEquals(columns[4], info.severity().name(), info.id().value());
            assertEquals(
                    columns[5].toUpperCase(Locale.ROOT),
                    info.profile().name(),
                    info.id().value());
            List<String> sections = columns[6].isEmpty() ? List.of(columns[8]) : List.of(columns[6], columns[8]);
            assertEquals(
                    sections,
                    info.references().stream()
                            .filter(citation -> !citation.document().equals("CVE"))
                            .map(RuleInfo.Citation::section)
                            .toList(),
                    info.id().value());
        }
        assertEquals(new TreeSet<>(catalogue.keySet()), ids);
    }

    @Test
    void readsTheConfigurationsThatRealToolsWrote() throws IOException {
        int read = 0;
        List<Path> blobs;
        try (Stream<Path> files = Files.walk(SharedData.require("registry/fixtures/layouts"))) {
            blobs = files.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path blob : blobs) {
            byte[] bytes = Files.size(blob) < (1 << 20) ? Files.readAllBytes(blob) : new byte[0];
            if (isConfig(bytes)) {
                ImageSubject image = ImageSubject.builder("fixture")
                        .config(ImageConfig.parse(bytes))
                        .build();
                assertEquals(0, Images.audit(image).totals().get(Outcome.Kind.ERROR), blob.toString());
                read++;
            }
        }
        assertTrue(read >= 10, "read " + read);
    }

    private static boolean isConfig(byte[] bytes) {
        try {
            return JsonCursor.parse(bytes, JsonLimits.ofBytes(1 << 20))
                    .member("rootfs")
                    .isPresent();
        } catch (JsonException e) {
            return false;
        }
    }
}
