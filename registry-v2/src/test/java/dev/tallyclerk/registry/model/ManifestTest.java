package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final String CONFIG =
            "{\"mediaType\":\"" + MediaType.OCI_CONFIG + "\",\"digest\":\"" + DIGEST + "\",\"size\":2}";
    private static final String LAYER =
            "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"" + DIGEST + "\",\"size\":3}";
    private static final String MANIFEST = "{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"layers\":[" + LAYER + "]}";

    private static Manifest parse(String text) throws MalformedDocumentException {
        return Manifest.parse(text.getBytes(StandardCharsets.UTF_8), DocumentLimits.defaults());
    }

    private static MalformedDocumentException refusal(String text) {
        return assertThrows(MalformedDocumentException.class, () -> parse(text), text);
    }

    private static ImageManifest image(Manifest manifest) {
        return assertInstanceOf(ImageManifest.class, manifest);
    }

    private static ImageIndex index(Manifest manifest) {
        return assertInstanceOf(ImageIndex.class, manifest);
    }

    @Test
    void keepsTheExactBytesAndTheirDigest() throws MalformedDocumentException {
        byte[] bytes = (" " + MANIFEST + "\n").getBytes(StandardCharsets.UTF_8);
        Manifest manifest = Manifest.parse(bytes, DocumentLimits.defaults());
        assertArrayEquals(bytes, manifest.bytes());
        assertEquals(Digest.sha256Of(bytes), manifest.digest());
        bytes[0] = 'x';
        manifest.bytes()[1] = 'x';
        assertEquals(' ', manifest.bytes()[0]);
        assertEquals('{', manifest.bytes()[1]);
    }

    @Test
    void readsAManifestAndItsDescriptors() throws MalformedDocumentException {
        ImageManifest manifest = image(parse(MANIFEST));
        assertEquals(MediaType.OCI_MANIFEST, manifest.mediaType());
        assertEquals(Descriptor.of(MediaType.OCI_CONFIG, Digest.parse(DIGEST), 2), manifest.config());
        assertEquals(3, manifest.layers().get(0).size());
        assertTrue(manifest.isImage());
        assertTrue(manifest.subject().isEmpty() && manifest.artifactType().isEmpty());
    }

    @Test
    void readsEmptyTypesAsAbsentAndSaysSo() throws MalformedDocumentException {
        Manifest manifest = parse("{\"mediaType\":\"\",\"artifactType\":\"\"," + MANIFEST.substring(1));
        assertEquals(MediaType.OCI_MANIFEST, manifest.mediaType());
        assertTrue(image(manifest).artifactType().isEmpty());
        assertEquals(
                List.of("/mediaType", "/artifactType"),
                manifest.deviations().stream().map(Deviation::pointer).toList());
        assertEquals(List.of(), parse(MANIFEST).deviations());
        String described = MANIFEST.replace("}]}", ",\"artifactType\":\"\"}]}");
        assertTrue(image(parse(described)).layers().get(0).artifactType().isEmpty());
    }

    @Test
    void readsAnIndexAndItsPlatforms() throws MalformedDocumentException {
        ImageIndex index = index(parse("{\"schemaVersion\":2,\"manifests\":["
                + CONFIG.replace(MediaType.OCI_CONFIG, "a/b")
                + ","
                + CONFIG.replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\"}}")
                + ","
                + CONFIG.replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}}")
                + "]}"));
        assertEquals(MediaType.OCI_INDEX, index.mediaType());
        assertEquals(
                index.manifests().get(2),
                index.manifestFor(Platform.parse("linux/arm")).orElseThrow());
        assertEquals(
                index.manifests().get(1),
                index.manifestFor(Platform.parse("linux/arm/v6")).orElseThrow());
        assertTrue(index.manifestFor(Platform.parse("linux/amd64")).isEmpty());
    }

    @Test
    void takesAManifestThatSaysNothingOfAPlatformIfNothingElseIsForIt() throws MalformedDocumentException {
        String silent = CONFIG.replace(MediaType.OCI_CONFIG, MediaType.OCI_MANIFEST);
        String amd64 = silent.replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}");
        String artifact = silent.replace("}", ",\"artifactType\":\"a/b\"}");
        ImageIndex index = index(parse("{\"schemaVersion\":2,\"manifests\":[" + CONFIG + "," + artifact + "," + silent
                + "," + silent + "," + amd64 + "]}"));
        assertSame(
                index.manifests().get(4),
                index.manifestFor(Platform.parse("linux/amd64")).orElseThrow());
        assertSame(
                index.manifests().get(2),
                index.manifestFor(Platform.parse("linux/arm64")).orElseThrow());
        assertTrue(index(parse("{\"schemaVersion\":2,\"manifests\":[" + CONFIG + "," + artifact + "]}"))
                .manifestFor(Platform.parse("linux/amd64"))
                .isEmpty());
    }

    @Test
    void findsAPlatformBehindEntriesOfUnknownTypesAndInIndexesThatSayNothingOfOne() throws MalformedDocumentException {
        String amd64 = CONFIG.replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}");
        ImageIndex index = index(parse("{\"schemaVersion\":2,\"manifests\":["
                + CONFIG.replace(MediaType.OCI_CONFIG, MediaType.OCI_MANIFEST) + ","
                + CONFIG.replace(MediaType.OCI_CONFIG, MediaType.OCI_INDEX) + ","
                + amd64.replace(MediaType.OCI_CONFIG, "a/b") + ","
                + amd64.replace(MediaType.OCI_CONFIG, MediaType.DOCKER_MANIFEST) + "]}"));
        assertEquals(
                index.manifests().get(3),
                index.manifestFor(Platform.parse("linux/amd64")).orElseThrow());
        assertEquals(
                index.manifests().get(1),
                index.manifestFor(Platform.parse("linux/arm64")).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | WRONG_TYPE",
                "{} | MISSING_MEMBER",
                "{\"schemaVersion\":2} | MISSING_MEMBER",
                "{\"schemaVersion\":\"2\"} | WRONG_TYPE",
                "{\"schemaVersion\":2.0} | WRONG_TYPE",
                "{\"schemaVersion\":3} | BAD_VALUE",
                "{\"schemaVersion\":1} | MISSING_MEMBER",
                "{\"schemaVersion\":2,\"manifests\":{}} | WRONG_TYPE",
                "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]} | AMBIGUOUS",
                "{\"schemaVersion\":2,\"manifests\":[],\"config\":{}} | AMBIGUOUS",
                "{\"schemaVersion\":2,\"manifests\":[],\"fsLayers\":[]} | AMBIGUOUS",
                "{\"schemaVersion\":2,\"manifests\":[],\"Manifests\":[]} | CASE_VARIANT_MEMBER",
                "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]} | DUPLICATE_MEMBER",
                "{\"schemaVersion\":2,\"mediaType\":\"text/plain\",\"manifests\":[]} | UNSUPPORTED",
                "{\"schemaVersion\":2,\"mediaType\":\"nonsense\",\"manifests\":[]} | BAD_VALUE",
                "{\"schemaVersion\":2,\"manifests\":[]}{} | NOT_JSON",
            })
    void refusesWithAReason(String text, Reason reason) {
        assertEquals(reason, refusal(text).reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"size\":2 | \"size\":-1 | BAD_VALUE | /config/size",
                "\"size\":2 | \"size\":2.5 | WRONG_TYPE | /config/size",
                "\"size\":2 | \"size\":99999999999999999999 | BAD_VALUE | /config/size",
                "\"size\":2 | \"Size\":2 | CASE_VARIANT_MEMBER | /config/Size",
                "sha256:0 | sha256:../ | BAD_VALUE | /config/digest",
                "\"size\":2 | \"size\":2,\"urls\":[\"file:///etc/passwd\"] | BAD_VALUE | /config/urls/0",
                "\"size\":2 | \"size\":2,\"data\":\"e30=\" | BAD_VALUE | /config/data",
                "\"size\":2 | \"size\":2,\"data\":\"e30\" | BAD_VALUE | /config/data",
                "\"size\":2 | \"size\":2,\"data\":\"%%\" | BAD_VALUE | /config/data",
                "\"size\":2 | \"size\":2,\"annotations\":{\"a\":1} | WRONG_TYPE | /config/annotations/a",
                "\"size\":2 | \"size\":2,\"platform\":{\"os\":\"linux\"} | MISSING_MEMBER | /config/platform/architecture",
            })
    void refusesADescriptorAndSaysWhere(String from, String to, Reason reason, String pointer) {
        var e = refusal(MANIFEST.replaceFirst(from, to));
        assertEquals(reason, e.reason());
        assertEquals(pointer, e.pointer());
    }

    @Test
    void acceptsDataThatIsTheContent() throws MalformedDocumentException {
        String descriptor = "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\""
                + Digest.sha256Of("{}".getBytes(StandardCharsets.UTF_8)) + "\",\"size\":2,\"data\":\"e30=\"}";
        assertEquals(
                2,
                image(parse(MANIFEST.replace(CONFIG, descriptor + ",\"artifactType\":\"a/b\"")))
                        .config()
                        .size());
    }

    @Test
    void announcedTypeAndOwnTypeMustAgree() throws MalformedDocumentException {
        byte[] own = MANIFEST.replace("{\"schema", "{\"mediaType\":\"" + MediaType.DOCKER_MANIFEST + "\",\"schema")
                .getBytes(StandardCharsets.UTF_8);
        DocumentLimits limits = DocumentLimits.defaults();
        assertEquals(
                MediaType.DOCKER_MANIFEST,
                Manifest.parse(own, MediaType.DOCKER_MANIFEST, limits).mediaType());
        for (String other : List.of(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX, "application/json")) {
            var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(own, other, limits));
            assertEquals(Reason.AMBIGUOUS, e.reason());
        }
        byte[] silent = MANIFEST.getBytes(StandardCharsets.UTF_8);
        var e = assertThrows(
                MalformedDocumentException.class, () -> Manifest.parse(silent, MediaType.OCI_INDEX, limits));
        assertEquals(Reason.AMBIGUOUS, e.reason());
    }

    @Test
    void refusesTooManyDescriptors() {
        DocumentLimits limits = DocumentLimits.defaults().withMaxDescriptors(1);
        byte[] two = MANIFEST.replace(LAYER, LAYER + "," + LAYER).getBytes(StandardCharsets.UTF_8);
        var e = assertThrows(MalformedDocumentException.class, () -> Manifest.parse(two, limits));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Property
    void anyBytesAreRefusedWithAReason(@ForAll byte[] bytes) {
        assertThrows(MalformedDocumentException.class, () -> Manifest.parse(bytes, DocumentLimits.defaults()));
    }

    @Property
    void aManifestWithAnyByteChangedIsReadOrRefused(@ForAll int position, @ForAll byte value) {
        byte[] bytes = MANIFEST.getBytes(StandardCharsets.UTF_8);
        bytes[Math.floorMod(position, bytes.length)] = value;
        try {
            assertArrayEquals(
                    bytes, Manifest.parse(bytes, DocumentLimits.defaults()).bytes());
        } catch (MalformedDocumentException e) {
            assertTrue(e.reason() != null);
        }
    }
}
