package dev.tallyclerk.registry.internal.inventory.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;

/** Any bytes are bounded doubts, or the same artifacts however they are handed over. */
class JavaArchiveFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        FileFindings found = JavaArchiveTest.read(data, 1 << 16);
        for (FoundPackage each : found.packages()) {
            assertFalse(each.name().startsWith(":")
                    || each.name().endsWith(":")
                    || each.version().isEmpty());
        }
        assertTrue(found.doubts().stream().allMatch(doubt -> doubt.detail().length() < 600));
        FileFindings inParts = JavaArchiveTest.read(data, 7);
        assertEquals(found.doubts().isEmpty(), inParts.doubts().isEmpty());
        if (found.doubts().isEmpty()) {
            assertEquals(found.packages(), inParts.packages());
        }
    }
}
