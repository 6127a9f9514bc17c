package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.testing.WatchedDisk.Step;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the disk is asked to do with a target's file. */
class TargetOnDiskTest {
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static final byte[] CONTENT = new byte[1_000];
    private static final String FORCE_FOLDER = "force ";

    private final TestRepository repository = new TestRepository();

    @TempDir
    Path folder;

    private FreshMetadata refresh() throws TufException {
        repository.addTarget("app", CONTENT);
        repository.publish();
        return repository.client(MetadataStore.inMemory()).refresh();
    }

    private static List<String> take(WatchedDisk disk) {
        List<String> steps = disk.steps.stream()
                .map(step -> step.replaceFirst("\\.download-.*", "download"))
                .toList();
        disk.steps.clear();
        return steps;
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a folder cannot be opened there, and need not be")
    void theContentIsOnTheDiskBeforeTheNameAndTheNameBeforeItIsSaidToBeThere() throws Exception {
        WatchedDisk disk = new WatchedDisk(folder);
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget("app");
        Path file = disk.folder().resolve("app");
        assertTrue(metadata.download(target, file));
        // The first one is a try whether the file system can do that.
        assertEquals(List.of(FORCE_FOLDER, "force download", "move to app", FORCE_FOLDER), take(disk));
        assertFalse(metadata.download(target, file));
        assertEquals(List.of(FORCE_FOLDER), take(disk), "who has put it there may not have come to that");
    }

    @Test
    void oneByteTooManyIsRefusedWhateverItIs() throws Exception {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget("app");
        for (int surplus : new int[] {0, 0x7f, 0x80, 0xff}) {
            byte[] longer = Arrays.copyOf(CONTENT, CONTENT.length + 1);
            longer[CONTENT.length] = (byte) surplus;
            repository.targetFiles.replaceAll((name, content) -> longer);
            Path file = folder.resolve("app");
            refuses(Reason.LENGTH_MISMATCH, "targets", "5.7.3", () -> metadata.download(target, file));
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void thatABlobWithoutANameCannotBeTakenAwayIsSaidToo() throws Exception {
        WatchedDisk disk = new WatchedDisk(folder);
        ContentStore store = ContentStore.of(disk.folder(), CLOCK);
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget("app");
        boolean[] broken = {false};
        disk.fault = (step, path) -> {
            boolean naming =
                    step == Step.MOVE && path.endsWith(Digest.sha256Of(CONTENT).encoded());
            if (naming || (broken[0] && step == Step.OPEN)) {
                broken[0] = true;
                throw new IOException(step.name());
            }
        };
        TufException e = refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, store));
        IOException cause = assertInstanceOf(IOException.class, e.getCause());
        assertTrue(String.valueOf(cause.getMessage()).endsWith("MOVE"), cause.toString());
        assertEquals(1, cause.getSuppressed().length);
        Throwable again = cause.getSuppressed()[0];
        assertTrue(String.valueOf(again.getMessage()).endsWith("OPEN"), again.toString());
    }
}
