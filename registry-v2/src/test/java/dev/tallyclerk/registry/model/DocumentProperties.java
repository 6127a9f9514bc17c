package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tallyclerk.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Documents from strangers, whatever they are: read as what they are, or refused with a reason. */
class DocumentProperties {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();
    private static final List<String> DOCUMENTS = TestGenerators.documents();
    private static final String CONFIG = new String(
            ImageConfig.builder(Platform.parse("linux/arm/v7"))
                    .env("A", "b")
                    .label("k", "v")
                    .layer(Digest.sha256Of(new byte[0]))
                    .history(HistoryEntry.of("RUN x"))
                    .healthcheck(TestGenerators.healthchecks().sample())
                    .build()
                    .bytes(),
            StandardCharsets.UTF_8);

    /** Looks at all of a manifest, if there is one. */
    private static void readOrRefuse(byte[] document, String mediaType) {
        Manifest manifest;
        try {
            manifest = Manifest.parse(document, mediaType, LIMITS);
        } catch (MalformedDocumentException e) {
            assertNotNull(e.reason());
            assertFalse(e.rule().isEmpty());
            String message = String.valueOf(e.getMessage());
            assertFalse(message.length() > 2000, message);
            return;
        }
        assertArrayEquals(document, manifest.bytes());
        assertEquals(manifest, parsedAgain(manifest));
        assertNotNull(manifest.toString());
        manifest.<Integer>fold(
                image -> image.layers().hashCode() + image.config().hashCode(),
                index -> index.manifests().hashCode(),
                schema1 ->
                        schema1.layers().hashCode() + schema1.verifySignatures().hashCode());
    }

    private static Manifest parsedAgain(Manifest manifest) {
        try {
            return Manifest.parse(manifest.bytes(), manifest.mediaType(), LIMITS);
        } catch (MalformedDocumentException e) {
            throw new AssertionError("a document that was read is refused as what it was read as", e);
        }
    }

    private static byte[] mangled(String document, int where, int removed, String fragment) {
        int at = Math.floorMod(where, document.length() + 1);
        int end = Math.min(document.length(), at + removed);
        return (document.substring(0, at) + fragment + document.substring(end)).getBytes(StandardCharsets.UTF_8);
    }

    @Property(tries = 3000)
    void aMangledManifestIsReadOrRefused(
            @ForAll("documents") String document,
            @ForAll int where,
            @ForAll("lengths") int removed,
            @ForAll("fragments") String fragment,
            @ForAll("types") String type) {
        readOrRefuse(mangled(document, where, removed, fragment), type);
    }

    @Property(tries = 2000)
    void aManifestWithAByteChangedIsReadOrRefused(
            @ForAll("documents") String document, @ForAll int where, @ForAll byte value) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        bytes[Math.floorMod(where, bytes.length)] = value;
        readOrRefuse(bytes, "");
    }

    @Property
    void arbitraryBytesAreRefused(@ForAll byte[] bytes, @ForAll("types") String type) {
        readOrRefuse(bytes, type);
    }

    @Property(tries = 3000)
    void aMangledConfigurationIsReadOrRefused(
            @ForAll int where, @ForAll("lengths") int removed, @ForAll("fragments") String fragment) {
        byte[] document = mangled(CONFIG, where, removed, fragment);
        try {
            ImageConfig config = ImageConfig.parse(document, LIMITS);
            assertArrayEquals(document, config.bytes());
            assertEquals(config.diffIds().size(), config.chainIds().size());
            assertNotNull(config.toString());
        } catch (MalformedDocumentException e) {
            assertFalse(e.rule().isEmpty());
        }
    }

    @Provide
    Arbitrary<String> documents() {
        return Arbitraries.of(DOCUMENTS);
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.of(0, 1, 2, 5, 20, 100);
    }

    @Provide
    Arbitrary<String> fragments() {
        return TestGenerators.fragments();
    }

    @Provide
    Arbitrary<String> types() {
        return Arbitraries.of(
                "",
                MediaType.OCI_MANIFEST,
                MediaType.OCI_INDEX,
                MediaType.DOCKER_MANIFEST,
                MediaType.DOCKER_MANIFEST_LIST,
                MediaType.DOCKER_SCHEMA1,
                MediaType.DOCKER_SCHEMA1_SIGNED,
                "application/json",
                "\u0000");
    }
}
