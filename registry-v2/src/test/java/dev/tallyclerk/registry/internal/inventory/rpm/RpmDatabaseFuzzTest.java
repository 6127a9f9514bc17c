package dev.tallyclerk.registry.internal.inventory.rpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Readings;
import java.util.Arrays;

/** Any bytes, the first two of which say how long the write-ahead log at the end is, are packages or bounded doubts. */
class RpmDatabaseFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        if (data.length < 2) {
            return;
        }
        int log = Math.min(data.length - 2, (data[0] & 0xff) << 8 | (data[1] & 0xff));
        byte[] database = Arrays.copyOfRange(data, 2, data.length - log);
        byte[] logBytes = Arrays.copyOfRange(data, data.length - log, data.length);
        FileFindings found = Readings.findings();
        RpmDatabase.read(Readings.kept(database), Readings.kept(logBytes), found);
        for (FoundPackage each : found.packages()) {
            assertFalse(each.name().isEmpty() || each.version().isEmpty(), each::toString);
        }
        assertTrue(found.packages().size() <= data.length / 24, "there are more packages than headers");
        assertTrue(found.doubts().stream().allMatch(doubt -> doubt.detail().length() < 600));
        FileFindings again = Readings.findings();
        RpmDatabase.read(Readings.kept(database), Readings.kept(logBytes), again);
        assertEquals(found.packages(), again.packages());
    }
}
