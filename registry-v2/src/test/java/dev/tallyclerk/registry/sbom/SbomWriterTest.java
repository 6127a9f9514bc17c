package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SbomWriterTest {
    private static JsonCursor json(byte[] document) throws JsonException {
        return JsonCursor.parse(document, JsonLimits.ofBytes(1 << 20));
    }

    private static JsonCursor cyclonedx() throws JsonException {
        return json(TestInventory.written(SbomFormat.CYCLONEDX, TestInventory.inventory()));
    }

    private static JsonCursor component(String name) throws JsonException {
        for (JsonCursor each : cyclonedx().required("components").elements()) {
            if (each.required("name").string().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no component " + name);
    }

    private static Map<String, String> properties(JsonCursor component) throws JsonException {
        Map<String, String> properties = new TreeMap<>();
        for (JsonCursor each : component.required("properties").elements()) {
            properties.put(
                    each.required("name").string(), each.required("value").string());
        }
        return properties;
    }

    @ParameterizedTest
    @EnumSource
    void theSameImageGivesTheSameBytes(SbomFormat format) {
        byte[] first = TestInventory.written(format, TestInventory.inventory());
        assertArrayEquals(first, TestInventory.written(format, TestInventory.inventory()));
        assertArrayEquals(
                TestInventory.written(
                        SbomWriter.of(format),
                        TestInventory.image().withRepository(Reference.parse("example.org/a:1")),
                        TestInventory.inventory()),
                TestInventory.written(
                        SbomWriter.of(format),
                        TestInventory.image().withRepository(Reference.parse("example.org/a:2")),
                        TestInventory.inventory()));
    }

    @ParameterizedTest
    @EnumSource
    void onlyAStatedTimeIsWritten(SbomFormat format) {
        String at = "2027-01-02T03:04:05Z";
        SbomWriter writer = SbomWriter.of(format).withCreated(Instant.parse("2027-01-02T03:04:05.678Z"));
        String dated = new String(
                TestInventory.written(writer, TestInventory.image(), TestInventory.inventory()),
                StandardCharsets.UTF_8);
        assertTrue(dated.contains(at), dated);
        String undated = new String(TestInventory.written(format, TestInventory.inventory()), StandardCharsets.UTF_8);
        assertEquals(format == SbomFormat.SPDX, undated.contains("\"2026-10-01T10:20:30Z\""), undated);
        assertFalse(undated.contains("timestamp"), undated);
    }

    @Test
    void theSerialNumberComesFromTheDigest() throws JsonException {
        String serial = cyclonedx().required("serialNumber").string();
        assertTrue(serial.matches("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        Digest other = Digest.sha256Of(new byte[] {1});
        assertNotEquals(NamedUuid.of("CycloneDX", TestInventory.MANIFEST), NamedUuid.of("CycloneDX", other));
        assertEquals("urn:uuid:" + NamedUuid.of("CycloneDX", TestInventory.MANIFEST), serial);
    }

    @Test
    void aComponentNamesItsFileLayerEvidenceAndSource() throws JsonException {
        JsonCursor libc = component("libc6");
        assertEquals("1:2.41-12+b1", libc.required("version").string());
        assertEquals(
                "pkg:deb/debian/libc6@1:2.41-12%2Bb1?arch=amd64&distro=debian-13&upstream=glibc%401:2.41-12",
                libc.required("purl").string());
        assertEquals(
                "var/lib/dpkg/status",
                libc.required("evidence")
                        .required("occurrences")
                        .element(0)
                        .required("location")
                        .string());
        assertEquals(
                Map.of(
                        "tallyclerk:layer:diffId",
                        TestInventory.LAYER.toString(),
                        "tallyclerk:layer:number",
                        "1",
                        "tallyclerk:package:architecture",
                        "amd64",
                        "tallyclerk:package:evidence",
                        "database",
                        "tallyclerk:package:path",
                        "var/lib/dpkg/status",
                        "tallyclerk:package:type",
                        "deb",
                        "tallyclerk:source:name",
                        "glibc",
                        "tallyclerk:source:version",
                        "1:2.41-12"),
                properties(libc));
        assertEquals("org.example", component("lib").required("group").string());
        assertEquals("claim", properties(component("claimed")).get("tallyclerk:package:evidence"));
    }

    @Test
    void namesTheSourceAsScannersLookForIt() {
        List<String> purls = TestInventory.packages().stream()
                .flatMap(each -> ListedPackages.purl(each).stream())
                .map(Object::toString)
                .filter(purl -> purl.startsWith("pkg:deb") || purl.startsWith("pkg:rpm"))
                .toList();
        assertEquals(
                List.of(
                        "pkg:deb/debian/libc6@1:2.41-12%2Bb1?arch=amd64&distro=debian-13&upstream=glibc%401:2.41-12",
                        "pkg:deb/debian/python3-six@1.17.0-1?arch=all&distro=debian-13",
                        "pkg:rpm/rocky/perl-Errno@1.30-481.el9?arch=x86_64&epoch=1"
                                + "&upstream=perl-5.32.1-481.el9.src.rpm"),
                purls);
    }

    @Test
    void whatIsPartOfAnotherPackageIsRelatedToIt() throws JsonException {
        JsonCursor document = cyclonedx();
        Map<String, String> names = new TreeMap<>();
        for (JsonCursor each : document.required("components").elements()) {
            names.put(each.required("bom-ref").string(), each.required("name").string());
        }
        Map<String, Set<String>> relations = new TreeMap<>();
        for (JsonCursor each : document.required("dependencies").elements()) {
            Set<String> parts = new TreeSet<>();
            for (String ref : each.strings("dependsOn")) {
                parts.add(names.get(ref));
            }
            String ref = each.required("ref").string();
            relations.put(names.getOrDefault(ref, ref), parts);
        }
        assertEquals(Set.of("six"), relations.get("python3-six"));
        assertEquals(Set.of("lib"), relations.get("app"));
        assertEquals(Set.of("image", "python3-six", "app"), relations.keySet());
        Set<String> image = relations.getOrDefault("image", Set.of());
        assertEquals(9, image.size());
        assertFalse(image.contains("six"));
        assertTrue(image.contains("debian"));
    }

    @Test
    void saysWhetherPackagesMayBeMissing() throws JsonException {
        assertEquals("unknown", aggregate(TestInventory.inventory()));
        assertEquals("incomplete", aggregate(TestInventory.incomplete()));
    }

    private static String aggregate(Inventory inventory) throws JsonException {
        return json(TestInventory.written(SbomFormat.CYCLONEDX, inventory))
                .required("compositions")
                .element(0)
                .required("aggregate")
                .string();
    }

    @Test
    void theImageHasItsRepositoryAndItsBase() throws JsonException {
        DescribedImage image = TestInventory.image()
                .withRepository(Reference.parse("ghcr.io/Team/app".toLowerCase(Locale.ROOT)))
                .withBase(new DescribedImage.BaseImage("debian:13", TestInventory.LAYER));
        byte[] written = TestInventory.written(SbomWriter.of(SbomFormat.CYCLONEDX), image, TestInventory.inventory());
        JsonCursor component = json(written).required("metadata").required("component");
        assertEquals(
                "pkg:oci/app@" + TestInventory.MANIFEST + "?arch=amd64&repository_url=ghcr.io%2Fteam%2Fapp",
                component.required("purl").string());
        assertEquals(
                "pkg:oci/debian@" + TestInventory.LAYER + "?repository_url=docker.io%2Flibrary%2Fdebian",
                component
                        .required("pedigree")
                        .required("ancestors")
                        .element(0)
                        .required("purl")
                        .string());
        assertEquals(TestInventory.UPPER.toString(), properties(component).get("tallyclerk:image:layer:2"));
    }

    @Test
    void spdxRelatesTheImageItsBaseAndItsPackages() throws JsonException {
        DescribedImage image =
                TestInventory.image().withBase(new DescribedImage.BaseImage("debian:13", TestInventory.LAYER));
        JsonCursor document =
                json(TestInventory.written(SbomWriter.of(SbomFormat.SPDX), image, TestInventory.inventory()));
        List<String> relations = new ArrayList<>();
        for (JsonCursor each : document.required("relationships").elements()) {
            relations.add(each.required("spdxElementId").string() + " "
                    + each.required("relationshipType").string() + " "
                    + each.required("relatedSpdxElement").string());
        }
        assertEquals("SPDXRef-DOCUMENT DESCRIBES SPDXRef-image", relations.get(0));
        assertEquals("SPDXRef-image DESCENDANT_OF SPDXRef-base-image", relations.get(1));
        assertEquals("SPDXRef-image CONTAINS SPDXRef-operating-system", relations.get(2));
        assertEquals(3 + TestInventory.packages().size(), relations.size());
    }

    @Test
    void twoEqualPackagesHaveTheirOwnIdentifiers() {
        InstalledPackage each = TestInventory.packages().get(0);
        ListedPackages listed = new ListedPackages(List.of(each, each));
        assertEquals(2, listed.byId().size());
    }
}
