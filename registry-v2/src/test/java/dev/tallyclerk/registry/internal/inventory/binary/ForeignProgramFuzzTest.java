package dev.tallyclerk.registry.internal.inventory.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Readings;

/** Any bytes are modules with names and versions, or bounded doubts. */
class ForeignProgramFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        if (data.length < CompiledProgram.MIN_BYTES) {
            return;
        }
        FileFindings found = Readings.read(ForeignProgram::new, data, ElfProgramTest.CHUNK);
        for (FoundPackage each : found.packages()) {
            assertFalse(each.name().isEmpty() || each.version().isEmpty(), each::toString);
        }
        assertTrue(found.doubts().stream().allMatch(doubt -> doubt.detail().length() < 600));
        FileFindings again = Readings.read(ForeignProgram::new, data, ElfProgramTest.CHUNK);
        assertEquals(found.packages(), again.packages());
    }
}
