package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.sbom.SbomException.Reason;
import dev.tallyclerk.testing.WrongTypes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that are wrong in each place, whose elements refer to each other in circles, or whose URLs are none. */
class HostileSbomTest {
    private static Sbom read(String document) throws SbomException {
        return SbomReader.create().read(document.getBytes(StandardCharsets.UTF_8));
    }

    private static Sbom ofPurl(String escaped) throws SbomException {
        return read("{\"bomFormat\":\"CycloneDX\",\"components\":[{\"type\":\"library\",\"name\":\"a\",\"purl\":\""
                + escaped + "\"}]}");
    }

    @ParameterizedTest
    @EnumSource
    void aDocumentWithAWrongTypeIsReadOrRefused(SbomFormat format) throws SbomException {
        DescribedImage image =
                TestInventory.image().withBase(new DescribedImage.BaseImage("debian:12", TestInventory.MANIFEST));
        Inventory inventory = Inventory.of(TestInventory.packages().subList(0, 1))
                .withProblems(TestInventory.incomplete().problems());
        String document =
                new String(TestInventory.written(SbomWriter.of(format), image, inventory), StandardCharsets.UTF_8);
        List<String> variants = WrongTypes.of(document);
        assertTrue(variants.size() > 500);
        for (String variant : variants) {
            try {
                Inventory read = read(variant).inventory();
                assertTrue(read.packages().stream().allMatch(each -> each.evidence() == Evidence.CLAIM), variant);
            } catch (SbomException e) {
                assertTrue(String.valueOf(e.getMessage()).length() < 1000, variant);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkg:",
                "pkg:/",
                "pkg:npm",
                "pkg:npm/",
                "pkg:/a@1",
                "npm/a@1",
                "http://npm/a@1",
                "pkg:npm/a@1?x",
                "pkg:npm/a@1?=x",
                "pkg:npm/a@1?x=1&X=2",
                "pkg:npm/a@%",
                "pkg:npm/a@%zz",
                "pkg:npm/%ff@1",
                "pkg:npm/a%2fb/c@1",
                "pkg:n pm/a@1",
                "pkg:1npm/a@1",
                "pkg:npm/@1"
            })
    void aMalformedPackageUrlIsAProblem(String purl) throws SbomException {
        Sbom sbom = ofPurl(purl);
        assertEquals(0, sbom.inventory().packages().size(), purl);
        assertEquals(1, sbom.inventory().problems().size(), purl);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkg:npm/a@1?",
                "pkg:npm/a@1?arch=",
                "pkg:npm/a@1#",
                "pkg:npm/a@1#/",
                "pkg:npm/a@1#../..",
                "pkg://npm/a@1",
                "PKG:npm/a@1",
                "pkg:NPM/a@1",
                "pkg:npm/a@1/",
                "pkg:npm//a@1",
                "pkg:npm/@scope/a@1",
                "pkg:npm/a@\\u0000\\ud83d\\ude00"
            })
    void whatToolsWriteIsRead(String purl) throws SbomException {
        assertEquals(1, ofPurl(purl).inventory().packages().size(), purl);
    }

    @Property(tries = 500)
    void anyPackageUrlIsAPackageOrAProblem(@ForAll String text) throws SbomException {
        String escaped = text.chars()
                .mapToObj(
                        each -> String.format(Locale.ROOT, "\\u%04x", Character.isSurrogate((char) each) ? '?' : each))
                .collect(Collectors.joining());
        Sbom sbom = ofPurl("pkg:npm/" + escaped);
        boolean isNothing = text.isBlank();
        int known =
                sbom.inventory().packages().size() + sbom.inventory().problems().size();
        assertTrue(known == 1 || isNothing, () -> sbom.inventory().problems().toString());
    }

    @Test
    void relationsInCirclesAreNotFollowed() throws SbomException {
        String components =
                "\"components\":[{\"bom-ref\":\"a\",\"type\":\"library\",\"name\":\"a\",\"purl\":\"pkg:npm/a@1\"}]";
        String circle = IntStream.range(0, 5000)
                .mapToObj(i -> "{\"ref\":\"a" + i + "\",\"dependsOn\":[\"a" + (i + 1) % 5000 + "\",\"a\"]}")
                .collect(Collectors.joining(","));
        assertEquals(
                1,
                read("{\"bomFormat\":\"CycloneDX\"," + components + ",\"dependencies\":[" + circle + "]}")
                        .inventory()
                        .packages()
                        .size());
        for (String type : List.of("CONTAINS", "DEPENDS_ON", "DESCENDANT_OF", "ANCESTOR_OF")) {
            String relations = IntStream.range(0, 5000)
                    .mapToObj(i -> "{\"spdxElementId\":\"SPDXRef-" + i + "\",\"relationshipType\":\"" + type
                            + "\",\"relatedSpdxElement\":\"SPDXRef-" + (i + 1) % 5000 + "\"}")
                    .collect(Collectors.joining(","));
            Sbom sbom = read(
                    "{\"spdxVersion\":\"SPDX-2.3\",\"documentDescribes\":[\"SPDXRef-0\"],\"packages\":[{\"SPDXID\":"
                            + "\"SPDXRef-1\",\"name\":\"debian:12\",\"primaryPackagePurpose\":\"CONTAINER\"}],\"relationships\":["
                            + relations + "]}");
            assertEquals(type.equals("DESCENDANT_OF"), sbom.base().isPresent(), type);
        }
    }

    @Test
    void aComponentThatIsListedAgainAndAgainIsOnePackage() throws SbomException {
        String component = "{\"bom-ref\":\"a\",\"type\":\"library\",\"name\":\"a\",\"purl\":\"pkg:npm/a@1\"}";
        String twin = component.replace("a@1", "b@1");
        Sbom sbom =
                read("{\"bomFormat\":\"CycloneDX\",\"components\":[" + (component + ",").repeat(1000) + twin + "]}");
        assertEquals(2, sbom.inventory().packages().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"bomFormat\":\"CycloneDX\",\"components\":[],\"components\":[]}",
                "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"purl\":\"pkg:npm/a@1\",\"purl\":\"pkg:npm/b@1\"}]}",
                "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"a\",\"n\\u0061me\":\"b\"}]}"
            })
    void aMemberThatIsThereTwiceIsRefused(String document) {
        assertEquals(
                Reason.MALFORMED,
                assertThrows(SbomException.class, () -> read(document)).reason());
    }
}
