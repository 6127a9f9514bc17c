package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.internal.secret.SecretEngine;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.verify.KnownLayers;
import dev.tallyclerk.testing.SharedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers whose facts come from a store are judged as those that were read. */
class StoredFactsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);

    /** {@return the report on the image's files, and the files} */
    private static String judged(ImageSource source, ImageVerifier verifier) throws IOException {
        FileSystemAnalyzer analyzer = FileSystemAnalyzer.create();
        ImageVerification image = verifier.withAnalyzer(analyzer).verify(source);
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        JsonReporter.create()
                .write(
                        Auditor.of(Policy.defaults().withProfile(Profile.STRICT), FileSystemRules.ruleSet())
                                .withClock(CLOCK)
                                .audit(FileSystemSubject.allOf(image, analyzer)),
                        report);
        return image.checks() + "\n" + report.toString(StandardCharsets.UTF_8) + "\n"
                + image.files().stream()
                        .flatMap(files -> files.walk())
                        .map(file -> file.path() + " " + file.mode() + " " + file.uid() + " " + file.origin() + " "
                                + file.entry().map(entry -> entry.xattrNames() + " " + entry.paxRecords()))
                        .collect(Collectors.joining("\n"));
    }

    private static void assertJudgedAlike(ImageSource source, int layers) throws IOException {
        KnownLayers known = new KnownLayers();
        ImageVerifier storing = ImageVerifier.create().withLayerResults(known);
        String read = judged(source, ImageVerifier.create());
        assertEquals(read, judged(source, storing));
        assertEquals(0, known.found());
        assertEquals(read, judged(source, storing));
        assertTrue(known.found() >= layers, () -> known.found() + " layers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"image-audit/images/rocky9", "image-audit/images/alpine-npm", "image-audit/images/languages"})
    void seededImagesAreJudgedAlike(String folder) throws IOException {
        try (OciLayout layout = OciLayout.open(SharedData.require(folder));
                ImageSource source = layout.requireImage("latest")) {
            assertJudgedAlike(source, 1);
        }
    }

    @Test
    void theImageOfTheOracleIsJudgedAlike() throws IOException {
        try (OciLayout layout = OciLayout.open(SharedData.require("hardening/oracle/images/kitchen-sink.oci"));
                ImageSource source = layout.requireImage()) {
            assertJudgedAlike(source, 2);
        }
    }

    @Test
    void namesThatAreNotUtf8AndLongTextsAndDevicesAreKept() throws IOException {
        LayeredImage image = LayeredImage.of(
                new TestTar()
                        .entry(TestTar.Header.of("odd", '0').put(0, 4, new byte[] {'o', (byte) 0xff, (byte) 0x80, 'd'}))
                        .pax('x', TestTar.record("comment", "c".repeat(70_000)))
                        .file("commented", "a")
                        .entry(TestTar.Header.of("dev/tty9", '3').device(4, 9))
                        .hardLink("linked", "commented")
                        .pax('x', TestTar.record("SCHILY.xattr.user.a", new byte[] {0, 1, -1}))
                        .file("tagged", "b")
                        .file("root/.ssh/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"),
                new TestTar()
                        .whiteout("tagged")
                        .symbolicLink("link", "../../etc")
                        .directory("new"));
        try (ImageSource source = image.source()) {
            assertJudgedAlike(source, 2);
        }
    }

    @Test
    void contentForWhichOtherLayersLeaveNoRoomCountsAsNotRead() throws IOException {
        ImageAnalyzer<LayerFacts> collecting = () -> ImageAnalysis.<LayerFacts, LayerFacts>of(
                () -> new LayerCollector(
                        WantedPaths::contains,
                        new AtomicLong(10_000),
                        SecretEngine.builtIn(),
                        PackageFiles.ofLayers().get()),
                (image, layers) -> layers.get(0).value().orElseThrow());
        LayerFacts facts = ImageVerifier.create()
                .withAnalyzer(collecting)
                .verify(LayeredImage.of(new TestTar().file("etc/passwd", "a".repeat(1000)))
                        .source())
                .result(collecting)
                .orElseThrow();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        new LayerFactsFormat(new AtomicLong()).write(facts, new DataOutputStream(written));
        for (int room : new int[] {1000, 2000}) {
            LayerFacts.Kept kept = new LayerFactsFormat(new AtomicLong(room))
                    .read(new DataInputStream(new ByteArrayInputStream(written.toByteArray())))
                    .contents()
                    .get(0);
            assertEquals(room == 2000, kept != null && kept.content() != null);
        }
    }
}
