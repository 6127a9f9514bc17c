package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.MalformedDocumentException.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Any bytes are refused with a typed reason, or are a manifest of one kind whatever they were announced as. */
class ManifestFuzzTest {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();
    private static final List<String> ANNOUNCED = List.of(
            MediaType.OCI_MANIFEST,
            MediaType.OCI_INDEX,
            MediaType.DOCKER_MANIFEST,
            MediaType.DOCKER_MANIFEST_LIST,
            MediaType.DOCKER_SCHEMA1,
            MediaType.DOCKER_SCHEMA1_SIGNED,
            "text/plain");

    @FuzzTest
    void parse(byte[] data) {
        Optional<Manifest> alone;
        try {
            alone = Optional.of(read(data, ""));
        } catch (MalformedDocumentException e) {
            assertTrue(e.toString().length() < 20_000);
            if (Set.of(Reason.NOT_JSON, Reason.LIMIT_EXCEEDED).contains(e.reason())) {
                return;
            }
            alone = Optional.empty();
        }
        Map<Class<?>, Manifest> kinds = new HashMap<>();
        for (String announced : ANNOUNCED) {
            try {
                Manifest manifest = read(data, announced);
                kinds.put(manifest.getClass(), manifest);
                alone.filter(other -> announced.equals(other.mediaType()))
                        .ifPresent(other -> assertEquals(other, manifest));
            } catch (MalformedDocumentException e) {
                assertTrue(e.toString().length() < 20_000);
            }
        }
        assertTrue(kinds.size() <= 1, () -> "one document is read as " + kinds);
        alone.ifPresent(manifest -> assertEquals(Set.of(manifest.getClass()), kinds.keySet()));
    }

    private static Manifest read(byte[] data, String announced) throws MalformedDocumentException {
        Manifest manifest =
                announced.isEmpty() ? Manifest.parse(data, LIMITS) : Manifest.parse(data, announced, LIMITS);
        assertArrayEquals(data, manifest.bytes());
        assertEquals(data.length, manifest.size());
        // A signed manifest of schema 1 is known by the digest of what is signed.
        boolean signed = manifest instanceof Schema1Manifest;
        assertTrue(signed || Digest.sha256Of(data).equals(manifest.digest()));
        assertTrue(signed || announced.isEmpty() || announced.equals(manifest.mediaType()));
        return manifest;
    }
}
