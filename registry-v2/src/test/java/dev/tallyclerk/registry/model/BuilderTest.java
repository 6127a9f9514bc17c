package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuilderTest {
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final Descriptor CONFIG = Descriptor.of(MediaType.OCI_CONFIG, Digest.parse(DIGEST), 1);
    private static final Descriptor LAYER =
            Descriptor.of("application/vnd.oci.image.layer.v1.tar+gzip", Digest.parse(DIGEST), 2);

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void writesMembersInTheOrderOfTheSpecification() {
        Descriptor full = Descriptor.empty()
                .withPlatform(
                        Platform.of("linux", "arm", "v7").withOsVersion("1").withOsFeatures(List.of("f")))
                .withArtifactType("a/b")
                .withAnnotations(Map.of("\ud83d\ude00", "2", "\uff5e", "1", "a", "\"\u0001\u00e9"))
                .withUrls(List.of("https://example.test/"));
        String written = text(ImageManifest.builder(CONFIG)
                .annotation("k", "v")
                .subject(full)
                .layer(LAYER)
                .artifactType("x/y")
                .build()
                .bytes());
        assertEquals(
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"artifactType\":\"x/y\","
                        + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
                        + DIGEST
                        + "\",\"size\":1},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\""
                        + DIGEST + "\",\"size\":2}],\"subject\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\","
                        + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2,"
                        + "\"urls\":[\"https://example.test/\"],\"annotations\":{\"a\":\"\\\"\\u0001\u00e9\",\"\uff5e\":\"1\","
                        + "\"\ud83d\ude00\":\"2\"},\"data\":\"e30=\",\"artifactType\":\"a/b\",\"platform\":{\"architecture\":\"arm\","
                        + "\"os\":\"linux\",\"os.version\":\"1\",\"os.features\":[\"f\"],\"variant\":\"v7\"}},\"annotations\":{\"k\":\"v\"}}",
                written);
    }

    @Test
    void whatWasWrittenDescribesItselfForWhoRefersToIt() throws IOException {
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64")).build();
        assertEquals(Descriptor.ofContent(MediaType.OCI_CONFIG, config.bytes()), config.descriptor());
        ImageManifest manifest = ImageManifest.builder(config.descriptor()).build();
        assertEquals(Descriptor.ofContent(MediaType.OCI_MANIFEST, manifest.bytes()), manifest.descriptor());
        ImageIndex index = ImageIndex.builder()
                .mediaType(MediaType.DOCKER_MANIFEST_LIST)
                .manifest(manifest.descriptor())
                .build();
        assertEquals(Descriptor.ofContent(MediaType.DOCKER_MANIFEST_LIST, index.bytes()), index.descriptor());
    }

    @Test
    void writesWhatSkopeoAndBuildahWrote() throws IOException {
        // Their members stand in another order here and there, so the typed views are compared.
        ImageManifest docker = (ImageManifest)
                Manifest.parse(TestDocuments.read("schema2-ed.manifest.json"), DocumentLimits.defaults());
        ImageManifest.Builder manifest = ImageManifest.builder(docker.config()).mediaType(docker.mediaType());
        docker.layers().forEach(manifest::layer);
        assertEquals(docker.layers(), manifest.build().layers());
        assertEquals(MediaType.DOCKER_MANIFEST, manifest.build().mediaType());
        for (String name : List.of("docker-multi.manifestlist.json", "oci-multi.index.json")) {
            ImageIndex list = (ImageIndex) Manifest.parse(TestDocuments.read(name), DocumentLimits.defaults());
            ImageIndex.Builder index = ImageIndex.builder().mediaType(list.mediaType());
            list.manifests().forEach(index::manifest);
            assertEquals(list.manifests(), index.build().manifests());
        }
        byte[] oci = TestDocuments.read("oci-artifact-referrer-sbom.manifest.json");
        ImageManifest artifact = (ImageManifest) Manifest.parse(oci, DocumentLimits.defaults());
        ImageManifest.Builder copy = ImageManifest.builder(artifact.config())
                .artifactType(artifact.artifactType().orElseThrow())
                .subject(artifact.subject().orElseThrow());
        artifact.layers().forEach(copy::layer);
        artifact.annotations().forEach(copy::annotation);
        assertArrayEquals(oci, copy.build().bytes());
    }

    @Test
    void writesAConfigurationInTheOrderOfTheSpecification() {
        ImageConfig config = ImageConfig.builder(Platform.parse("linux/amd64"))
                .created(Instant.parse("2026-11-25T00:00:00Z"))
                .env("A", "b")
                .label("k", "v")
                .volumes(List.of("/b", "/a", "/b"))
                .layer(Digest.parse(DIGEST))
                .history(HistoryEntry.of("RUN x").withEmptyLayer(true))
                .build();
        assertEquals(
                "{\"created\":\"2026-11-25T00:00:00Z\",\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"],"
                        + "\"Volumes\":{\"/a\":{},\"/b\":{}},\"Labels\":{\"k\":\"v\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + DIGEST + "\"]},\"history\":[{\"created_by\":\"RUN x\",\"empty_layer\":true}]}",
                text(config.bytes()));
    }

    @Test
    void keepsMembersOfDescriptorsThatItDoesNotKnow() throws IOException {
        String entry =
                "{\"mediaType\":\"a/b\",\"digest\":\"" + DIGEST + "\",\"size\":1,\"platform\":{\"architecture\":\"a\","
                        + "\"os\":\"o\",\"features\":[\"f\"]},\"new\":[1.0,null]}";
        String index =
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + entry + "]}";
        ImageIndex read =
                (ImageIndex) Manifest.parse(index.getBytes(StandardCharsets.UTF_8), DocumentLimits.defaults());
        assertEquals(
                index,
                text(ImageIndex.builder()
                        .manifest(read.manifests().get(0))
                        .build()
                        .bytes()));
        // A descriptor that is changed keeps them too.
        Descriptor changed = read.manifests().get(0).withAnnotations(Map.of("k", "v"));
        assertEquals(Map.of("new", "[1.0,null]"), changed.unknownMembers());
    }

    @Test
    void refusesWhatWouldBreakARule() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageManifest.builder(Descriptor.empty()).layer(LAYER).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageManifest.builder(CONFIG).mediaType(MediaType.OCI_INDEX));
        assertThrows(IllegalArgumentException.class, () -> ImageIndex.builder().mediaType(MediaType.OCI_MANIFEST));
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageManifest.builder(CONFIG)
                        .layer(LAYER)
                        .annotation("a", "\ud800")
                        .build());
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageIndex.builder().artifactType("none").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageManifest.builder(CONFIG)
                        .mediaType(MediaType.DOCKER_MANIFEST)
                        .annotation("a", "b")
                        .build());
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageIndex.builder()
                        .mediaType(MediaType.DOCKER_MANIFEST_LIST)
                        .subject(LAYER)
                        .build());
        Platform linux = Platform.parse("linux/amd64");
        assertThrows(
                IllegalArgumentException.class, () -> ImageConfig.builder(linux).env("a=b", ""));
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageConfig.builder(linux)
                        .created(Instant.parse("+10000-01-01T00:00:00Z"))
                        .build());
        assertThrows(IllegalArgumentException.class, () -> LAYER.withUrls(List.of("file:///x")));
        assertThrows(IllegalArgumentException.class, () -> LAYER.withArtifactType("x"));
        assertThrows(IllegalArgumentException.class, () -> LAYER.withData(new byte[2]));
        assertThrows(IllegalArgumentException.class, () -> Descriptor.of("x y", LAYER.digest(), 0));
        assertThrows(IllegalArgumentException.class, () -> Descriptor.of("x/y", LAYER.digest(), -1));
        assertThrows(
                IllegalArgumentException.class, () -> DocumentLimits.defaults().withMaxDepth(1001));
        assertThrows(
                IllegalArgumentException.class, () -> DocumentLimits.defaults().withMaxSignatures(0));
    }

    @Test
    void aDockerImageFromScratchHasNoLayer() {
        assertTrue(ImageManifest.builder(CONFIG)
                .mediaType(MediaType.DOCKER_MANIFEST)
                .build()
                .layers()
                .isEmpty());
    }
}
