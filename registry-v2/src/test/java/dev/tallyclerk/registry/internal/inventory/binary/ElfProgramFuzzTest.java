package dev.tallyclerk.registry.internal.inventory.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Readings;

/** Any bytes are modules or crates with names and versions, or bounded doubts. */
class ElfProgramFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        FileFindings found = Readings.read(ElfProgram::new, data, ElfProgramTest.CHUNK);
        for (FoundPackage each : found.packages()) {
            assertFalse(each.name().isEmpty() || each.version().isEmpty(), each::toString);
        }
        assertTrue(found.doubts().stream().allMatch(doubt -> doubt.detail().length() < 600));
        FileFindings again = Readings.read(ElfProgram::new, data, ElfProgramTest.CHUNK);
        assertEquals(found.packages(), again.packages());
    }
}
