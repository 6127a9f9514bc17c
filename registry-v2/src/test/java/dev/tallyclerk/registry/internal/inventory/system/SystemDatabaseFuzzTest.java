package dev.tallyclerk.registry.internal.inventory.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.Doubt;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.Readings;
import java.util.Arrays;
import java.util.List;

/** The first byte chooses a reader; any other bytes are packages with names and versions, or bounded doubts. */
class SystemDatabaseFuzzTest {
    private static final List<ContentReader> READERS = List.of(
            DpkgStatus.ofDpkg(),
            DpkgStatus.ofDistroless(),
            DpkgStatus.ofOpkg(),
            new ApkInstalled(),
            PacmanDescription.ofPackage(),
            PacmanDescription.ofFiles("a-1-1"),
            FileList.ofPaths("a.list"),
            new Diversions(),
            OsRelease.ofFields(),
            new ChecksumList(),
            OsRelease.ofLsbFields(),
            OsRelease.ofSentence(),
            FileList.ofChecksums("a.md5sums"));

    @FuzzTest
    void read(byte[] data) {
        if (data.length == 0) {
            return;
        }
        ContentReader reader = READERS.get((data[0] & 0xff) % READERS.size());
        byte[] content = Arrays.copyOfRange(data, 1, data.length);
        FileFindings found = Readings.read(reader, content);
        for (FoundPackage each : found.packages()) {
            assertFalse(each.name().isBlank() || each.version().isBlank(), each::toString);
        }
        for (Doubt doubt : found.doubts()) {
            assertTrue(doubt.detail().length() < 600 && doubt.detail().indexOf('\n') < 0, doubt::detail);
        }
        assertTrue(found.doubts().size() <= 20);
        assertEquals(found.packages(), Readings.read(reader, content).packages());
    }
}
