package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.sbom.DescribedImage.BaseImage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClaimedBaseTest {
    private static final String DIGEST = TestInventory.MANIFEST.toString();
    private static final String IN_URL = DIGEST.replace(":", "%3A");

    private static Sbom read(String document) throws SbomException {
        return SbomReader.create()
                .read(document.replace('\'', '"')
                        .replace("DIGEST", DIGEST)
                        .replace("IN-URL", IN_URL)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static String base(Sbom sbom) {
        return sbom.base().map(ClaimedBase::toString).orElse("").replace(DIGEST, "DIGEST");
    }

    private static Sbom ancestors(String ancestors) throws SbomException {
        return read("{'bomFormat':'CycloneDX','metadata':{'component':{'type':'container','name':'app','pedigree':"
                + "{'ancestors':[" + ancestors + "]}}}}");
    }

    private static Sbom spdx(String packages, String relationships) throws SbomException {
        return read("{'relationships':[" + relationships + "],'spdxVersion':'SPDX-2.3','documentDescribes':["
                + "'SPDXRef-app'],'packages':[{'SPDXID':'SPDXRef-app','name':'app'}," + packages + "]}");
    }

    private static String relation(String from, String type, String to) {
        return "{'spdxElementId':'" + from + "','relationshipType':'" + type + "','relatedSpdxElement':'" + to + "'}";
    }

    @ParameterizedTest
    @EnumSource
    void readsTheBaseThatWasWritten(SbomFormat format) throws SbomException {
        DescribedImage image = TestInventory.image()
                .withBase(new BaseImage("registry.example.test/team/base:12", TestInventory.MANIFEST));
        Sbom sbom = SbomReader.create()
                .read(TestInventory.written(SbomWriter.of(format), image, TestInventory.inventory()));
        assertEquals("registry.example.test/team/base:12@DIGEST", base(sbom));
        assertFalse(sbom.base().orElseThrow().isLabel());
        Sbom nameless = SbomReader.create()
                .read(TestInventory.written(
                        SbomWriter.of(format),
                        image.withBase(new BaseImage("", TestInventory.MANIFEST)),
                        TestInventory.inventory()));
        assertEquals("DIGEST", base(nameless));
        assertTrue(SbomReader.create()
                .read(TestInventory.written(format, TestInventory.inventory()))
                .base()
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "'name':'debian:12'                                    | docker.io/library/debian:12",
                "'name':'debian','version':'12'                        | docker.io/library/debian:12",
                "'name':'debian','version':'DIGEST'                    | docker.io/library/debian@DIGEST",
                "'name':'debian:12@DIGEST'                             | docker.io/library/debian:12@DIGEST",
                "'name':'x','purl':'pkg:oci/debian@IN-URL?repository_url=r.test/debian&tag=12' | r.test/debian:12@DIGEST",
                "'name':'r.test/debian:13','purl':'pkg:oci/debian@IN-URL?repository_url=r.test%2Fdebian'"
                        + " | r.test/debian:13@DIGEST",
                "'name':'r.test/debian','purl':'pkg:oci/debian@IN-URL?repository_url=r.test/debian'"
                        + " | r.test/debian@DIGEST",
                "'name':'debian','purl':'pkg:docker/debian@12'         | docker.io/library/debian:12",
                "'name':'a','purl':'pkg:docker/team/app@IN-URL?repository_url=gcr.io' | gcr.io/team/app@DIGEST",
                "'name':'not a name','version':'DIGEST'                | DIGEST",
                "'name':'not a name'                                   | ##",
                "'name':'debian','version':'not a tag'                 | docker.io/library/debian",
                "'name':'debian','purl':'pkg:oci/'                     | docker.io/library/debian",
            })
    void namesAreReadAsToolsWriteThem(String members, String expected) throws SbomException {
        assertEquals(expected, base(ancestors("{'type':'container'," + members + "}")));
    }

    @Test
    void onlyImagesAreBases() throws SbomException {
        assertEquals(
                "", base(ancestors("{'type':'library','name':'left-pad','version':'1','purl':'pkg:npm/left-pad@1'}")));
        assertEquals(
                "r.test/a@DIGEST",
                base(ancestors("{'type':'library','name':'left-pad','version':'1'},"
                        + "{'type':'application','name':'a','purl':'pkg:oci/a@IN-URL?repository_url=r.test/a'}")));
    }

    @Test
    void basesThatDisagreeAreNone() throws SbomException {
        String debian = "{'type':'container','name':'debian:12'}";
        assertEquals("", base(ancestors(debian + ",{'type':'container','name':'debian:13'}")));
        assertEquals("docker.io/library/debian:12", base(ancestors(debian + "," + debian)));
    }

    @ParameterizedTest
    @CsvSource({"syft:image:labels:", "aquasecurity:trivy:Labels:"})
    void readsLabelsThatToolsFound(String prefix) throws SbomException {
        String label = "{'name':'" + prefix + "org.opencontainers.image.base.";
        String properties = "'properties':[" + label + "name','value':'debian:12'}," + label
                + "digest','value':'DIGEST'}," + label + "other','value':'x'}]";
        for (String metadata : new String[] {
            properties + ",'component':{'type':'container','name':'app'}",
            "'component':{'type':'container','name':'app'," + properties + "}"
        }) {
            Sbom sbom = read("{'bomFormat':'CycloneDX','metadata':{" + metadata + "}}");
            assertEquals("docker.io/library/debian:12@DIGEST", base(sbom));
            assertTrue(sbom.base().orElseThrow().isLabel());
        }
    }

    @Test
    void readsWhatAnImageOfSpdxDescendsFrom() throws SbomException {
        String base = "{'SPDXID':'SPDXRef-base','name':'debian','externalRefs':[{'referenceType':'purl',"
                + "'referenceLocator':'pkg:oci/debian@IN-URL?repository_url=r.test/debian&tag=12'}]}";
        String expected = "r.test/debian:12@DIGEST";
        assertEquals(expected, base(spdx(base, relation("SPDXRef-app", "DESCENDANT_OF", "SPDXRef-base"))));
        assertEquals(expected, base(spdx(base, relation("SPDXRef-base", "ANCESTOR_OF", "SPDXRef-app"))));
        assertEquals("", base(spdx(base, relation("SPDXRef-base", "DESCENDANT_OF", "SPDXRef-app"))));
        assertEquals("", base(spdx(base, relation("SPDXRef-app", "CONTAINS", "SPDXRef-base"))));
        assertEquals("", base(spdx(base, relation("SPDXRef-app", "DESCENDANT_OF", "SPDXRef-none"))));
        assertEquals("", base(spdx(base, relation("SPDXRef-app", "DESCENDANT_OF", "SPDXRef-app"))));
        String container = "{'SPDXID':'SPDXRef-base','name':'debian:12','primaryPackagePurpose':'CONTAINER'}";
        assertEquals(
                "docker.io/library/debian:12",
                base(spdx(container, relation("SPDXRef-app", "DESCENDANT_OF", "SPDXRef-base"))));
        String other = base.replace("SPDXRef-base", "SPDXRef-other").replace("tag=12", "tag=13");
        assertEquals(
                "",
                base(spdx(
                        base + "," + other,
                        relation("SPDXRef-app", "DESCENDANT_OF", "SPDXRef-base") + ","
                                + relation("SPDXRef-app", "DESCENDANT_OF", "SPDXRef-other"))));
    }

    @Test
    void readsTheBaseThatKonfluxMarks() throws SbomException {
        String annotations = "'annotations':[{'comment':'{ \\'name\\': \\'konflux:container:is_base_image\\', "
                + "\\'value\\': \\'true\\' }'}]";
        String base = "{'SPDXID':'SPDXRef-base','name':'r.test/ubi','externalRefs':[{'referenceType':'purl',"
                + "'referenceLocator':'pkg:oci/ubi@IN-URL?repository_url=r.test/ubi'}]";
        String builder = base.replace("ubi", "go").replace("SPDXRef-base", "SPDXRef-builder") + "}";
        assertEquals("r.test/ubi@DIGEST", base(spdx(builder + "," + base + "," + annotations + "}", "")));
        assertEquals("", base(spdx(builder + "," + base + "}", "")));
    }
}
