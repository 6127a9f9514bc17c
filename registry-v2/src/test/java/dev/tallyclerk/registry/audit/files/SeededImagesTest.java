package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images with seeded problems and decoys, whose answers were worked out by hand. */
class SeededImagesTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    /** What rules of this subject decide. */
    private static final Set<String> KNOWN = FileSystemRules.ruleSet().rules().stream()
            .map(rule -> rule.info().id().value())
            .collect(Collectors.toSet());

    private static AuditReport audit(String folder, String tag) throws IOException {
        FileSystemAnalyzer analyzer = FileSystemAnalyzer.create();
        Path path = SharedData.require(folder);
        try (ImageSource source = ImageLocation.parse("oci:" + path + tag).open(name -> {
            throw new IllegalStateException("no registry is needed");
        })) {
            ImageVerification image =
                    ImageVerifier.create().withAnalyzer(analyzer).verify(source);
            return Auditor.of(Policy.defaults().withProfile(Profile.STRICT), FileSystemRules.ruleSet())
                    .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                    .audit(FileSystemSubject.allOf(image, analyzer));
        }
    }

    private static Set<String> failures(AuditReport report) {
        Set<String> found = new TreeSet<>();
        for (Finding finding : report.findings(Outcome.Kind.FAIL)) {
            Location at = finding.problem().orElseThrow().at();
            found.add(finding.rule().id()
                    + (at instanceof Location.LayerEntry entry ? " " + entry.layer() + " " + entry.path() : " " + at));
        }
        return found;
    }

    private static JsonCursor json(String path) throws IOException, JsonException {
        return JsonCursor.parse(SharedData.read(path), JsonLimits.ofBytes(1 << 24));
    }

    private static Optional<String> text(JsonCursor row, String member) throws JsonException {
        Optional<JsonCursor> value = row.optional(member);
        return value.isPresent() ? Optional.of(value.get().string()) : Optional.empty();
    }

    private static boolean isOnSecrets(String rule) {
        return rule.compareTo("FS-016") >= 0 && rule.compareTo("FS-026") <= 0;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"alpine-npm", "deb13", "distroless13", "languages", "leap156", "rocky8", "rocky9", "rocky9-wal"})
    void reportsEachSeedAtItsLayerAndNothingElse(String name) throws IOException, JsonException {
        Set<String> found = failures(audit("image-audit/images/" + name, ":latest"));
        JsonCursor expected = json("image-audit/expected/" + name + ".findings.json");
        Set<String> complete = new TreeSet<>(expected.required("complete_rules").strings());
        complete.retainAll(KNOWN);
        Set<String> wanted = new TreeSet<>();
        for (JsonCursor row : expected.required("must_report").elements()) {
            if (KNOWN.contains(row.required("rule").string())) {
                wanted.add(row.required("rule").string() + " "
                        + row.required("layer").integer(0, 100) + " "
                        + row.required("path").string());
            }
        }
        Set<String> accepted = new TreeSet<>();
        for (JsonCursor row : expected.required("may_report").elements()) {
            accepted.add(row.required("rule").string() + " " + text(row, "path").orElse(""));
        }
        // A file with one kind of secret may have others too.
        for (String one : wanted) {
            String[] parts = one.split(" ", 3);
            if (isOnSecrets(parts[0])) {
                KNOWN.forEach(rule -> accepted.add(isOnSecrets(rule) ? rule + " " + parts[2] : ""));
            }
        }
        Set<String> missed = new TreeSet<>(wanted);
        missed.removeAll(found);
        assertEquals(Set.of(), missed);
        List<String> wrong = new ArrayList<>();
        for (String one : found) {
            String[] parts = one.split(" ", 3);
            if (complete.contains(parts[0]) && !wanted.contains(one) && !accepted.contains(parts[0] + " " + parts[2])) {
                wrong.add(one);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kitchen-sink", "good-minimal"})
    void reportsTheSeedsOfTheOracleAndNoDecoy(String name) throws IOException, JsonException {
        JsonCursor expected = json("hardening/oracle/images/" + name + ".expected.json");
        Set<String> found = failures(audit("hardening/oracle/images/" + name + ".oci", ""));
        List<String> missed = new ArrayList<>();
        for (JsonCursor row : expected.required("must_report").elements()) {
            String rule = row.required("rule").string();
            String where = row.required("where").string().split("[: ]", 2)[0];
            String layer = row.optional("layer").isPresent()
                    ? Long.toString(row.required("layer").integer(0, 100))
                    : "[0-9]+";
            boolean isFound = found.stream().anyMatch(one -> one.matches(rule + " " + layer + " " + where + ".*"));
            if (KNOWN.contains(rule) && !isFound) {
                missed.add(rule + " " + layer + " " + where);
            }
        }
        assertEquals(List.of(), missed);
        for (JsonCursor row : expected.required("must_not_report").elements()) {
            String decoy = row.required("rule").string() + " [0-9]+ "
                    + row.required("where").string();
            assertTrue(found.stream().noneMatch(one -> one.matches(decoy)), decoy + " in " + found);
        }
    }

    @Test
    void findsWhatIsWrongWithLayersThatCannotBeMerged() throws IOException {
        Set<String> found = failures(audit("image-audit/images/hostile/names", ":latest"));

        assertTrue(found.contains("FS-043 0 ../../etc/evil"), found.toString());
        assertTrue(found.contains("FS-043 0 link"), found.toString());
        assertTrue(found.contains("FS-044 0 etc/shadow"), found.toString());
    }

    @Test
    void readsBrokenAccountsLeniently() throws IOException {
        Set<String> found = failures(audit("image-audit/images/hostile/accounts", ":latest"));

        assertTrue(found.contains("FS-006 0 etc/shadow"), found.toString());
        assertTrue(found.contains("FS-015 0 etc/sudoers"), found.toString());
    }

    @Test
    void noRuleFailsByItselfOnHostileImages() throws IOException {
        List<String> names = List.of("many", "long-names", "status-is-link", "whiteout-tricks", "names", "accounts");
        for (String name : names) {
            AuditReport report = audit("image-audit/images/hostile/" + name, ":latest");
            assertEquals(List.of(), report.findings(Outcome.Kind.ERROR), name);
        }
    }

    @Test
    void everyRuleOfTheCatalogueHasItsSeverity() throws IOException {
        String catalogue =
                new String(SharedData.read("hardening/rule-catalogue.tsv"), java.nio.charset.StandardCharsets.UTF_8);
        int compared = 0;
        for (Rule<?> rule : FileSystemRules.ruleSet().rules()) {
            String id = rule.info().id().value();
            for (String line : catalogue.split("\n", -1)) {
                String[] columns = line.split("\t", -1);
                if (columns[0].equals(id)) {
                    compared++;
                    assertEquals(columns[4], rule.info().severity().name(), id);
                    assertEquals(
                            columns[5].toUpperCase(java.util.Locale.ROOT),
                            rule.info().profile().name(),
                            id);
                }
            }
        }
        assertTrue(compared >= 47, "compared " + compared);
    }
}
