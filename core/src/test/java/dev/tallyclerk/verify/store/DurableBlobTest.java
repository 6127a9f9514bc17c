package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.testing.WatchedDisk.Fault;
import dev.tallyclerk.testing.WatchedDisk.Step;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What must be durable before a blob is reported as present. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a folder cannot be opened there, and need not be")
class DurableBlobTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Set<String> NOT_POSIX = Set.of("basic", "dos", "acl");
    private static final Blobs BLOB = Blobs.of(1, 200_000);
    private static final Blobs ANOTHER = Blobs.of(2, 10);

    @TempDir
    Path folder;

    private WatchedDisk disk;
    private ContentStore store;

    @BeforeEach
    void open() throws IOException {
        disk = new WatchedDisk(folder);
        store = ContentStore.of(disk.folder(), CLOCK);
        disk.steps.clear();
    }

    private String trusted(Blobs blob) {
        return "blobs/sha256/" + blob.digest().encoded();
    }

    private void put(Blobs blob) throws IOException {
        store.store(blob.digest(), blob.size(), new ByteArrayInputStream(blob.content()));
    }

    @Test
    void nothingIsForcedWhereThatIsLeftToTheSystem() throws IOException {
        store = store.withFsync(false);
        put(BLOB);
        assertTrue(store.makeDurable(BLOB.digest(), BLOB.size()));
        assertTrue(store.delete(BLOB.digest()));
        put(BLOB);
        assertEquals(
                List.of(),
                disk.steps.stream().filter(step -> step.startsWith("force")).toList());
        store.verify(BLOB.digest(), BLOB.size());
        disk.steps.clear();
        store = store.withFsync(true);
        put(ANOTHER);
        assertTrue(disk.steps.contains("force blobs/sha256"), disk.steps::toString);
    }

    @Test
    void theContentIsDurableBeforeItsNameAndTheNameBeforeTheCommitReturns() throws IOException {
        put(BLOB);
        assertEquals(
                List.of(
                        "move to quarantine/sha256-….lock",
                        "force quarantine/sha256-….writing",
                        "force blobs", // to see whether that can be done
                        "force blobs", // which has the new folder sha256
                        "force ..", // which has the store
                        "force ",
                        "force blobs",
                        "move to " + trusted(BLOB),
                        "force blobs/sha256"),
                disk.steps);
        disk.steps.clear();
        put(ANOTHER);
        assertEquals(
                List.of(
                        "move to quarantine/sha256-….lock",
                        "force quarantine/sha256-….writing",
                        "move to " + trusted(ANOTHER),
                        "force blobs/sha256"),
                disk.steps);
    }

    @Test
    void anotherProcessDoesNotTrustThatTheFoldersAreDurable() throws IOException {
        put(BLOB);
        store = ContentStore.of(disk.folder(), CLOCK);
        disk.steps.clear();
        put(ANOTHER);
        assertEquals(
                List.of(
                        "force blobs",
                        "force ..",
                        "force ",
                        "force blobs",
                        "move to " + trusted(ANOTHER),
                        "force blobs/sha256"),
                disk.steps.subList(2, 8));
    }

    @Test
    void theFoldersOfANewStoreAreDurable() throws IOException {
        ContentStore.of(disk.folder().resolve("a").resolve("b"), CLOCK);
        assertEquals(
                List.of("force ", "force ", "force a", "force a", "force a/b", "force a/b", "force a/b", "force a/b"),
                disk.steps);
    }

    @Test
    void theNameOfAFolderThatWasThereBeforeIsDurableBeforeTheFirstBlob() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        store = ContentStore.of(disk.folder().resolve("a"), CLOCK);
        disk.steps.clear();
        put(BLOB);
        assertEquals(
                List.of("force a/blobs", "force ", "force a", "force a/blobs", "move to a/" + trusted(BLOB)),
                disk.steps.subList(3, 8));
    }

    @Test
    void theNameOfAFolderThatWasThereBeforeIsTheCallersWhereTheOneAboveItMayNotBeRead() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        store = ContentStore.of(disk.folder().resolve("a"), CLOCK);
        Path above = folder.toRealPath();
        disk.fault = (step, path) -> {
            if (step == Step.OPEN && path.equals(above)) {
                throw new AccessDeniedException(path.toString());
            }
        };
        put(BLOB);
        store.verify(BLOB.digest(), BLOB.size());
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && path.equals(above)) {
                throw new IOException("Input/output error");
            }
        };
        store = ContentStore.of(disk.folder().resolve("a"), CLOCK);
        assertThrows(FileSystemException.class, () -> put(ANOTHER));
        assertFalse(store.contains(ANOTHER.digest()));
    }

    @Test
    void contentAndNameAreDurableBeforeABlobIsSaidToBeThere() throws IOException {
        put(BLOB);
        disk.steps.clear();
        List<String> durable = List.of("force " + trusted(BLOB), "force blobs/sha256");
        assertEquals(Optional.empty(), store.write(BLOB.digest(), BLOB.size()));
        assertEquals(durable, disk.steps);
        disk.steps.clear();
        assertEquals(Optional.empty(), store.resume(BLOB.digest(), BLOB.size()));
        assertEquals(durable, disk.steps);
    }

    @Test
    void aBlobThatIsThereCanBeMadeDurable() throws IOException {
        store.withFsync(false).store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()));
        disk.steps.clear();
        assertTrue(store.makeDurable(BLOB.digest(), BLOB.size()));
        assertFalse(store.makeDurable(ANOTHER.digest(), ANOTHER.size()));
        assertEquals(
                List.of(
                        "force " + trusted(BLOB),
                        "force blobs", // to see whether that can be done
                        "force ..",
                        "force ",
                        "force blobs", // which has the folder sha256
                        "force blobs/sha256"),
                disk.steps);
        assertThrows(VerificationException.class, () -> store.makeDurable(BLOB.digest(), BLOB.size() + 1));
        assertThrows(IllegalArgumentException.class, () -> store.makeDurable(BLOB.digest(), -1));
        disk.fault = at(Step.FORCE, "sha256", () -> {
            throw new IOException("Input/output error");
        });
        assertThrows(FileSystemException.class, () -> store.makeDurable(BLOB.digest(), BLOB.size()));
    }

    @Test
    void aBlobThatGoesMeanwhileIsNotThere() throws IOException {
        put(BLOB);
        disk.fault = at(Step.FORCE, BLOB.digest().encoded(), () -> {
            throw new NoSuchFileException("gone");
        });
        assertFalse(store.makeDurable(BLOB.digest(), BLOB.size()));
    }

    @Test
    void aBlobOfSomebodyElsesThatCannotBeReadIsForThatOneToForce() throws IOException {
        put(BLOB);
        disk.steps.clear();
        disk.fault = at(Step.FORCE, BLOB.digest().encoded(), () -> {
            throw new AccessDeniedException("not yours");
        });
        assertTrue(store.makeDurable(BLOB.digest(), BLOB.size()));
        assertEquals("force blobs/sha256", disk.steps.get(disk.steps.size() - 1));
    }

    @Test
    void aDeletionIsDurable() throws IOException {
        put(BLOB);
        disk.steps.clear();
        assertTrue(store.delete(BLOB.digest()));
        assertEquals(List.of("force blobs/sha256"), disk.steps);
    }

    @Test
    void contentThatCannotBeMadeDurableGetsNoName() throws IOException {
        disk.fault = (step, path) -> {
            if (step == Step.FORCE) {
                throw new IOException("Input/output error");
            }
        };
        assertThrows(FileSystemException.class, () -> put(BLOB));
        assertFalse(store.contains(BLOB.digest()));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void aBlobWhoseNameCannotBeMadeDurableIsThereAndTheNextWriteTriesAgain() throws IOException {
        disk.fault = at(Step.FORCE, "sha256", () -> {
            throw new IOException("Input/output error");
        });
        var e = assertThrows(FileSystemException.class, () -> put(BLOB));
        assertEquals(store(trusted(BLOB)), e.getFile());
        assertEquals(List.of(), Blobs.quarantine(folder));
        store.verify(BLOB.digest(), BLOB.size());
        assertThrows(FileSystemException.class, () -> store.write(BLOB.digest(), BLOB.size()));
        disk.fault = (step, path) -> {};
        assertEquals(Optional.empty(), store.write(BLOB.digest(), BLOB.size()));
    }

    @Test
    void aFolderThatMayNotBeReadIsNotTakenForDurable() throws IOException {
        disk.fault = at(Step.OPEN, "sha256", () -> {
            throw new AccessDeniedException("sha256");
        });
        var e = assertThrows(FileSystemException.class, () -> put(BLOB));
        assertInstanceOf(AccessDeniedException.class, e.getCause());
        assertThrows(FileSystemException.class, () -> store.write(BLOB.digest(), BLOB.size()));
        assertThrows(AccessDeniedException.class, () -> store.delete(BLOB.digest()));
    }

    @Test
    void aFolderThatNobodyMayOpenIsDurableWhereTheSystemIsNotPosix() throws IOException {
        disk.attributeViews = NOT_POSIX;
        disk.fault = (step, path) -> {
            if (step == Step.OPEN && Files.isDirectory(path)) {
                throw new AccessDeniedException(path.toString());
            }
        };
        put(BLOB);
        store.verify(BLOB.digest(), BLOB.size());
    }

    /** As some that a virtual machine shares with its host, and some that live in memory or in an archive. */
    @Test
    void aStoreWorksWhereTheFileSystemCannotForceFolders() throws IOException {
        List<Fault> systems = List.of(
                folders(Step.FORCE, path -> {
                    throw new IOException("Invalid argument");
                }),
                folders(Step.FORCE, path -> {
                    throw new UnsupportedOperationException();
                }),
                folders(Step.OPEN, path -> {
                    throw new UnsupportedOperationException();
                }),
                folders(Step.OPEN, path -> {
                    throw new FileSystemException(path.toString(), null, "not a regular file");
                }));
        for (int i = 0; i < systems.size(); i++) {
            disk.fault = systems.get(i);
            store = ContentStore.of(disk.folder().resolve("new").resolve("" + i), CLOCK);
            put(BLOB);
            store.verify(BLOB.digest(), BLOB.size());
            assertEquals(Optional.empty(), store.write(BLOB.digest(), BLOB.size()));
            assertTrue(store.delete(BLOB.digest()));
            assertFalse(store.contains(BLOB.digest()));
        }
    }

    @Test
    void anInterruptIsNotTakenForAFileSystemThatCannotForceFolders() throws IOException {
        disk.fault = at(Step.FORCE, "blobs", () -> Thread.currentThread().interrupt());
        assertThrows(ClosedByInterruptException.class, () -> put(BLOB));
        assertTrue(Thread.interrupted());
        disk.fault = at(Step.FORCE, "sha256", () -> {
            throw new IOException("Input/output error");
        });
        assertThrows(FileSystemException.class, () -> put(BLOB));
    }

    @Test
    void anInterruptAfterTheRenameIsForWhatComesAfterTheCommit() throws IOException {
        disk.fault = at(Step.FORCE, "sha256", () -> {
            disk.fault = (step, path) -> {};
            Thread.currentThread().interrupt();
        });
        put(BLOB);
        assertTrue(Thread.interrupted());
        assertEquals("force blobs/sha256", disk.steps.get(disk.steps.size() - 1));
        store.verify(BLOB.digest(), BLOB.size());
    }

    @Test
    void theSecondOfTwoWritersLeavesABlobThatCannotBeReplaced() throws IOException {
        disk.attributeViews = NOT_POSIX;
        BlobWriter second = store.write(BLOB.digest(), BLOB.size()).orElseThrow();
        second.write(BLOB.content());
        put(BLOB);
        disk.fault = at(Step.MOVE, BLOB.digest().encoded(), () -> {
            throw new AccessDeniedException("in use");
        });
        disk.steps.clear();
        second.commit();
        assertEquals(
                List.of("force quarantine/sha256-….writing", "force " + trusted(BLOB), "force blobs/sha256"),
                disk.steps);
        assertEquals(List.of(), Blobs.quarantine(folder));
        store.verify(BLOB.digest(), BLOB.size());
    }

    @Test
    void aRenameThatFailsWhereFilesInUseCanBeReplacedIsAFailure() throws IOException {
        BlobWriter second = store.write(BLOB.digest(), BLOB.size()).orElseThrow();
        second.write(BLOB.content());
        put(BLOB);
        disk.fault = at(Step.MOVE, BLOB.digest().encoded(), () -> {
            throw new AccessDeniedException("read-only");
        });
        assertThrows(AccessDeniedException.class, second::commit);
        assertEquals(1, Blobs.quarantine(folder).size());
        store.verify(BLOB.digest(), BLOB.size());
    }

    @Test
    void aVerifiedBlobThatCannotBeNamedIsKeptWithNothingToAskForAgain() throws IOException {
        disk.fault = at(Step.MOVE, BLOB.digest().encoded(), () -> {
            throw new FileSystemException("blob", null, "Too many open files");
        });
        assertThrows(FileSystemException.class, () -> put(BLOB));
        assertFalse(store.contains(BLOB.digest()));
        disk.fault = (step, path) -> {};
        try (BlobWriter again = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(0, again.remaining());
            again.commit();
        }
        store.verify(BLOB.digest(), BLOB.size());
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void whatCannotBeNamedIsKeptOnceHoweverOftenThatIsTried() throws IOException {
        disk.fault = at(Step.MOVE, BLOB.digest().encoded(), () -> {
            throw new FileSystemException("blob", null, "Permission denied");
        });
        for (int i = 0; i < 3; i++) {
            assertThrows(FileSystemException.class, () -> put(BLOB));
            assertEquals(1, Blobs.quarantine(folder).size());
        }
    }

    /** Windows does not, if somebody else has it open too, such as a scanner. */
    @Test
    void aBlobIsNotOpenWhenItIsNamed() throws IOException {
        int[] open = new int[1];
        disk.fault = at(Step.MOVE, BLOB.digest().encoded(), () -> open[0] = disk.open("….writing"));
        put(BLOB);
        assertEquals(0, open[0]);
    }

    @Test
    void aNameThatAScannerHasOpenIsNotTheOnlyOneToTry() throws IOException {
        disk.attributeViews = NOT_POSIX;
        int[] left = {3};
        disk.fault = (step, path) -> {
            if (step == Step.MOVE && path.toString().endsWith(".lock") && left[0]-- > 0) {
                throw new AccessDeniedException("in use");
            }
        };
        put(BLOB);
        store.verify(BLOB.digest(), BLOB.size());
        left[0] = Integer.MAX_VALUE;
        assertThrows(AccessDeniedException.class, () -> put(ANOTHER));
        disk.attributeViews = Set.of("basic", "posix", "unix");
        left[0] = 1;
        assertThrows(AccessDeniedException.class, () -> put(ANOTHER));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void aBlobThatCannotBeRenamedIsNotThereBecauseSomethingElseIs() throws IOException {
        disk.attributeViews = NOT_POSIX;
        disk.fault = at(Step.MOVE, BLOB.digest().encoded(), () -> {
            throw new AccessDeniedException("in use");
        });
        assertThrows(AccessDeniedException.class, () -> put(BLOB));
        BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow();
        writer.write(BLOB.content());
        Path other = Files.write(folder.resolve(trusted(BLOB)), new byte[1]);
        assertThrows(AccessDeniedException.class, writer::commit);
        Files.delete(other);
        BlobWriter again = store.write(BLOB.digest(), BLOB.size()).orElseThrow();
        again.write(BLOB.content());
        Files.createDirectory(other);
        assertThrows(AccessDeniedException.class, again::commit);
        assertEquals(3, Blobs.quarantine(folder).size(), "all are right, and are kept");
    }

    @Test
    void aFileThatCannotBeMadeLeavesNothingBehind() throws IOException {
        for (String suffix : List.of(".writing", ".newlock")) {
            disk.fault = (step, path) -> {
                if (step == Step.OPEN && path.toString().endsWith(suffix)) {
                    throw new FileSystemException(path.toString(), null, "No space left on device");
                }
            };
            assertThrows(FileSystemException.class, () -> put(BLOB));
            assertEquals(List.of(), Blobs.quarantine(folder));
            assertFalse(store.contains(BLOB.digest()));
            disk.fault = (step, path) -> {};
            put(BLOB);
            store.verify(BLOB.digest(), BLOB.size());
            assertTrue(store.delete(BLOB.digest()));
        }
    }

    /** A failure of another type would be taken for one of the source. */
    @Test
    void aDiskThatCannotLockIsAFailureOfTheDisk() throws IOException {
        String dead = "sha256-" + BLOB.digest().encoded() + "-f81d4fae-1.1";
        for (Claim.IoAction failure : List.<Claim.IoAction>of(
                () -> {
                    throw new IOException("No locks available");
                },
                () -> {
                    throw new UnsupportedOperationException();
                })) {
            disk.fault = (step, path) -> {
                if (step == Step.LOCK) {
                    failure.run();
                }
            };
            assertThrows(FileSystemException.class, () -> put(BLOB));
            assertEquals(List.of(), Blobs.quarantine(folder));
            Path lock = Files.createFile(folder.resolve("quarantine").resolve(dead + ".lock"));
            assertThrows(FileSystemException.class, () -> store.resume(BLOB.digest(), BLOB.size()));
            Files.delete(lock);
        }
    }

    @Test
    void aDiskWithoutChannelsOfFilesIsAFailureOfTheDisk() {
        disk.fault = (step, path) -> {
            if (step == Step.OPEN) {
                throw new UnsupportedOperationException();
            }
        };
        assertThrows(FileSystemException.class, () -> put(BLOB));
    }

    @Test
    void aPartialFileIsResumedWhereTheDiskCountsNoNames() throws IOException {
        for (int names = 0; names <= 2; names++) {
            try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
                writer.write(BLOB.content(), 0, 100_000);
            }
            disk.attributes = Map.of("nlink", names);
            try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
                assertEquals(names < 2 ? 100_000 : 0, writer.offset());
                writer.discard();
            }
        }
    }

    @Test
    void noNameIsGivenByACopy() throws IOException {
        try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
            writer.write(BLOB.content());
        }
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            writer.commit();
        }
        assertEquals(
                Set.of(
                        "quarantine/sha256-….lock",
                        "quarantine/sha256-….partial",
                        "quarantine/sha256-….writing",
                        trusted(BLOB)),
                disk.moves.keySet());
        disk.moves.forEach(
                (name, options) -> assertTrue(options.contains(StandardCopyOption.ATOMIC_MOVE), name + options));
    }

    /** Each blob of an image asks, and a folder of many partial files is long. */
    @Test
    void aResumptionListsTheQuarantineOnce() throws IOException {
        String dead = "sha256-" + BLOB.digest().encoded() + "-f81d4fae-1.1";
        Files.write(folder.resolve("quarantine").resolve(dead + ".writing"), Arrays.copyOf(BLOB.content(), 100_000));
        Files.createFile(folder.resolve("quarantine").resolve(dead + ".lock"));
        disk.listings = 0;
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(100_000, writer.offset());
        }
        assertEquals(1, disk.listings);
    }

    private String store(String name) throws IOException {
        return folder.toRealPath().resolve(name).toString();
    }

    private interface PathAction {
        void run(Path path) throws IOException;
    }

    private static Fault folders(Step fault, PathAction action) {
        return (step, path) -> {
            if (step == fault && Files.isDirectory(path)) {
                action.run(path);
            }
        };
    }

    private static Fault at(Step fault, String name, Claim.IoAction action) {
        return (step, path) -> {
            if (step == fault && path.endsWith(name)) {
                action.run();
            }
        };
    }
}
