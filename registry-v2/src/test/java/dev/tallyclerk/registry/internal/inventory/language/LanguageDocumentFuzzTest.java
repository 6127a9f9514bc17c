package dev.tallyclerk.registry.internal.inventory.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Readings;
import java.util.Arrays;
import java.util.List;

/** The first byte chooses a reader; any other bytes are packages with names, or bounded doubts. */
class LanguageDocumentFuzzTest {
    private static final List<ContentReader> READERS = List.of(
            new NpmPackage(),
            new PythonMetadata(),
            new GemSpecification(),
            new ComposerInstalled(),
            new DotnetDependencies(),
            new BillOfMaterials());

    @FuzzTest
    void read(byte[] data) {
        if (data.length == 0) {
            return;
        }
        ContentReader reader = READERS.get((data[0] & 0xff) % READERS.size());
        byte[] content = Arrays.copyOfRange(data, 1, data.length);
        FileFindings found = Readings.read(reader, content);
        for (FoundPackage each : found.packages()) {
            assertFalse(each.name().isEmpty(), each::toString);
            assertFalse(each.claimed().isEmpty() && each.version().isEmpty(), each::toString);
        }
        assertTrue(found.doubts().stream().allMatch(doubt -> doubt.detail().length() < 600));
        assertEquals(found.packages(), Readings.read(reader, content).packages());
    }
}
