package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.SmallDisk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs a file system that is really full. */
class FullDiskTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    @Test
    void aFullDiskIsATypedFailureAfterWhichNothingIsTrustedAndTheSpaceIsFree(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.on(folder, "1m")) {
            ContentStore store = ContentStore.of(disk.folder(), CLOCK);
            Blobs large = Blobs.of(1, 1 << 21);
            assertThrows(
                    FileSystemException.class,
                    () -> store.store(large.digest(), large.size(), new ByteArrayInputStream(large.content())));
            assertFalse(store.contains(large.digest()));
            assertEquals(List.of(), Blobs.quarantine(folder));

            Blobs fits = Blobs.of(2, 900_000);
            assertTrue(store.store(fits.digest(), fits.size(), new ByteArrayInputStream(fits.content())));
            Blobs tooMuch = Blobs.of(3, 400_000);
            BlobWriter writer = store.write(tooMuch.digest(), tooMuch.size()).orElseThrow();
            assertThrows(FileSystemException.class, () -> {
                writer.write(tooMuch.content());
                writer.commit();
            });
            assertFalse(writer.isOpen());
            assertEquals(List.of(), Blobs.quarantine(folder));
            assertEquals(1, Blobs.verifyTrusted(folder));
        }
    }

    @Test
    void aDiskThatTakesNoMoreFilesIsATypedFailureWithWhicheverOfThemItIs(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.on(folder, "1m,nr_inodes=12")) {
            ContentStore store = ContentStore.of(disk.folder(), CLOCK);
            Deque<Path> others = new ArrayDeque<>();
            assertThrows(FileSystemException.class, () -> {
                while (true) {
                    others.push(Files.createFile(folder.resolve("other" + others.size())));
                }
            });
            Blobs blob = Blobs.of(1, 10);
            int refusals = 0;
            while (!store.contains(blob.digest())) {
                try {
                    store.store(blob.digest(), blob.size(), new ByteArrayInputStream(blob.content()));
                } catch (FileSystemException e) {
                    refusals++;
                    assertEquals(0, Blobs.verifyTrusted(folder));
                    assertEquals(List.of(), Blobs.quarantine(folder));
                    Files.delete(others.pop());
                }
            }
            assertTrue(refusals > 1, "the lock, the content and the folder of an algorithm each are one: " + refusals);
            store.verify(blob.digest(), blob.size());
        }
    }

    @Test
    void aResumptionThatFillsTheDiskIsATypedFailureAfterWhichTheSpaceIsFree(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.on(folder, "1m")) {
            ContentStore store = ContentStore.of(disk.folder(), CLOCK);
            Blobs large = Blobs.of(1, 1 << 21);
            int begun = 700 * 1024;
            try (BlobWriter writer = store.write(large.digest(), large.size()).orElseThrow()) {
                writer.write(large.content(), 0, begun);
            }
            BlobWriter again = store.resume(large.digest(), large.size()).orElseThrow();
            assertEquals(begun, again.offset());
            assertThrows(FileSystemException.class, () -> again.write(large.from(begun)));
            assertFalse(again.isOpen());
            assertFalse(store.contains(large.digest()));
            assertEquals(List.of(), Blobs.quarantine(folder), "a disk that is full has nothing to spare for it");
        }
    }
}
