package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.trust.tuf.internal.text.PathPattern;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.nio.file.Path;

/** Any bytes are refused with a place, or are a map whose names are folders and whose mappings can be met. */
class RepositoryMapFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        RepositoryMap map;
        try {
            map = RepositoryMap.parse(data);
        } catch (TufException e) {
            assertEquals(Reason.MALFORMED, e.reason());
            assertEquals("map.json", e.role());
            assertTrue(e.pointer().isPresent());
            assertTrue(e.toString().length() < 3_000);
            return;
        }
        Path folder = Path.of("folder").toAbsolutePath();
        map.repositories().forEach((name, addresses) -> {
            assertEquals(folder, folder.resolve(name).normalize().getParent());
            assertFalse(addresses.isEmpty());
        });
        for (RepositoryMap.Mapping mapping : map.mappings()) {
            assertTrue(map.repositories().keySet().containsAll(mapping.repositories()));
            assertTrue(mapping.threshold() >= 1
                    && mapping.threshold() <= mapping.repositories().size());
            boolean matches = mapping.matches("a/path");
            assertEquals(mapping.paths().stream().anyMatch(path -> PathPattern.matches(path, "a/path")), matches);
        }
        assertEquals(map, new RepositoryMap(map.repositories(), map.mappings()));
    }
}
