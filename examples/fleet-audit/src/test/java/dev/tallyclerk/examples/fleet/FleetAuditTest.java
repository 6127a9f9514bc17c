package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.image.ImageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetAuditTest {
    private static final int IMAGES = 120;
    private static final int LAYERS = 60;
    private static final int LAYER_BYTES = 4_000;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    private static SyntheticRegistry registry() throws IOException {
        return SyntheticRegistry.start(IMAGES, LAYERS, LAYER_BYTES);
    }

    private String[] arguments(SyntheticRegistry registry, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "audit",
                "docker://" + registry.host(),
                "--plain-http-for",
                registry.host(),
                "--state",
                folder.resolve("state").toString(),
                "--output",
                folder.resolve("out").toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private int audit(String... arguments) {
        progress.reset();
        return Main.run(new PrintStream(progress, true, StandardCharsets.UTF_8), arguments);
    }

    private String progress() {
        return progress.toString(StandardCharsets.UTF_8);
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("out/images.jsonl"));
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("out/summary.html"));
    }

    private static String decision(String line) {
        return line.replaceAll(".*?\"decision\":\"([a-z]+)\".*", "$1");
    }

    @Test
    void everyImageHasALineAndEveryLayerIsHashedOnce() throws Exception {
        try (SyntheticRegistry registry = registry()) {
            assertEquals(Summary.ACCEPTED, audit(arguments(registry)), this::progress);
            assertEquals(LAYERS, registry.layerRequests());
            assertTrue(
                    progress()
                            .contains(registry.distinctBytes() + " bytes hashed; distinct layers have "
                                    + registry.distinctBytes() + " bytes"),
                    this::progress);
            List<String> lines = lines();
            assertEquals(IMAGES, lines.size());
            assertEquals(lines.stream().sorted().toList(), lines);
            byte[] first = Files.readAllBytes(folder.resolve("out/images.jsonl"));
            assertEquals(Summary.ACCEPTED, audit(arguments(registry)));
            assertEquals(2 * LAYERS, registry.layerRequests(), "a run that ended is not continued");
            assertArrayEquals(first, Files.readAllBytes(folder.resolve("out/images.jsonl")));
            String page = page();
            assertTrue(page.contains("<b>" + IMAGES + "</b>images"));
            assertTrue(page.contains(">2010-01-01<"));
            assertTrue(page.contains("<b>80</b>without a signature"), page);
        }
    }

    @Test
    void verdictsAreThoseOfReadingEachImageAlone() throws Exception {
        try (SyntheticRegistry registry = registry()) {
            audit(arguments(registry, "--fail-on", "MEDIUM"));
            Admission admission = Admission.of(Auditor.of(
                    Policy.defaults().withGate(Severity.MEDIUM),
                    List.of(ImageRules.ruleSet(), FileSystemRules.ruleSet())));
            Registries registries = Registries.of(List.of(registry.host()), Map.of(), folder);
            for (int image = 0; image < 20; image++) {
                FleetImage next = FleetImage.at(registry.name(image), "");
                String line = lines().stream()
                        .filter(each -> each.contains("\"" + next.name() + "\""))
                        .findFirst()
                        .orElseThrow();
                try (Registries.Opened opened = registries.open(next)) {
                    ImageSource source = opened.image();
                    AdmissionResult alone =
                            admission.check(source, source.reference().orElseThrow());
                    assertEquals(alone.decision().kind().name().toLowerCase(Locale.ROOT), decision(line));
                    assertEquals(
                            alone.audit().orElseThrow().findings(Outcome.Kind.FAIL).stream()
                                    .map(Finding::rule)
                                    .map(rule -> rule.id().value())
                                    .distinct()
                                    .sorted()
                                    .toList(),
                            Stream.of(line.substring(line.indexOf("\"rules\"")).split("\"id\":\"", -1))
                                    .skip(1)
                                    .map(rest -> rest.substring(0, rest.indexOf('"')))
                                    .toList());
                }
            }
        }
    }

    @Test
    void aTamperedLayerCondemnsEveryImageThatHasIt() throws Exception {
        try (SyntheticRegistry registry = registry()) {
            int layer = 23;
            registry.tamper(layer);
            assertEquals(Summary.REJECTED, audit(arguments(registry)));
            assertEquals(LAYERS, registry.layerRequests(), "the wrong one is not read again either");
            int condemned = 0;
            List<String> lines = lines();
            for (int image = 0; image < IMAGES; image++) {
                String name = "\"" + registry.name(image) + "\"";
                String line = lines.stream()
                        .filter(each -> each.contains(name))
                        .findFirst()
                        .orElseThrow();
                assertEquals(registry.has(image, layer) ? "rejected" : "accepted", decision(line));
                assertEquals(registry.has(image, layer), line.contains("DIGEST_MISMATCH"));
                condemned += registry.has(image, layer) ? 1 : 0;
            }
            assertTrue(condemned > 1);
            assertTrue(page().contains("Wrong layers"));
            assertTrue(page().contains(registry.layerDigest(layer).toString()));
            assertTrue(page().contains("<td class=\"n\">" + condemned + "</td>"));
        }
    }

    @Test
    void imagesThatCannotBeReadAreIncompleteAndAreReadByTheNextRun() throws Exception {
        try (SyntheticRegistry registry = registry()) {
            registry.fail(7, true);
            registry.fail(8, true);
            assertEquals(Summary.INCOMPLETE, audit(arguments(registry)));
            assertEquals(
                    2,
                    lines().stream()
                            .filter(line -> decision(line).equals("incomplete"))
                            .count());
            assertTrue(page().contains("2 images are not decided on"));
            registry.fail(7, false);
            registry.fail(8, false);
            int before = registry.layerRequests();
            assertEquals(Summary.ACCEPTED, audit(arguments(registry)), this::progress);
            assertTrue(registry.layerRequests() - before <= 10, "other layers are known");
        }
    }

    @Test
    void aTagThatHasMovedIsReadAgainThoughAnotherImageCannotBeRead() throws Exception {
        try (SyntheticRegistry registry = registry()) {
            registry.fail(7, true);
            registry.tamper(23);
            assertEquals(Summary.REJECTED, audit(arguments(registry)));
            String before = line(registry.name(3));
            registry.move(3, 4);
            registry.mend(23);
            assertEquals(Summary.INCOMPLETE, audit(arguments(registry)), this::progress);
            String after = line(registry.name(3));
            assertNotEquals(digest(before), digest(after));
            assertEquals(digest(line(registry.name(4))), digest(after));
        }
    }

    @Test
    void signaturesAreLeftOutAndCountedAndARunnableImageUnderTheirTagIsNot() throws Exception {
        String tag = "sha256-" + "a".repeat(64);
        try (SyntheticRegistry registry = registry()) {
            String image = registry.manifestOf(5);
            registry.addTag(0, tag + ".sig", image.replaceAll("image\\.layer\\.v1\\.tar", "signature"));
            registry.addTag(0, tag + ".att", image);
            assertEquals(Summary.ACCEPTED, audit(arguments(registry)), this::progress);
            assertEquals(IMAGES + 1, lines().size());
            assertEquals("accepted", decision(line(registry.name(0).replaceFirst(":0$", ":" + tag + ".att"))));
            assertTrue(progress().contains("; 1 signatures and the like left out"), this::progress);
            assertTrue(page().contains("Left out: 1 tags"));
        }
    }

    private String line(String name) throws IOException {
        return lines().stream()
                .filter(line -> line.contains("\"" + name + "\""))
                .findFirst()
                .orElseThrow();
    }

    private static String digest(String line) {
        return line.replaceAll(".*?\"digest\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void imagesOfALayerThatCannotBeReadAreIncomplete() throws Exception {
        try (SyntheticRegistry registry = registry()) {
            int layer = 31;
            registry.refuse(layer, 403);
            assertEquals(Summary.INCOMPLETE, audit(arguments(registry)));
            List<String> lines = lines();
            for (int image = 0; image < IMAGES; image++) {
                String name = "\"" + registry.name(image) + "\"";
                String line = lines.stream()
                        .filter(each -> each.contains(name))
                        .findFirst()
                        .orElseThrow();
                assertEquals(registry.has(image, layer) ? "incomplete" : "accepted", decision(line));
            }
        }
    }

    @Test
    void theLimitsOfThePolicyHoldForLayers() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), "schemaVersion: 1\nlimits: {maxLayerBytes: " + LAYER_BYTES + "}\n");
        try (SyntheticRegistry registry = registry()) {
            assertEquals(Summary.REJECTED, audit(arguments(registry, "--policy", policy.toString())));
            for (String line : lines()) {
                assertEquals("rejected", decision(line));
                assertTrue(line.contains("LIMIT_EXCEEDED"), line);
            }
        }
    }

    @Test
    void anImageThatNeedsMoreMemoryThanItMayHaveIsIncomplete() throws Exception {
        Judge judge = Judge.of(new Settings("", "", "", "", null, List.of(), List.of(), 1_000, Instant.EPOCH));
        assertEquals(1_000, judge.verifier().mergeOptions().maxMemoryBytes());
        assertEquals(1_000, judge.layerVerifier().mergeOptions().maxMemoryBytes());
        assertEquals(Main.ERROR, audit("audit", "images", "--max-image-memory", "1000000"));
        assertEquals(Main.ERROR, audit("audit", "images", "--parallel", "1000000"));
    }

    @Test
    void aRegistryThatCannotBeListedIsIncomplete() {
        int status = audit(
                "audit",
                "docker://127.0.0.1:1/team/app",
                "--state",
                folder.resolve("state").toString(),
                "--output",
                folder.resolve("out").toString());
        assertEquals(Summary.INCOMPLETE, status);
    }

    @Test
    void foldersOfLayoutsAreAuditedAndATamperedOneIsRejected() throws Exception {
        String[] arguments = {
            "audit",
            "images",
            "--state",
            folder.resolve("state").toString(),
            "--output",
            folder.resolve("out").toString()
        };
        assertEquals(Summary.REJECTED, audit(arguments));
        List<String> lines = lines();
        assertTrue(lines.get(0).startsWith("{\"image\":\"oci:images/hello-tampered"), lines::toString);
        assertEquals("rejected", decision(lines.get(0)));
        assertTrue(lines.get(1).startsWith("{\"image\":\"oci:images/hello:1.0\""), lines::toString);
        assertEquals("accepted", decision(lines.get(1)));
    }

    @Test
    void aFolderWithOtherFilesIsNoState() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        Path precious = Files.writeString(state.resolve("images.log"), "mine");
        assertEquals(Main.ERROR, audit("audit", "images", "--state", state.toString(), "--output", folder.toString()));
        assertEquals("mine", Files.readString(precious));
    }

    @Test
    void aSourceThatIsNothingIsAUsageError() {
        assertEquals(
                Main.ERROR,
                audit(
                        "audit",
                        folder.resolve("none").toString(),
                        "--state",
                        folder.resolve("state").toString()));
        assertEquals(Main.ERROR, audit("audit"));
    }
}
