package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that somebody made to disturb the audit of others, beside a good one. */
class HostileFleetTest {
    private static final String LAYER = "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":"
            + "\"sha256:adc9db80f830d296d8fa1708d0cc91767e7771961a37270d417b44bdedfa153d\",\"size\":190}";
    private static final String DIFF_ID = "sha256:181d92014b740c6754bd8160014d01d275bd4208240c1c3d294ac3e8903c216d";
    private static final int LAYER_BYTES = 190;
    private static final int ALL_BYTES = LAYER_BYTES + 196;

    @TempDir
    Path folder;

    private AuditedFleet fleet;
    private WrittenLayout layout;
    private String origin;

    @BeforeEach
    void aLayoutHasAGoodImage() throws IOException {
        fleet = new AuditedFleet(folder);
        Path path = folder.resolve("layout");
        origin = "oci:" + path;
        layout = WrittenLayout.in(path).entry("good", WrittenLayout.hello(), "");
    }

    private int audit() {
        return fleet.audit(origin);
    }

    private static String manifest(String more) {
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"," + more + "}";
    }

    /** {@return the manifest of an image that has one layer again and again} */
    private String repeating(List<String> diffIds) throws IOException {
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + String.join("\",\"", diffIds) + "\"]}}";
        return manifest("\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"," + layout.blob(config)
                + "},\"layers\":[" + (LAYER + ",").repeat(diffIds.size() - 1) + LAYER + "]");
    }

    @Test
    void anyNameIsOneLineAndNoMarkup() throws Exception {
        List<String> names = List.of(
                "nul\u0000",
                "../../etc/passwd",
                "<script>alert(1)</script>",
                "turned\u202eeman",
                "two\nlines",
                "\"quoted\"",
                "host/a:b@c",
                "\u00fcml\u00e4ut",
                " ");
        for (String name : names) {
            layout.entry(name, WrittenLayout.hello(), "");
        }
        assertEquals(Summary.ACCEPTED, audit(), fleet::progress);
        assertEquals(names.size() + 1, fleet.lines().size());
        for (String name : names) {
            assertEquals("accepted", fleet.decision(origin + ":" + name));
        }
        String page = fleet.page();
        assertFalse(page.contains("<script>"), page);
        assertTrue(page.contains("&lt;script&gt;alert(1)"), page);
        assertTrue(page.codePoints().allMatch(c -> c == '\n' || (c >= ' ' && c != 0x202e)), page);
    }

    @Test
    void anEntryThatSaysItIsAnArtifactIsListedIfAnEngineRunsIt() throws Exception {
        String type = ",\"artifactType\":\"application/vnd.example.signature\"";
        layout.entry("hidden", WrittenLayout.hello(), type);
        layout.entry("sha256-" + "a".repeat(64), WrittenLayout.hello(), "");
        String config = "\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\"," + layout.blob("{}") + "}";
        layout.entry(
                "signature",
                manifest("\"artifactType\":\"application/vnd.example.signature\"," + config + ",\"layers\":[]"),
                type);
        assertEquals(Summary.ACCEPTED, audit(), fleet::progress);
        assertEquals(3, fleet.lines().size());
        assertEquals("accepted", fleet.decision(origin + ":hidden"));
        assertEquals("accepted", fleet.decision(origin + ":sha256-" + "a".repeat(64)));
        assertTrue(fleet.progress().contains("; 1 signatures and the like left out"), fleet::progress);
    }

    @Test
    void aSignatureWithoutNameAndListedTypeIsSeenAndIsNoImage() throws Exception {
        String type = "application/vnd.cncf.notary.signature";
        String subject = "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + layout.blob(WrittenLayout.hello()) + "}";
        String empty = "{\"mediaType\":\"application/vnd.oci.empty.v1+json\"," + layout.blob("{}") + "}";
        layout.entry(
                "",
                manifest("\"artifactType\":\"" + type + "\",\"config\":" + empty + ",\"layers\":[" + empty
                        + "],\"subject\":" + subject),
                "");
        assertEquals(Summary.ACCEPTED, audit(), fleet::progress);
        assertEquals(1, fleet.lines().size());
        assertTrue(fleet.line(origin + ":good").contains("\"signed\":\"yes\""), fleet.line(origin + ":good"));
        assertTrue(fleet.progress().contains("; 1 signatures and the like left out"), fleet::progress);
    }

    @Test
    void aLargeConfigurationOfAnArtifactIsNotKept() throws Exception {
        String config = layout.blob(new byte[(int) RecordedImage.LARGEST + 1]);
        layout.entry(
                "large",
                manifest("\"artifactType\":\"application/vnd.example\",\"config\":{\"mediaType\":"
                        + "\"application/vnd.example.config\"," + config + "},\"layers\":[]"),
                "");
        assertEquals(Summary.INCOMPLETE, audit(), fleet::progress);
        assertEquals("accepted", fleet.decision(origin + ":good"));
        assertTrue(fleet.line(origin + ":large").contains("too large"), fleet.line(origin + ":large"));
    }

    @Test
    void aLayerIsReadAFewTimesHoweverManyThingsItIsPromisedToBe() throws Exception {
        List<String> diffIds = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            diffIds.add(
                    Digest.sha256Of(("" + i).getBytes(StandardCharsets.UTF_8)).toString());
        }
        diffIds.set(500, DIFF_ID);
        layout.entry("bad", repeating(diffIds), "");
        assertEquals(Summary.REJECTED, audit(), fleet::progress);
        assertEquals("accepted", fleet.decision(origin + ":good"));
        assertEquals("rejected", fleet.decision(origin + ":bad"));
        assertTrue(fleet.line(origin + ":bad").contains("DIFF_ID_MISMATCH"));
        // Once to see what it is, once more because that was promised too, and once to look into it.
        assertTrue(fleet.progress().contains(ALL_BYTES + 2 * LAYER_BYTES + " bytes hashed"), fleet::progress);
        assertFalse(fleet.page().contains(origin + ":good</code></li></ul></td>"), "no row of a wrong layer has it");
    }

    @Test
    void everyPromiseOfAnUnknownAlgorithmIsOneLook() throws Exception {
        List<String> diffIds = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            diffIds.add("other" + i + ":" + "a".repeat(64));
        }
        layout.entry("bad", repeating(diffIds), "");
        assertEquals(Summary.INCOMPLETE, audit(), fleet::progress);
        assertEquals("accepted", fleet.decision(origin + ":good"));
        assertTrue(fleet.progress().contains(ALL_BYTES + LAYER_BYTES + " bytes hashed"), fleet::progress);
    }

    @Test
    void sizesThatNobodyHasVerifiedAreNotInTheSummary() throws Exception {
        for (String name : List.of("huge-1", "huge-2")) {
            layout.entry(
                    name,
                    WrittenLayout.hello().replaceFirst("\"size\":190\\}", "\"size\":" + Long.MAX_VALUE / 2 + "}"),
                    "");
        }
        assertEquals(Summary.REJECTED, audit(), fleet::progress);
        assertTrue(
                fleet.progress()
                        .contains(
                                "distinct layers have " + ALL_BYTES + " bytes, the layers of all images " + ALL_BYTES),
                fleet::progress);
        assertTrue(fleet.line(origin + ":good").contains("\"verified\":true"));
        assertTrue(fleet.line(origin + ":huge-1").contains("\"verified\":false"));
        assertTrue(fleet.page().contains("No images share a layer."));
    }
}
