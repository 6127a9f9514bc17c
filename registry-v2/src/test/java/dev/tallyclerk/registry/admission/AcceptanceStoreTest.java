package dev.tallyclerk.registry.admission;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.testing.WatchedDisk.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptanceStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final String QUESTION = "registry.example.org/team/app:1.0 linux/amd64";
    private static final Digest IMAGE = Digest.sha256Of(new byte[] {1});

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path temporary;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path policy;

    @BeforeEach
    void writePolicy() throws IOException {
        folder = temporary.resolve("store");
        policy = Files.writeString(temporary.resolve("policy.yaml"), "schemaVersion: 1\n");
    }

    private AcceptanceStore at(Instant now) throws IOException {
        return AcceptanceStore.open(folder, Clock.fixed(now, ZoneOffset.UTC));
    }

    private Acceptance acceptance() throws IOException {
        return new Acceptance(IMAGE, NOW, NOW.plus(Duration.ofDays(1)), List.of(FileFingerprint.of(policy)));
    }

    private Path entry() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".accepted"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void findsWhatAnotherProcessKept() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        assertEquals(Optional.of(acceptance()), at(NOW.plusSeconds(59)).find(QUESTION));
        assertEquals(Optional.empty(), at(NOW).find(QUESTION + "/v8"));
    }

    @Test
    void forgetsAfterTheAgeLimit() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        assertTrue(at(NOW.plusSeconds(3599)).find(QUESTION).isPresent());
        assertFalse(at(NOW.plusSeconds(3600)).find(QUESTION).isPresent());
        AcceptanceStore longer = at(NOW.plusSeconds(3600)).withMaxAge(Duration.ofHours(2));
        assertTrue(longer.find(QUESTION).isPresent());
        assertThrows(IllegalArgumentException.class, () -> longer.withMaxAge(Duration.ZERO));
    }

    @Test
    void forgetsWhenAWaiverEnds() throws IOException {
        at(NOW).keep(QUESTION, new Acceptance(IMAGE, NOW, NOW.plusSeconds(60), List.of()));
        assertTrue(at(NOW.plusSeconds(59)).find(QUESTION).isPresent());
        assertFalse(at(NOW.plusSeconds(60)).find(QUESTION).isPresent());
    }

    @Test
    void believesNothingFromTheFuture() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        assertFalse(at(NOW.minusSeconds(1)).find(QUESTION).isPresent());
        assertFalse(at(NOW).find(QUESTION).isPresent(), "nobody knows how long ago that was");
    }

    @Test
    void forgetsOnRequest() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        at(NOW).forget("other");
        assertTrue(at(NOW).find(QUESTION).isPresent());
        at(NOW).forget(QUESTION);
        assertFalse(at(NOW).find(QUESTION).isPresent());
    }

    @Test
    void forgetsWhenAFileChanges() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        Files.writeString(policy, "schemaVersion: 1\ngate:\n  failOn: LOW\n");
        assertFalse(at(NOW).find(QUESTION).isPresent());
        Files.delete(policy);
        assertFalse(at(NOW).find(QUESTION).isPresent());
    }

    @Test
    void keepsNothingWhoseFilesChangedWhileItWasDecided() throws IOException {
        Acceptance before = acceptance();
        Files.writeString(policy, "another");
        at(NOW).keep(QUESTION, before);
        Files.writeString(policy, "schemaVersion: 1\n");
        assertFalse(at(NOW).find(QUESTION).isPresent());
    }

    @Test
    void noticesEveryChangeBelowAFolder() throws IOException {
        Path layout = Files.createDirectories(temporary.resolve("layout/blobs"));
        Files.writeString(layout.resolve("a"), "content");
        FileFingerprint before = FileFingerprint.of(temporary.resolve("layout"));
        assertTrue(before.isCurrent());
        Files.writeString(layout.resolve("a"), "Content");
        assertFalse(before.isCurrent());
        Files.delete(layout.resolve("a"));
        Files.writeString(layout.resolve("b"), "content");
        assertFalse(before.isCurrent());
        Files.move(layout.resolve("b"), layout.resolve("a"));
        assertTrue(before.isCurrent());
        Files.createDirectory(layout.resolve("empty"));
        assertFalse(before.isCurrent());
    }

    @Test
    void takesNoFingerprintOfWhatMayNeverEnd() throws IOException {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        Path layout = Files.createDirectories(temporary.resolve("layout"));
        Files.createSymbolicLink(layout.resolve("blob"), device);
        assertThrows(FileSystemException.class, () -> FileFingerprint.of(layout));
        assertThrows(FileSystemException.class, () -> FileFingerprint.of(device));
    }

    @Test
    void believesNoEntryOfWhichOneBitWasFlipped() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        byte[] entry = Files.readAllBytes(entry());
        for (int i = 0; i < entry.length; i++) {
            byte[] edited = entry.clone();
            edited[i] ^= 1;
            Files.write(entry(), edited);
            assertFalse(at(NOW).find(QUESTION).isPresent(), "byte " + i);
        }
        Files.write(entry(), entry);
        assertTrue(at(NOW).find(QUESTION).isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 200})
    void believesNoCutEntry(int length) throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        byte[] entry = Files.readAllBytes(entry());
        Files.write(entry(), Arrays.copyOf(entry, length));
        assertFalse(at(NOW).find(QUESTION).isPresent());
    }

    @Test
    void believesNoEntryUnderTheNameOfAnother() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        Path kept = entry();
        byte[] accepted = Files.readAllBytes(kept);
        Files.delete(kept);
        at(NOW).keep("other", acceptance());
        Files.write(entry(), accepted);
        assertFalse(at(NOW).find("other").isPresent());
    }

    @Test
    void believesNoEntryOfAnotherKey() throws IOException {
        at(NOW).keep(QUESTION, acceptance());
        Files.delete(folder.resolve("key"));
        assertFalse(at(NOW).find(QUESTION).isPresent());
    }

    @Test
    void refusesAKeyThatOthersCanRead() throws IOException {
        assumePosix();
        at(NOW);
        Files.setPosixFilePermissions(folder.resolve("key"), PosixFilePermissions.fromString("rw-r-----"));
        assertThrows(IOException.class, () -> at(NOW));
    }

    @Test
    void refusesAKeyOfAnotherUser() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may give files away");
        at(NOW);
        Files.setAttribute(folder.resolve("key"), "unix:uid", 65534);
        IOException refused = assertThrows(IOException.class, () -> at(NOW));
        assertTrue(String.valueOf(refused.getMessage()).contains(" belongs to "), refused.getMessage());
    }

    @Test
    void refusesALinkInPlaceOfTheKey() throws IOException {
        assumePosix();
        at(NOW);
        Path elsewhere = Files.move(folder.resolve("key"), temporary.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("key"), elsewhere);
        IOException refused = assertThrows(IOException.class, () -> at(NOW));
        assertTrue(String.valueOf(refused.getMessage()).contains(" is no regular file"), refused.getMessage());
        Files.delete(elsewhere);
        assertThrows(IOException.class, () -> at(NOW));
    }

    private static void assumePosix() {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    }

    @Test
    void itsFolderIsForItsOwnerOnly() throws IOException {
        assumePosix();
        at(NOW);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        at(NOW);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    }

    @Test
    void refusesAFolderOfAnotherUser() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may give files away");
        at(NOW);
        Files.setAttribute(folder, "unix:uid", 65534);
        IOException refused = assertThrows(IOException.class, () -> at(NOW));
        assertTrue(String.valueOf(refused.getMessage()).contains(" belongs to "), refused.getMessage());
    }

    @Test
    void worksOnAFileSystemWithoutLinks() throws IOException {
        WatchedDisk disk = new WatchedDisk(temporary);
        disk.fault = (step, path) -> {
            if (step == Step.LINK) {
                throw new FileSystemException(path.toString(), null, "Operation not permitted");
            }
        };
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        AcceptanceStore first = AcceptanceStore.open(disk.folder().resolve("store"), clock);
        at(NOW).keep(QUESTION, acceptance());
        assertTrue(first.find(QUESTION).isPresent());
        assertTrue(AcceptanceStore.open(disk.folder().resolve("store"), clock)
                .find(QUESTION)
                .isPresent());
    }

    @Test
    void withoutLinksTheKeyOfAProcessThatWasFasterCounts() throws IOException {
        byte[] other = new byte[32];
        WatchedDisk disk = new WatchedDisk(temporary);
        disk.fault = (step, path) -> {
            if (step == Step.LINK) {
                Files.write(Files.createFile(path, privately()), other);
                throw new FileSystemException(path.toString(), null, "Operation not permitted");
            }
        };
        AcceptanceStore slower = AcceptanceStore.open(disk.folder().resolve("store"), Clock.fixed(NOW, ZoneOffset.UTC));
        assertArrayEquals(other, Files.readAllBytes(folder.resolve("key")));
        at(NOW).keep(QUESTION, acceptance());
        assertTrue(slower.find(QUESTION).isPresent());
    }

    private static FileAttribute<?>[] privately() {
        assumePosix();
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }

    @Test
    void theKeyIsOnTheDiskBeforeItHasItsName() throws IOException {
        WatchedDisk disk = new WatchedDisk(temporary);
        List<String> before = new ArrayList<>();
        disk.fault = (step, path) -> {
            if (step == Step.LINK) {
                before.addAll(disk.steps);
            }
        };
        AcceptanceStore.open(disk.folder().resolve("store"), Clock.fixed(NOW, ZoneOffset.UTC));
        assertEquals(
                1,
                before.stream()
                        .filter(each -> each.startsWith("force store/key"))
                        .count());
    }

    @Test
    void refusesADamagedKey() throws IOException {
        at(NOW);
        Files.write(folder.resolve("key"), "short".getBytes(StandardCharsets.UTF_8));
        assertThrows(IOException.class, () -> at(NOW));
    }

    @Test
    void dropsEntriesThatAreTooOld() throws IOException {
        at(NOW).keep("old", acceptance());
        Path old = entry();
        Files.setLastModifiedTime(old, FileTime.from(NOW.minusSeconds(3601)));
        at(NOW).keep(QUESTION, acceptance());
        assertFalse(Files.exists(old));
        assertTrue(at(NOW).find(QUESTION).isPresent());
    }
}
