package dev.tallyclerk.trust.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.testing.WatchedDisk.Step;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataStoreTest {
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2, 2};

    @TempDir
    Path folder;

    @Test
    void bothStoresKeepReplaceAndRemoveExactBytes() throws IOException {
        for (MetadataStore store : List.of(MetadataStore.inMemory(), MetadataStore.inDirectory(folder))) {
            assertEquals(Optional.empty(), store.load(StoredName.ROOT, 10));
            store.store(StoredName.ROOT, ONE);
            store.store(StoredName.ROOT, TWO);
            store.store(StoredName.SNAPSHOT, ONE);
            assertArrayEquals(TWO, store.load(StoredName.ROOT, 10).orElseThrow());
            assertArrayEquals(TWO, store.load(StoredName.ROOT, 2).orElseThrow());
            store.remove(StoredName.ROOT);
            store.remove(StoredName.ROOT);
            assertEquals(Optional.empty(), store.load(StoredName.ROOT, 10));
            assertArrayEquals(ONE, store.load(StoredName.SNAPSHOT, 10).orElseThrow());
        }
    }

    @Test
    void aStoreThatIsNoFileIsNotWaitedForWithoutAnEndEither() throws Exception {
        VersionedStore shared = new VersionedStore() {
            @Override
            public Entry load(StoredName name, int maxBytes) {
                return Entry.without(0);
            }

            @Override
            public OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) {
                return OptionalLong.empty();
            }
        };
        for (MetadataStore store : List.of(new MemoryStore(Duration.ZERO), new SharedStore(shared, Duration.ZERO))) {
            MetadataStore.Claim claim = store.claim();
            FutureTask<IOException> other = new FutureTask<>(() -> assertThrows(IOException.class, store::claim));
            new Thread(other).start();
            assertEquals(
                    "another client has claimed this metadata store for PT0S",
                    other.get().getMessage());
            claim.close();
            store.claim().close();
        }
    }

    @Test
    void contentLongerThanWantedReadsAsAbsent() throws IOException {
        for (MetadataStore store : List.of(MetadataStore.inMemory(), MetadataStore.inDirectory(folder))) {
            store.store(StoredName.ROOT, TWO);
            assertEquals(Optional.empty(), store.load(StoredName.ROOT, 1));
        }
    }

    @Test
    void theCallersArraysAreNotShared() throws IOException {
        MetadataStore store = MetadataStore.inMemory();
        byte[] mine = {1};
        store.store(StoredName.ROOT, mine);
        mine[0] = 9;
        store.load(StoredName.ROOT, 1).orElseThrow()[0] = 9;
        assertArrayEquals(ONE, store.load(StoredName.ROOT, 1).orElseThrow());
    }

    @Test
    void filesHaveTheNamesOfTheRoles() throws IOException {
        MetadataStore store = MetadataStore.inDirectory(folder.resolve("a/b"));
        for (StoredName name :
                List.of(StoredName.ROOT, StoredName.TIMESTAMP, StoredName.SNAPSHOT, StoredName.TARGETS)) {
            store.store(name, ONE);
        }
        try (Stream<Path> files = Files.list(folder.resolve("a/b"))) {
            assertEquals(
                    Set.of("root.json", "timestamp.json", "snapshot.json", "targets.json"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "root", "a/b", "..", "", "A", "a", "con", "\u0000"})
    void aRoleNameNeverBecomesAPath(String role) {
        String name = StoredName.delegated(role).fileName();
        assertTrue(name.matches("delegated-[0-9a-f]{64}\\.json"));
        assertNotEquals(StoredName.delegated(role + "x").fileName(), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "a\\b", "A", "a\u0000", ".lock"})
    void anUnsafeFileNameIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new StoredName(name));
    }

    @Test
    void rootVersionsStartAtOne() {
        assertEquals("root.7", StoredName.rootVersion(7).fileName());
        assertThrows(IllegalArgumentException.class, () -> StoredName.rootVersion(0));
    }

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "files have permissions of this kind there")
    void filesAreTheirOwnersAlone() throws IOException {
        MetadataStore.inDirectory(folder).store(StoredName.ROOT, new byte[] {1});
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(folder.resolve("root.json")));
    }

    /** A user who could open the lock could keep all others from refreshing. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theLockAndTheFoldersThatAreMadeAreTheirOwnersAlone() throws IOException {
        MetadataStore.inDirectory(folder.resolve("a/b")).claim().close();
        assertEquals("rw-------", permissions("a/b/.lock"));
        assertEquals("rwx------", permissions("a/b"));
        assertEquals("rwx------", permissions("a"));
        MetadataStore.inDirectory(folder.resolve("c")).store(StoredName.ROOT, ONE);
        assertEquals("rwx------", permissions("c"));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aLockThatEverybodyMayOpenIsClosedToOthersAndTheFolderStaysAsItIs() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path lock = Files.createFile(folder.resolve(".lock"));
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
        MetadataStore.inDirectory(folder).claim().close();
        assertEquals("rw-------", permissions(".lock"));
        assertEquals("rwxr-xr-x", permissions(""));
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    @Test
    void onlyOneUserHoldsTheFolder() throws IOException {
        MetadataStore first = MetadataStore.inDirectory(folder);
        MetadataStore second = MetadataStore.inDirectory(folder, Duration.ZERO);
        MetadataStore.Claim claim = first.claim();
        assertThrows(FileSystemException.class, () -> inAnotherThread(second::claim));
        claim.close();
        claim.close();
        second.claim().close();
    }

    /** On POSIX systems, closing a file releases all locks that the process has on it. */
    @Test
    void whoWaitsInVainTakesNobodysFolder() throws IOException, InterruptedException {
        try (MetadataStore.Claim claim = MetadataStore.inDirectory(folder).claim()) {
            MetadataStore other =
                    MetadataStore.inDirectory(folder.resolve("../" + folder.getFileName()), Duration.ZERO);
            assertThrows(FileSystemException.class, () -> inAnotherThread(other::claim));
            MetadataStore patient = MetadataStore.inDirectory(folder, ChronoUnit.FOREVER.getDuration());
            assertThrows(
                    InterruptedIOException.class,
                    () -> inAnotherThread(() -> {
                        Thread.currentThread().interrupt();
                        return patient.claim();
                    }));
            assertFalse(ClaimingProcess.findsFree(folder), claim.toString());
        }
        assertTrue(ClaimingProcess.findsFree(folder));
    }

    private static <T> T inAnotherThread(Callable<T> action) throws Throwable {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    @Test
    void nobodyWaitsForItself() throws IOException {
        MetadataStore memory = MetadataStore.inMemory();
        List<MetadataStore> first = List.of(memory, MetadataStore.inDirectory(folder));
        List<MetadataStore> second =
                List.of(memory, MetadataStore.inDirectory(folder, ChronoUnit.FOREVER.getDuration()));
        for (int i = 0; i < first.size(); i++) {
            MetadataStore again = second.get(i);
            MetadataStore.Claim claim = first.get(i).claim();
            assertTrue(
                    String.valueOf(assertThrows(IOException.class, again::claim).getMessage())
                            .contains("already"));
            claim.close();
            again.claim().close();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsAnIoException() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        MetadataStore store = MetadataStore.inDirectory(file);
        assertThrows(IOException.class, store::claim);
        assertThrows(IOException.class, () -> store.store(StoredName.ROOT, ONE));
    }

    @Test
    void whatACrashLeftIsCleanedUpAndNeverRead() throws IOException {
        Path left = Files.write(folder.resolve(".incomplete-1.tmp"), TWO);
        MetadataStore store = MetadataStore.inDirectory(folder);
        store.store(StoredName.ROOT, ONE);
        store.claim().close();
        assertTrue(Files.notExists(left));
        assertArrayEquals(ONE, store.load(StoredName.ROOT, 9).orElseThrow());
    }

    /** As some that a virtual machine shares with its host. */
    @Test
    void worksWhereTheFileSystemCannotForceFolders() throws IOException {
        WatchedDisk disk = new WatchedDisk(folder);
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && Files.isDirectory(path)) {
                throw new IOException("Invalid argument");
            }
        };
        MetadataStore store = MetadataStore.inDirectory(disk.folder());
        store.claim().close();
        store.store(StoredName.ROOT, ONE);
        assertArrayEquals(ONE, store.load(StoredName.ROOT, 9).orElseThrow());
        store.remove(StoredName.ROOT);
        assertTrue(store.load(StoredName.ROOT, 9).isEmpty());
    }

    @Test
    void aFolderThatFailsAfterItWasForcedOnceIsAFailure() throws IOException {
        WatchedDisk disk = new WatchedDisk(folder);
        MetadataStore store = MetadataStore.inDirectory(disk.folder());
        store.store(StoredName.ROOT, ONE);
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && Files.isDirectory(path)) {
                throw new IOException("Input/output error");
            }
        };
        assertThrows(IOException.class, () -> store.store(StoredName.ROOT, TWO));
        assertThrows(IOException.class, () -> store.remove(StoredName.ROOT));
    }

    @Test
    void theContentIsForcedBeforeItHasItsName() throws IOException {
        WatchedDisk disk = new WatchedDisk(folder);
        MetadataStore store = MetadataStore.inDirectory(disk.folder());
        store.store(StoredName.ROOT, ONE);
        List<String> steps = disk.steps.stream()
                .filter(step -> !step.equals("force "))
                .map(step -> step.replaceAll("[.]incomplete-.*", "the content"))
                .toList();
        assertEquals(List.of("force the content", "move to root.json"), steps);
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && !Files.isDirectory(path)) {
                throw new IOException("Input/output error");
            }
        };
        assertThrows(IOException.class, () -> store.store(StoredName.ROOT, TWO));
        assertArrayEquals(ONE, store.load(StoredName.ROOT, 9).orElseThrow());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("root.json")), files.toList());
        }
    }

    @Test
    void aFailedStoreLeavesTheOldBytesAndNoTemporaryFile() throws IOException {
        MetadataStore store = MetadataStore.inDirectory(folder);
        Files.createDirectories(folder.resolve("root.json/occupied"));
        assertThrows(IOException.class, () -> store.store(StoredName.ROOT, ONE));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("root.json"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void theMemoryStoreIsHeldByOneUserAtATime() throws IOException {
        MetadataStore store = MetadataStore.inMemory();
        MetadataStore.Claim claim = store.claim();
        assertThrows(
                InterruptedIOException.class,
                () -> inAnotherThread(() -> {
                    Thread.currentThread().interrupt();
                    return store.claim();
                }));
        claim.close();
        claim.close();
        store.claim().close();
    }
}
