package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.SourcePackage;
import dev.tallyclerk.registry.sbom.SbomException.Reason;
import dev.tallyclerk.testing.OptionSetters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SbomReaderTest {
    private static final String HEX = TestInventory.MANIFEST.encoded();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Sbom read(String document) throws SbomException {
        return SbomReader.create().read(bytes(document));
    }

    private static Reason refusal(String document) {
        return assertThrows(SbomException.class, () -> read(document)).reason();
    }

    private static String cyclonedx(String... components) {
        return "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[" + String.join(",", components)
                + "]}";
    }

    private static String component(String purl, String... properties) {
        StringBuilder out = new StringBuilder(
                "{\"type\":\"library\",\"name\":\"x\",\"version\":\"0\",\"purl\":\"" + purl + "\",\"properties\":[");
        for (int i = 0; i < properties.length; i += 2) {
            out.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"" + properties[i] + "\",\"value\":\"" + properties[i + 1] + "\"}");
        }
        return out.append("]}").toString();
    }

    private static String spdx(String packages, String others) {
        return "{\"spdxVersion\":\"SPDX-2.3\",\"name\":\"n\",\"documentNamespace\":\"urn:x\",\"packages\":[" + packages
                + "]" + others + "}";
    }

    private static InstalledPackage only(Sbom sbom) {
        assertEquals(1, sbom.inventory().packages().size(), sbom.inventory().toString());
        return sbom.inventory().packages().get(0);
    }

    private static String envelope(String payload) {
        return "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""
                + Base64.getEncoder().encodeToString(bytes(payload)) + "\",\"signatures\":[{\"sig\":\"AAAA\"}]}";
    }

    private static String statement(String predicateType, String predicate) {
        return "{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicate\":" + predicate
                + ",\"subject\":[{\"name\":\"a\",\"digest\":{\"sha256\":\"" + HEX + "\"}}],\"predicateType\":\""
                + predicateType + "\"}";
    }

    /** What a claim keeps of a package. */
    private static String known(InstalledPackage each) {
        return each + " " + each.path() + " " + each.layer() + " " + each.architecture() + " " + each.source() + " "
                + each.source().map(SourcePackage::epoch) + " " + each.modularityLabel() + " " + each.owner() + " "
                + each.purl().map(purl -> purl.coordinates());
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatWasWritten(SbomFormat format) throws SbomException {
        Sbom sbom = SbomReader.create().read(TestInventory.written(format, TestInventory.inventory()));
        assertEquals(format, sbom.format());
        assertEquals(
                TestInventory.packages().stream().map(SbomReaderTest::known).toList(),
                sbom.inventory().packages().stream().map(SbomReaderTest::known).toList());
        assertTrue(sbom.inventory().packages().stream().allMatch(each -> each.evidence() == Evidence.CLAIM));
        assertTrue(sbom.inventory().isComplete());
        assertEquals(
                "Debian GNU/Linux 13 (trixie)",
                sbom.inventory().distribution().orElseThrow().prettyName().orElseThrow());
        assertEquals(List.of(TestInventory.MANIFEST), sbom.subjects());
        assertFalse(sbom.isAttestation());
    }

    @ParameterizedTest
    @EnumSource
    void anIncompleteInventoryStaysIncomplete(SbomFormat format) throws SbomException {
        Inventory read = SbomReader.create()
                .read(TestInventory.written(format, TestInventory.incomplete()))
                .inventory();
        assertEquals(1, read.problems().size());
        assertTrue(read.problems().get(0).detail().contains("is cut off"), read.problems()::toString);
    }

    @ParameterizedTest
    @EnumSource
    void readsAttestations(SbomFormat format) throws SbomException {
        String document =
                new String(TestInventory.written(format, TestInventory.inventory()), StandardCharsets.UTF_8).strip();
        String statement = statement(format.predicateType(), document);
        String bundle = "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":"
                + envelope(statement) + "}";
        for (String each : List.of(statement, envelope(statement), bundle)) {
            Sbom sbom = read(each);
            assertTrue(sbom.isAttestation());
            assertEquals(List.of(TestInventory.MANIFEST), sbom.subjects());
            assertEquals(
                    TestInventory.packages().size(), sbom.inventory().packages().size());
        }
    }

    @Test
    void onlyThePredicateOfAStatementCounts() throws SbomException {
        String outer = statement("https://cyclonedx.org/bom", cyclonedx(component("pkg:npm/a@1")));
        String mixed = outer.substring(0, outer.length() - 1) + ",\"bomFormat\":\"CycloneDX\",\"components\":["
                + component("pkg:npm/b@1") + "]}";
        assertEquals("npm a 1", only(read(mixed)).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc|deb libc6 2.36-9|glibc 2.36-9",
                "pkg:deb/debian/gpgv@2.2?upstream=gnupg2%402.1|deb gpgv 2.2|gnupg2 2.1",
                "pkg:rpm/rhel/perl-Errno@1.30-4.el9?epoch=1&upstream=perl-5.32.1-4.el9.src.rpm"
                        + "|rpm perl-Errno 1:1.30-4.el9|perl 5.32.1-4.el9",
                "pkg:apk/alpine/libssl3@3.3.0-r2?upstream=openssl|apk libssl3 3.3.0-r2|openssl 3.3.0-r2",
                "pkg:npm/%40a/b@1|npm @a/b 1|",
                "pkg:maven/g/a@1|maven g:a 1|",
                "pkg:deb/debian/libc6@2.36-9|deb libc6 2.36-9|",
            })
    void readsPackageUrlsOfSyft(String purl, String text, String source) throws SbomException {
        InstalledPackage each = only(read(cyclonedx(component(purl))));
        assertEquals(text, each.toString());
        assertEquals(
                source == null ? "" : source,
                each.source().map(Object::toString).orElse(""));
    }

    @Test
    void aDocumentThatNamesSourcesLeavesOutThoseOfTheSameName() throws SbomException {
        Sbom sbom = read(cyclonedx(
                component("pkg:deb/debian/bash@5.2?distro=debian-12"),
                component("pkg:deb/debian/libc6@2.36?distro=debian-12&upstream=glibc")));
        assertEquals(
                List.of("bash 5.2", "glibc 2.36"),
                sbom.inventory().packages().stream()
                        .map(each -> each.source().orElseThrow().toString())
                        .toList());
        assertEquals("debian 12", sbom.inventory().distribution().orElseThrow().toString());
    }

    @Test
    void readsPropertiesOfTrivy() throws SbomException {
        String system = "{\"type\":\"operating-system\",\"name\":\"debian\",\"version\":\"12.5\"}";
        Sbom sbom = read(cyclonedx(
                system,
                component(
                        "pkg:rpm/rocky/perl@1-2.el9?arch=x86_64&distro=rocky-9.3",
                        "aquasecurity:trivy:SrcName",
                        "perl-src",
                        "aquasecurity:trivy:SrcVersion",
                        "5.1",
                        "aquasecurity:trivy:SrcRelease",
                        "2.el9",
                        "aquasecurity:trivy:SrcEpoch",
                        "4")));
        assertEquals("perl-src 5.1-2.el9", only(sbom).source().orElseThrow().toString());
        assertEquals(4, only(sbom).source().orElseThrow().epoch().orElseThrow());
        assertEquals("debian 12", sbom.inventory().distribution().orElseThrow().toString());
    }

    @Test
    void distributionsThatDisagreeAreNone() throws SbomException {
        Sbom sbom = read(cyclonedx(
                component("pkg:deb/debian/a@1?distro=debian-12"), component("pkg:deb/debian/b@1?distro=debian-13")));
        assertTrue(sbom.inventory().distribution().isEmpty());
    }

    @Test
    void componentsWithinComponentsCount() throws SbomException {
        String nested =
                "{\"type\":\"application\",\"name\":\"lock\",\"components\":[" + component("pkg:npm/a@1") + "]}";
        assertEquals("npm a 1", only(read(cyclonedx(nested))).toString());
    }

    @Test
    void whatHasNoPackageUrlIsAProblem() throws SbomException {
        Sbom sbom = read(cyclonedx(
                "{\"type\":\"library\",\"name\":\"mystery\"}",
                "{\"type\":\"application\",\"name\":\"redis\",\"version\":\"7\"}",
                "{\"type\":\"application\",\"name\":\"package-lock.json\"}",
                "{\"type\":\"file\",\"name\":\"/etc/passwd\"}",
                component("pkg:nonsense")));
        assertTrue(sbom.inventory().packages().isEmpty());
        assertEquals(
                List.of(
                        InventoryProblem.Reason.UNSUPPORTED,
                        InventoryProblem.Reason.UNSUPPORTED,
                        InventoryProblem.Reason.MALFORMED),
                sbom.inventory().problems().stream()
                        .map(InventoryProblem::reason)
                        .toList());
    }

    @Test
    void theSubjectOfADocumentIsNoPackage() throws SbomException {
        String subject = "{\"SPDXID\":\"SPDXRef-root\",\"name\":\"image\",\"versionInfo\":\"sha256:" + HEX + "\"}";
        String other = "{\"SPDXID\":\"SPDXRef-other\",\"name\":\"other\"}";
        String relation =
                ",\"relationships\":[{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relationshipType\":\"DESCRIBES\","
                        + "\"relatedSpdxElement\":\"SPDXRef-root\"}]";
        Sbom sbom = read(spdx(subject + "," + other, relation));
        assertEquals(List.of(Digest.parse("sha256:" + HEX)), sbom.subjects());
        assertEquals(1, sbom.inventory().problems().size());
        assertTrue(sbom.inventory().problems().get(0).detail().contains("other"));
        assertEquals("n", sbom.name());
        assertEquals("urn:x", sbom.identifier());
    }

    @Test
    void readsSpdxOfTrivy() throws SbomException {
        Sbom sbom = read(spdx(
                "{\"SPDXID\":\"SPDXRef-1\",\"name\":\"libc6\",\"versionInfo\":\"2.36-9\","
                        + "\"sourceInfo\":\"built package from: glibc 2.36-9\",\"primaryPackagePurpose\":\"LIBRARY\","
                        + "\"externalRefs\":[{\"referenceCategory\":\"SECURITY\",\"referenceType\":\"cpe23Type\","
                        + "\"referenceLocator\":\"cpe:2.3:a\"},{\"referenceCategory\":\"PACKAGE-MANAGER\","
                        + "\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:deb/debian/libc6@2.36-9\"}]},"
                        + "{\"SPDXID\":\"SPDXRef-2\",\"name\":\"alpine\",\"versionInfo\":\"3.21.0\","
                        + "\"primaryPackagePurpose\":\"OPERATING-SYSTEM\"}",
                ""));
        assertEquals("glibc 2.36-9", only(sbom).source().orElseThrow().toString());
        assertEquals(
                "alpine 3.21.0", sbom.inventory().distribution().orElseThrow().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "opensuse.leap, 15.6, opensuse-leap",
        "redhat, 9.4, rhel",
        "alma, 9.4, almalinux",
        "rocky, 9.4, rocky",
        "debian, 13, debian"
    })
    void knowsDistributionsByTheNamesThatTrivyGivesThem(String name, String version, String id) throws SbomException {
        Distribution distribution = read(cyclonedx(
                        "{\"type\":\"operating-system\",\"name\":\"" + name + "\",\"version\":\"" + version + "\"}"))
                .inventory()
                .distribution()
                .orElseThrow();
        assertEquals(id, distribution.id());
        assertEquals(version, distribution.versionId().orElseThrow());
    }

    @Test
    void readsTheLayersThatTrivyStates() throws SbomException {
        String lower = TestInventory.LAYER.toString();
        String upper = TestInventory.UPPER.toString();
        String one = "{\"name\":\"aquasecurity:trivy:DiffID\",\"value\":\"";
        List<Digest> both = List.of(TestInventory.LAYER, TestInventory.UPPER);
        assertEquals(both, layers(one + lower + "\"}," + one + upper + "\"}"));
        assertEquals(both, layers(one + lower + "," + upper + "\"}"));
        String container =
                "{\"SPDXID\":\"SPDXRef-ContainerImage-1\",\"name\":\"app\",\"primaryPackagePurpose\":\"CONTAINER\",";
        String describes = ",\"documentDescribes\":[\"SPDXRef-ContainerImage-1\"]";
        String texts =
                "\"attributionTexts\":[\"SchemaVersion: 2\",\"DiffID: " + lower + "\",\"DiffID: " + upper + "\"]}";
        assertEquals(both, read(spdx(container + texts, describes)).layers());
        String comments =
                "\"annotations\":[{\"comment\":\"DiffID: " + lower + "\"},{\"comment\":\"DiffID: " + upper + "\"}]}";
        assertEquals(both, read(spdx(container + comments, describes)).layers());
        assertEquals(List.of(), layers(one + lower + ",\"}"));
        assertEquals(List.of(), layers(one + (lower + ",").repeat(1000) + upper + "\"}"));
    }

    private static List<Digest> layers(String properties) throws SbomException {
        return read("{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"component\":{\"name\":\"app\",\"properties\":["
                        + properties + "]}}}")
                .layers();
    }

    @Test
    void aByteOrderMarkIsSkipped() throws SbomException {
        assertEquals(SbomFormat.CYCLONEDX, read("\ufeff" + cyclonedx()).format());
    }

    @Test
    void aLayerThatIsNotStatedIsTheDocument() throws SbomException {
        String document = cyclonedx(component("pkg:npm/a@1", "tallyclerk:layer:number", "3"));
        assertEquals(0, only(read(document)).layer().index());
        assertEquals(
                Digest.sha256Of(bytes(document)), only(read(document)).layer().diffId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"/>",
                "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n",
                "{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",\"@graph\":[]}",
                "{\"spdxVersion\":\"SPDX-3.0\"}",
                "{\"predicateType\":\"https://spdx.dev/Document\",\"predicate\":\"SPDXVersion: SPDX-2.3\"}"
            })
    void saysThatAFormatIsNotRead(String document) {
        assertEquals(Reason.UNSUPPORTED, refusal(document));
    }

    @Test
    void otherDocumentsAreToldApart() {
        assertEquals(Reason.OTHER_DOCUMENT, refusal("{\"schemaVersion\":2}"));
        assertEquals(Reason.OTHER_DOCUMENT, refusal(statement("https://slsa.dev/provenance/v1", "{}")));
        assertEquals(Reason.OTHER_DOCUMENT, refusal(envelope(statement("https://slsa.dev/provenance/v1", "{}"))));
        assertEquals(Reason.OTHER_DOCUMENT, refusal(envelope(envelope(cyclonedx()))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"bomFormat\":\"CycloneDX\",\"components\":{}}",
                "{\"bomFormat\":\"CycloneDX\",\"components\":[1]}",
                "{\"bomFormat\":\"CycloneDX\",\"bomFormat\":\"CycloneDX\"}",
                "{\"bomFormat\":\"CycloneDX\",\"components\":[],\"components\":[]}",
                "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"purl\":\"pkg:npm/a@1\",\"purl\":\"pkg:npm/b@1\"}]}",
                "{\"payload\":\"***\"}"
            })
    void refusesMalformedDocuments(String document) {
        assertEquals(Reason.MALFORMED, refusal(document));
    }

    @Test
    void valuesOfTheWrongTypeAreAbsent() throws SbomException {
        Sbom sbom = read("{\"bomFormat\":\"CycloneDX\",\"specVersion\":1.6,\"serialNumber\":null,\"metadata\":[],"
                + "\"components\":[{\"type\":1,\"name\":[],\"purl\":{},\"properties\":{},\"components\":1,"
                + "\"evidence\":[]}]}");
        assertEquals("", sbom.specVersion());
        assertEquals(1, sbom.inventory().problems().size());
    }

    @Test
    void limitsAreKept() {
        SbomLimits limits = SbomLimits.defaults();
        byte[] document = TestInventory.written(SbomFormat.CYCLONEDX, TestInventory.inventory());
        for (SbomLimits each : List.of(limits.withMaxDocumentBytes(1000), limits.withMaxMemoryBytes(2000))) {
            SbomException e = assertThrows(
                    SbomException.class,
                    () -> SbomReader.create().withLimits(each).read(document));
            assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        }
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(cyclonedx("{\"components\":[".repeat(100))));
        assertEquals(Set.of(), OptionSetters.checkAllOf(limits));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxMemoryBytes(0));
    }

    @Test
    void manyProblemsAreCounted() throws SbomException {
        String[] components = new String[150];
        Arrays.fill(components, "{\"type\":\"library\",\"name\":\"a\"}");
        List<InventoryProblem> problems =
                read(cyclonedx(components)).inventory().problems();
        assertEquals(101, problems.size());
        assertTrue(problems.get(100).detail().startsWith("50 more packages"));
    }

    @Test
    void opensFilesWithinTheLimit(@TempDir Path folder) throws IOException {
        byte[] document = TestInventory.written(SbomFormat.SPDX, TestInventory.inventory());
        Path file = Files.write(folder.resolve("a.spdx.json"), document);
        SbomLimits exact = SbomLimits.defaults().withMaxDocumentBytes(document.length);
        assertEquals(
                TestInventory.packages().size(),
                SbomReader.create()
                        .withLimits(exact)
                        .open(file)
                        .inventory()
                        .packages()
                        .size());
        SbomLimits less = exact.withMaxDocumentBytes(document.length - 1);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(
                                SbomException.class,
                                () -> SbomReader.create().withLimits(less).open(file))
                        .reason());
        assertThrows(IOException.class, () -> SbomReader.create().open(folder.resolve("none")));
    }
}
