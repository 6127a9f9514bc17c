package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.SharedData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.model.Bom;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.spdx.core.InvalidSPDXAnalysisException;
import org.spdx.jacksonstore.MultiFormatStore;
import org.spdx.library.SpdxModelFactory;
import org.spdx.library.model.v2.SpdxDocument;
import org.spdx.storage.simple.InMemSpdxStore;

/** The projects CycloneDX and SPDX accept what is written: by the schema, and by the libraries. */
class SbomPeersTest {
    private static final Digest BASE = Digest.sha256Of("base".getBytes(StandardCharsets.UTF_8));

    private static void assertValid(DescribedImage image, Inventory inventory, SbomWriter cyclonedx, SbomWriter spdx)
            throws IOException, ParseException, InvalidSPDXAnalysisException {
        byte[] bom = TestInventory.written(cyclonedx, image, inventory);
        assertEquals(List.of(), new JsonParser().validate(bom, Version.VERSION_16));
        Bom parsed = new JsonParser().parse(bom);
        int others = inventory.distribution().isPresent() ? 1 : 0;
        assertEquals(
                inventory.packages().size() + others, parsed.getComponents().size());

        byte[] document = TestInventory.written(spdx, image, inventory);
        SpdxDocument read = spdx(document);
        assertEquals(List.of(), read.verify());
        assertEquals(1, read.getDocumentDescribes().size());
    }

    @SuppressWarnings("resource") // the store is in memory
    static SpdxDocument spdx(byte[] document) throws IOException, InvalidSPDXAnalysisException {
        SpdxModelFactory.init();
        return new MultiFormatStore(new InMemSpdxStore(), MultiFormatStore.Format.JSON)
                .deSerialize(new ByteArrayInputStream(document), false);
    }

    @Test
    void bothFormatsAreValid() throws Exception {
        SbomWriter cyclonedx = SbomWriter.of(SbomFormat.CYCLONEDX);
        SbomWriter spdx = SbomWriter.of(SbomFormat.SPDX);
        assertValid(TestInventory.image(), TestInventory.inventory(), cyclonedx, spdx);
        assertValid(TestInventory.image(), Inventory.of(List.of()), cyclonedx, spdx);
        DescribedImage named = TestInventory.image()
                .withRepository(Reference.parse("registry.example.org/team/app:1"))
                .withBase(new DescribedImage.BaseImage("docker.io/library/debian:13", BASE));
        Instant now = Instant.parse("2026-11-24T01:02:03.4Z");
        assertValid(named, TestInventory.incomplete(), cyclonedx.withCreated(now), spdx.withCreated(now));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deb13", "distroless13", "alpine-npm", "rocky9", "leap156", "rocky8", "languages"})
    void documentsOfRealImagesAreValidAndReadBack(String image) throws Exception {
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        ImageVerification verification = ImageVerifier.create()
                .withAnalyzer(analyzer)
                .verify(OciLayout.open(SharedData.require("image-audit/images/" + image))
                        .image()
                        .orElseThrow());
        Inventory inventory = verification.result(analyzer).orElseThrow();
        DescribedImage described = DescribedImage.of(verification);
        assertValid(described, inventory, SbomWriter.of(SbomFormat.CYCLONEDX), SbomWriter.of(SbomFormat.SPDX));
        for (SbomFormat format : SbomFormat.values()) {
            Sbom sbom = SbomReader.create().read(TestInventory.written(SbomWriter.of(format), described, inventory));
            assertEquals(
                    inventory.packages().size(), sbom.inventory().packages().size());
            SbomComparison comparison = SbomComparison.of(sbom.inventory(), inventory);
            assertEquals(List.of(), comparison.differences());
            assertEquals(List.of(described.digest()), sbom.subjects());
        }
    }

    @Test
    void thePeersRefuseWhatIsWrong() throws Exception {
        String bom = new String(
                TestInventory.written(SbomFormat.CYCLONEDX, TestInventory.inventory()), StandardCharsets.UTF_8);
        byte[] unknown = bom.replace("\"library\"", "\"librarian\"").getBytes(StandardCharsets.UTF_8);
        assertFalse(new JsonParser().validate(unknown, Version.VERSION_16).isEmpty());
        String document =
                new String(TestInventory.written(SbomFormat.SPDX, TestInventory.inventory()), StandardCharsets.UTF_8);
        byte[] undated = document.replace("2026-10-01T10:20:30Z", "yesterday").getBytes(StandardCharsets.UTF_8);
        assertFalse(spdx(undated).verify().isEmpty());
    }
}
