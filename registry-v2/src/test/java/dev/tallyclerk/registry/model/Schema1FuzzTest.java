package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes are refused with a typed reason, or are a manifest of schema 1 that nobody can have signed but who signed a
 * seed.
 */
class Schema1FuzzTest {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();
    private static final Set<Digest> SIGNED = signedSeeds();

    @FuzzTest
    void parse(byte[] data) {
        Schema1Manifest signed = read(data, MediaType.DOCKER_SCHEMA1_SIGNED);
        Schema1Manifest plain = read(data, MediaType.DOCKER_SCHEMA1);
        for (Schema1Manifest manifest :
                Stream.of(signed, plain).filter(Objects::nonNull).toList()) {
            assertArrayEquals(data, manifest.bytes());
            assertEquals(Digest.sha256Of(manifest.payload()), manifest.digest());
            assertEquals(manifest.fsLayers().size(), manifest.layers().size());
            assertVerified(manifest);
        }
        if (signed != null && plain != null) {
            assertEquals(signed.digest(), plain.digest());
            assertEquals(signed.isSigned(), plain.isSigned());
        }
    }

    private static void assertVerified(Schema1Manifest manifest) {
        String result = manifest.verifySignatures()
                .fold(
                        trusted -> "trusted",
                        selfSigned -> "self-signed",
                        unsigned -> "unsigned",
                        invalid -> invalid.toString().length() < 1000 ? "invalid" : "too much");
        switch (result) {
            case "self-signed" -> assertTrue(SIGNED.contains(manifest.digest()), "somebody signed another manifest");
            case "unsigned" -> assertArrayEquals(manifest.bytes(), manifest.payload());
            default -> assertEquals("invalid", result);
        }
        assertEquals(result.equals("unsigned"), !manifest.isSigned());
    }

    private static @Nullable Schema1Manifest read(byte[] data, String mediaType) {
        try {
            return (Schema1Manifest) Manifest.parse(data, mediaType, LIMITS);
        } catch (MalformedDocumentException e) {
            assertTrue(e.toString().length() < 20_000);
            return null;
        }
    }

    private static Set<Digest> signedSeeds() {
        Set<Digest> digests = new HashSet<>();
        try {
            Path folder = Path.of(Objects.requireNonNull(
                            Schema1FuzzTest.class.getResource(Schema1FuzzTest.class.getSimpleName() + "Inputs"))
                    .toURI());
            try (Stream<Path> seeds = Files.walk(folder)) {
                for (Path seed : seeds.filter(Files::isRegularFile).toList()) {
                    Schema1Manifest manifest = read(Files.readAllBytes(seed), MediaType.DOCKER_SCHEMA1_SIGNED);
                    if (manifest != null && manifest.verifySignatures() instanceof Schema1Verification.SelfSigned) {
                        digests.add(manifest.digest());
                    }
                }
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        assertTrue(digests.size() >= 2, "there are no signed seeds");
        return digests;
    }
}
