package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.testing.WatchedDisk;
import dev.tallyclerk.testing.WatchedDisk.Step;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.store.BlobWriter;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 5.7: what is fetched, under which name, and that nothing wrong is ever kept. */
class TargetDownloadTest {
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static final byte[] CONTENT = new byte[200_000];
    private static final String PATH = "dir/app.tar";

    /** What another process calls a download that it has not finished. */
    private static final String UNFINISHED = ".download-01234567-89ab-cdef-0123-456789abcdef-1.0.part";

    private final TestRepository repository = new TestRepository();
    private String fileName = "";

    @TempDir
    Path folder;

    @BeforeEach
    void publishTarget() {
        new Random(1).nextBytes(CONTENT);
        repository.addTarget(PATH, CONTENT);
        repository.publish();
        fileName = "dir/" + Digest.sha256Of(CONTENT).encoded() + ".app.tar";
    }

    /** Zeros until the connection breaks, and how many were read. */
    private static final class Zeros extends InputStream {
        private final long count;
        private final long[] read;

        Zeros(long count, long[] read) {
            this.count = count;
            this.read = read;
        }

        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int given = (int) Math.min(length, count - read[0]);
            if (given == 0) {
                throw new IOException("connection reset");
            }
            Arrays.fill(buffer, offset, offset + given, (byte) 0);
            read[0] += given;
            return given;
        }
    }

    /** python-tuf's setting prefix_targets_with_hash, which RSTUF's tests switch off. */
    @Test
    void targetFilesMayHaveTheirPlainNamesInSpiteOfConsistentSnapshots() throws TufException, IOException {
        repository.targetFiles.clear();
        repository.targetFiles.put(PATH, CONTENT);
        FreshMetadata metadata = repository
                .client(MetadataStore.inMemory())
                .withPrefixTargetsWithHash(false)
                .refresh();
        try (InputStream in = metadata.open(metadata.requireTarget(PATH))) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
        FreshMetadata strict = refresh();
        refuses(Reason.NOT_AVAILABLE, "targets", "5.7.3", () -> strict.open(strict.requireTarget(PATH)));
    }

    @Test
    void aSmallTargetIsReadFromItsFolderAndVerified() throws TufException, IOException {
        MetadataStore store = MetadataStore.inMemory();
        TufClient client = repository.client(store);
        FreshMetadata metadata = client.refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        assertArrayEquals(CONTENT, metadata.bytes(target, folder, CONTENT.length));
        Path file = RepositoryMetadata.fileOf(target, folder);
        assertEquals(folder.resolve("dir").resolve("app.tar"), file);
        repository.takeRequests();
        assertArrayEquals(CONTENT, client.offline().bytes(target, folder, CONTENT.length));
        assertEquals(List.of(), repository.takeRequests());
        Files.write(file, new byte[CONTENT.length]);
        refuses(Reason.FETCH_FAILED, "targets", "5.7.3", () -> client.offline().bytes(target, folder, 1 << 20));
        assertArrayEquals(CONTENT, metadata.bytes(target, folder, 1 << 20));
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        refuses(Reason.LIMIT_EXCEEDED, "targets", "5.7.3", () -> metadata.bytes(target, folder, CONTENT.length - 1));
    }

    /** RSTUF lists artifacts by BLAKE2b alone. */
    @ParameterizedTest
    @ValueSource(strings = {"blake2b-256", "blake2b-512", "sha3-256", "sha3-512"})
    void hashesOfOtherAlgorithmsAreComputedByAnEngine(String name) throws TufException, IOException {
        DigestAlgorithm algorithm = DigestAlgorithm.of(name);
        HashEngine engine = HashEngine.runtime().or(HashEngine.of(new BouncyCastleProvider()));
        String hash = java.util.HexFormat.of()
                .formatHex(engine.newHash(algorithm).orElseThrow().digest(CONTENT));
        list(Map.of("length", CONTENT.length, "hashes", Map.of(name, hash)));
        repository.targetFiles.put("dir/" + hash + ".app.tar", CONTENT);
        FreshMetadata without = refresh();
        refuses(Reason.NO_KNOWN_HASH, "targets", "5.7", () -> without.target(PATH));
        FreshMetadata metadata = repository
                .client(MetadataStore.inMemory())
                .withHashEngine(engine)
                .refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        assertEquals(algorithm, target.digests().get(0).algorithm());
        assertArrayEquals(CONTENT, metadata.bytes(target, folder, CONTENT.length));
        assertTrue(metadata.download(target, ContentStore.of(folder.resolve("store"), CLOCK)));
        repository.targetFiles.put("dir/" + hash + ".app.tar", new byte[CONTENT.length]);
        Path other = folder.resolve("other");
        refuses(Reason.HASH_MISMATCH, "targets", "5.7.3", () -> metadata.downloadInto(target, other));
    }

    private FreshMetadata refresh() throws TufException {
        FreshMetadata metadata = repository.client(MetadataStore.inMemory()).refresh();
        repository.takeRequests();
        return metadata;
    }

    private void list(Map<String, Object> target) {
        object(repository.targets, "targets").put(PATH, target);
        repository.publish();
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void refusesDownload(Reason reason) throws TufException, IOException {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        refuses(reason, "targets", "5.7.3", () -> metadata.download(target, folder.resolve("app")));
        refuses(reason, "targets", "5.7.3", () -> metadata.downloadInto(target, folder));
        assertEquals(List.of(), left());
        ContentStore store = ContentStore.of(folder.resolve("store"), CLOCK);
        refuses(reason, "targets", "5.7.3", () -> metadata.download(target, store));
        assertEquals(List.of(), left());
        for (Digest digest : target.digests()) {
            assertFalse(store.contains(digest));
        }
    }

    @Test
    void aTargetIsStoredUnderItsPlainNameAndFetchedByItsHash() throws Exception {
        FreshMetadata metadata = refresh();
        Path file = metadata.downloadInto(metadata.requireTarget(PATH), folder.resolve("new"));
        assertEquals(folder.resolve("new/dir/app.tar"), file);
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        assertEquals(List.of(fileName), repository.takeRequests());
        assertEquals(List.of(file), left());
    }

    @Test
    void withoutConsistentSnapshotsItIsFetchedByItsName() throws Exception {
        repository.root.put("consistent_snapshot", false);
        repository.rotateRoot();
        repository.writeAll();
        repository.targetFiles.put(PATH, CONTENT);
        FreshMetadata metadata = refresh();
        assertTrue(metadata.download(metadata.requireTarget(PATH), folder.resolve("app")));
        assertEquals(List.of(PATH), repository.takeRequests());
    }

    /** TUF 6.2: the file may be there under any of the listed hashes. */
    @Test
    void anyListedHashMayBeInTheName() throws Exception {
        String sha512 = Digest.of(DigestAlgorithm.SHA512, CONTENT).encoded();
        list(Map.of(
                "length",
                CONTENT.length,
                "hashes",
                Map.of("sha256", Digest.sha256Of(CONTENT).encoded(), "sha512", sha512)));
        byte[] file = repository.targetFiles.remove(fileName);
        repository.targetFiles.put("dir/" + sha512 + ".app.tar", file == null ? new byte[0] : file);
        FreshMetadata metadata = refresh();
        assertTrue(metadata.download(metadata.requireTarget(PATH), folder.resolve("app")));
    }

    @Test
    void whatIsThereAlreadyIsNotFetchedAgain() throws Exception {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Path file = folder.resolve("app");
        assertTrue(metadata.download(target, file));
        repository.takeRequests();
        assertFalse(metadata.download(target, file));
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aDamagedOrOutdatedFileIsReplaced() throws Exception {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Path file = folder.resolve("app");
        for (byte[] damaged : new byte[][] {{}, {1}, new byte[CONTENT.length], new byte[CONTENT.length + 1]}) {
            Files.write(file, damaged);
            assertTrue(metadata.download(target, file));
            assertArrayEquals(CONTENT, Files.readAllBytes(file));
        }
        assertEquals(List.of(file), left());
    }

    @Test
    void whatAKilledDownloadLeftGoesWithTheNextOne() throws Exception {
        Path left = Files.write(folder.resolve(UNFINISHED), new byte[1]);
        List<Path> others = List.of(folder.resolve(".download-mine"), folder.resolve("app.download"));
        for (Path other : others) {
            Files.createFile(other);
        }
        FreshMetadata metadata = refresh();
        assertTrue(metadata.download(metadata.requireTarget(PATH), folder.resolve("app")));
        assertFalse(Files.exists(left));
        for (Path other : others) {
            assertTrue(Files.exists(other), other.toString());
        }
    }

    /** A folder may hold many thousand targets, which are not to be gone through for each. */
    @Test
    void aFolderIsLookedThroughForLeftoversOnce() throws Exception {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        assertTrue(metadata.download(target, folder.resolve("one")));
        Path left = Files.write(folder.resolve(UNFINISHED), new byte[1]);
        Path same = Files.createDirectory(folder.resolve("sub")).resolve("../two");
        assertTrue(metadata.download(target, same));
        assertTrue(Files.exists(left));
        assertTrue(refresh().download(target, folder.resolve("three")));
        assertFalse(Files.exists(left));
    }

    @Test
    void whatIsStillBeingDownloadedStays() throws Exception {
        Path held = folder.resolve(UNFINISHED);
        Path outer = folder.resolve("outer");
        Path inner = folder.resolve("inner");
        TargetInfo target = refresh().requireTarget(PATH);
        FreshMetadata metadata = refresh();
        // The inner download begins and ends while this thread's outer one is written.
        TargetFetcher nested = path -> Optional.of(new SequenceInputStream(
                new ByteArrayInputStream(CONTENT, 0, 1000), new ByteArrayInputStream(CONTENT, 1000, CONTENT.length) {
                    @Override
                    public synchronized int read(byte[] buffer, int offset, int length) {
                        assertDoesNotThrow(() -> metadata.download(target, inner));
                        return super.read(buffer, offset, length);
                    }
                }));
        FreshMetadata slow =
                repository.client(MetadataStore.inMemory()).withTargets(nested).refresh();
        try (FileChannel channel = FileChannel.open(held, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.lock();
            assertTrue(slow.download(target, outer));
            assertTrue(Files.exists(held));
        }
        assertArrayEquals(CONTENT, Files.readAllBytes(outer));
        assertArrayEquals(CONTENT, Files.readAllBytes(inner));
    }

    @Test
    void aStoreInTheSameFolderLeavesADownloadAlone() throws Exception {
        TargetInfo target = refresh().requireTarget(PATH);
        // Another client begins and ends a refresh while the target is written.
        TargetFetcher slow = path -> Optional.of(new SequenceInputStream(
                new ByteArrayInputStream(CONTENT, 0, 1000), new ByteArrayInputStream(CONTENT, 1000, CONTENT.length) {
                    @Override
                    public synchronized int read(byte[] buffer, int offset, int length) {
                        assertDoesNotThrow(
                                () -> MetadataStore.inDirectory(folder).claim().close());
                        return super.read(buffer, offset, length);
                    }
                }));
        Path file = folder.resolve("app");
        FreshMetadata metadata =
                repository.client(MetadataStore.inMemory()).withTargets(slow).refresh();
        assertTrue(metadata.download(target, file));
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
    }

    @Test
    void anUnlistedTargetIsRefused() throws TufException {
        FreshMetadata metadata = refresh();
        TufException e = refuses(Reason.TARGET_NOT_LISTED, "targets", "5.7.2", () -> metadata.requireTarget("other"));
        assertEquals("other", e.targetPath().orElseThrow());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void anEmptyTargetIsATarget() throws Exception {
        repository.addTarget("empty", new byte[0]);
        repository.publish();
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget("empty");
        assertEquals(0, target.length());
        assertEquals(0, Files.size(metadata.downloadInto(target, folder)));
        assertTrue(metadata.download(target, ContentStore.of(folder.resolve("store"), CLOCK)));
        assertThrows(IllegalArgumentException.class, () -> new TargetInfo("x", -1, List.of(), "targets", ""));
    }

    // What is wrong is not kept

    @Test
    void otherContentIsRefused() throws Exception {
        byte[] other = CONTENT.clone();
        other[CONTENT.length - 1] ^= 1;
        repository.targetFiles.put(fileName, other);
        refusesDownload(Reason.HASH_MISMATCH);
    }

    @Test
    void shorterAndLongerContentIsRefused() throws Exception {
        repository.targetFiles.put(fileName, new byte[CONTENT.length - 1]);
        refusesDownload(Reason.LENGTH_MISMATCH);
    }

    @Test
    void longerContentIsRefusedAndNotReadToItsEnd() throws Exception {
        long[] read = {0};
        TargetFetcher endless = path -> Optional.of(new Zeros(Long.MAX_VALUE, read));
        FreshMetadata metadata =
                repository.client(MetadataStore.inMemory()).withTargets(endless).refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        TufException e = refuses(
                Reason.LENGTH_MISMATCH, "targets", "5.7.3", () -> metadata.download(target, folder.resolve("app")));
        assertEquals(CONTENT.length, e.expectedLength().orElseThrow());
        assertEquals(CONTENT.length + 1, e.actualLength().orElseThrow());
        assertEquals(PATH, e.targetPath().orElseThrow());
        assertEquals(CONTENT.length + 1, read[0]);
        assertEquals(List.of(), left());
    }

    @Test
    void everyKnownHashIsChecked() throws Exception {
        for (String wrong : List.of("sha256", "sha384", "sha512")) {
            Map<String, Object> hashes = new LinkedHashMap<>();
            for (String name : List.of("sha256", "sha384", "sha512")) {
                byte[] hashed = name.equals(wrong) ? new byte[1] : CONTENT;
                hashes.put(name, Digest.of(DigestAlgorithm.of(name), hashed).encoded());
            }
            list(Map.of("length", CONTENT.length, "hashes", hashes));
            for (Object hash : hashes.values()) {
                repository.targetFiles.put("dir/" + hash + ".app.tar", CONTENT);
            }
            refusesDownload(Reason.HASH_MISMATCH);
        }
    }

    @Test
    void aBrokenConnectionLeavesNothingAndIsNoVerdict() throws Exception {
        repository.failOn = fileName;
        refusesDownload(Reason.FETCH_FAILED);
    }

    /** As a fetcher tells it: the thread keeps its status. */
    private static InterruptedIOException interrupt() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    private void isInterrupted(TargetFetcher fetcher) throws TufException, IOException {
        FreshMetadata metadata =
                repository.client(MetadataStore.inMemory()).withTargets(fetcher).refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        ContentStore store = ContentStore.of(folder.resolve("store"), CLOCK);
        TufAssertions.Step toFile = () -> metadata.download(target, folder.resolve("app"));
        TufAssertions.Step toStore = () -> metadata.download(target, store);
        for (TufAssertions.Step step : List.of(toFile, toStore)) {
            TufException e = refuses(Reason.INTERRUPTED, "targets", "5.7.3", step);
            assertTrue(Thread.interrupted(), "still has that status");
            assertTrue(e.getCause() instanceof InterruptedIOException, () -> "cause: " + e.getCause());
        }
    }

    @Test
    void anInterruptIsToldFromARepositoryThatFails() throws Exception {
        isInterrupted(path -> {
            throw interrupt();
        });
        isInterrupted(path -> Optional.of(new InputStream() {
            @Override
            public int read() throws IOException {
                throw interrupt();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw interrupt();
            }
        }));
    }

    @Test
    void aConnectionThatBreaksInTheMiddleLeavesTheOldFile() throws Exception {
        TargetFetcher breaking = path -> Optional.of(new Zeros(100_000, new long[1]));
        FreshMetadata metadata = repository
                .client(MetadataStore.inMemory())
                .withTargets(breaking)
                .refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Path file = Files.write(folder.resolve("app"), new byte[] {1});
        refuses(Reason.FETCH_FAILED, "targets", "5.7.3", () -> metadata.download(target, file));
        assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
        assertEquals(List.of(file), left());
    }

    @Test
    void aMissingFileIsNotAvailable() throws Exception {
        repository.targetFiles.clear();
        refusesDownload(Reason.NOT_AVAILABLE);
    }

    @Test
    void aTargetWithoutAKnownHashIsRefusedBeforeAnyRequest() throws TufException {
        FreshMetadata metadata = refresh();
        TargetInfo none = new TargetInfo(PATH, 1, List.of(), "targets", "");
        refuses(Reason.NO_KNOWN_HASH, "targets", "5.7.3", () -> metadata.download(none, folder.resolve("app")));
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void aDiskThatFailsIsToldFromARepositoryThatDoes() throws TufException {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Path file = folder.resolve("missing/app");
        refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, file));
    }

    @Test
    void aClientWithoutATargetFetcherSaysSo() throws TufException {
        FreshMetadata metadata = TufClient.of(repository, MetadataStore.inMemory(), repository.rootFile(1))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        assertThrows(IllegalStateException.class, () -> metadata.open(target));
    }

    // Streams and stores

    @Test
    void aStreamEndsOnlyIfAllOfItHolds() throws Exception {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        try (InputStream in = metadata.open(target)) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
        byte[] other = CONTENT.clone();
        other[0] ^= 1;
        repository.targetFiles.put(fileName, other);
        try (InputStream in = metadata.open(target)) {
            assertThrows(VerificationException.class, in::readAllBytes);
        }
    }

    /** As some that a virtual machine shares with its host. */
    @Test
    void isKeptWhereTheFileSystemCannotForceFolders() throws Exception {
        WatchedDisk disk = new WatchedDisk(folder);
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && Files.isDirectory(path)) {
                throw new IOException("Invalid argument");
            }
        };
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Path file = disk.folder().resolve("app");
        assertTrue(metadata.download(target, file));
        assertFalse(metadata.download(target, file));
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("app")));
    }

    @Test
    void theContentIsForcedBeforeItHasItsName() throws Exception {
        WatchedDisk disk = new WatchedDisk(folder);
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Path file = disk.folder().resolve("app");
        Files.write(folder.resolve("app"), new byte[] {1});
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && !Files.isDirectory(path)) {
                throw new FileSystemException("app", null, "Input/output error");
            }
        };
        refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("app")), files.toList());
        }
        assertArrayEquals(new byte[] {1}, Files.readAllBytes(folder.resolve("app")));
        disk.fault = (step, path) -> {};
        disk.steps.clear();
        assertTrue(metadata.download(target, file));
        List<String> steps = disk.steps.stream()
                .filter(step -> !step.equals("force "))
                .map(step -> step.replaceAll("[.]download-.*", "the content"))
                .toList();
        assertEquals(List.of("force the content", "move to app"), steps);
    }

    @Test
    void aContentStoreHasItAsABlob() throws Exception {
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        ContentStore store = ContentStore.of(folder, CLOCK);
        assertTrue(metadata.download(target, store));
        assertTrue(store.contains(Digest.sha256Of(CONTENT)));
        repository.takeRequests();
        assertFalse(metadata.download(target, store));
        assertEquals(List.of(), repository.takeRequests());
    }

    /** The process that stored it may have been killed just before the name was durable. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a folder cannot be opened there, and need not be")
    void theNameOfABlobThatIsThereIsMadeDurable() throws Exception {
        ContentStore store = ContentStore.of(folder, CLOCK);
        Digest digest = Digest.sha256Of(CONTENT);
        store.store(digest, CONTENT.length, new ByteArrayInputStream(CONTENT));
        Path blobs = folder.resolve("blobs/sha256");
        Set<PosixFilePermission> all = Files.getPosixFilePermissions(blobs);
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        Files.setPosixFilePermissions(blobs, PosixFilePermissions.fromString("-wx------"));
        try {
            assumeFalse(Files.isReadable(blobs), "this user may read everything");
            refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, store));
        } finally {
            Files.setPosixFilePermissions(blobs, all);
        }
        assertFalse(metadata.download(target, store));
    }

    @Test
    void ofABlobThatCannotBeStoredNothingIsKeptButWhatSomebodyElseWillResume() throws Exception {
        WatchedDisk disk = new WatchedDisk(folder);
        ContentStore store = ContentStore.of(disk.folder(), CLOCK);
        Digest digest = Digest.sha256Of(CONTENT);
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        disk.fault = (step, path) -> {
            if (step == Step.MOVE && path.endsWith(digest.encoded())) {
                throw new FileSystemException("blob", null, "Permission denied");
            }
        };
        refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, store));
        assertEquals(0, resumed(store, digest), "what was verified could not be named");
        try (BlobWriter other = store.write(digest, CONTENT.length).orElseThrow()) {
            other.write(CONTENT, 0, 100_000);
        }
        disk.fault = (step, path) -> {
            if (step == Step.FORCE && path.toString().contains(digest.encoded())) {
                throw new FileSystemException("blob", null, "No space left on device");
            }
        };
        refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, store));
        assertEquals(100_000, resumed(store, digest));
    }

    private static long resumed(ContentStore store, Digest digest) throws IOException {
        try (BlobWriter writer = store.resume(digest, CONTENT.length).orElseThrow()) {
            return writer.offset();
        }
    }

    @Test
    void aBlobThatSomebodyElseStoresMeanwhileWasNotFetched() throws Exception {
        ContentStore store = ContentStore.of(folder, CLOCK);
        FreshMetadata metadata = refreshWhileSomebodyStoresIn(store);
        assertFalse(metadata.download(metadata.requireTarget(PATH), store));
        assertTrue(store.contains(Digest.sha256Of(CONTENT)));
    }

    @Test
    void aBlobThatSomebodyElseStoresMeanwhileMustHaveTheOtherHashesTooAndStays() throws Exception {
        ContentStore store = ContentStore.of(folder, CLOCK);
        FreshMetadata metadata = refreshWhileSomebodyStoresIn(store);
        Digest digest = Digest.sha256Of(CONTENT);
        Digest wrong = Digest.of(DigestAlgorithm.SHA512, new byte[1]);
        TargetInfo otherHash = new TargetInfo(PATH, CONTENT.length, List.of(digest, wrong), "team", "");
        refuses(Reason.HASH_MISMATCH, "team", "5.7.3", () -> metadata.download(otherHash, store));
        assertTrue(store.contains(digest));
    }

    /** {@return metadata of a repository that gives the content when somebody else has just stored it} */
    private FreshMetadata refreshWhileSomebodyStoresIn(ContentStore store) throws TufException {
        TargetFetcher slow = path -> {
            store.store(Digest.sha256Of(CONTENT), CONTENT.length, new ByteArrayInputStream(CONTENT));
            return Optional.of(new ByteArrayInputStream(CONTENT));
        };
        return repository.client(MetadataStore.inMemory()).withTargets(slow).refresh();
    }

    @Test
    void aBlobThatIsThereMustHaveTheOtherHashesTooAndStays() throws Exception {
        ContentStore store = ContentStore.of(folder, CLOCK);
        Digest digest = Digest.sha256Of(CONTENT);
        store.store(digest, CONTENT.length, new ByteArrayInputStream(CONTENT));
        Digest wrong = Digest.of(DigestAlgorithm.SHA512, new byte[1]);
        FreshMetadata metadata = refresh();
        TargetInfo otherHash = new TargetInfo(PATH, CONTENT.length, List.of(digest, wrong), "team", "");
        TufException e = refuses(Reason.HASH_MISMATCH, "team", "5.7.3", () -> metadata.download(otherHash, store));
        assertEquals(wrong, e.expectedDigest().orElseThrow());
        assertEquals(
                Digest.of(DigestAlgorithm.SHA512, CONTENT), e.actualDigest().orElseThrow());
        TargetInfo otherLength = new TargetInfo(PATH, 1, List.of(digest), "team", "");
        refuses(Reason.LENGTH_MISMATCH, "team", "5.7.3", () -> metadata.download(otherLength, store));
        assertTrue(store.contains(digest));
    }

    @Test
    void aBlobThatTheDiskHasDamagedIsNoMatterOfTheRepository() throws Exception {
        ContentStore store = ContentStore.of(folder, CLOCK);
        Digest digest = Digest.sha256Of(CONTENT);
        store.store(digest, CONTENT.length, new ByteArrayInputStream(CONTENT));
        Path blob = left().stream()
                .filter(file -> file.endsWith(digest.encoded()))
                .findFirst()
                .orElseThrow();
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        byte[] changed = CONTENT.clone();
        changed[0] ^= 1;
        for (byte[] damaged : List.of(changed, Arrays.copyOf(CONTENT, 1_000), new byte[0])) {
            Files.delete(blob);
            Files.write(blob, damaged);
            TufException e = refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> metadata.download(target, store));
            assertTrue(String.valueOf(e.getMessage()).contains(digest.toString()), e.getMessage());
        }
        store.delete(digest);
        assertTrue(metadata.download(target, store));
    }

    // Names

    /** CVE-2021-41149, CVE-2026-6968. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "..",
                "../x",
                "a/../../x",
                "a/./x",
                "a//x",
                "a/",
                "C:/x",
                "C:x",
                "a\\..\\x",
                "x:stream",
                "nul",
                "a/COM1.txt",
                "x.",
                "x ",
                "a?",
                "\u0000",
                "a\nb",
            })
    void aPathThatWouldLeaveTheFolderOnAnySystemIsRefused(String path) throws Exception {
        repository.addTarget(path, CONTENT);
        repository.publish();
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(path);
        TufException e = refuses(Reason.UNSAFE_PATH, "targets", "5.7.3", () -> metadata.downloadInto(target, inner));
        assertEquals(path, e.targetPath().orElseThrow());
        assertEquals(List.of(), left());
        assertEquals(List.of(), repository.takeRequests());
        // The caller may still choose a file for it.
        assertTrue(metadata.download(target, inner.resolve("chosen")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b-c_d", ".hidden", "...x", "ü/\ud83d\ude00", "a b/c%2e", "console", "com10", "~x", "-x"})
    void anUnusualPathThatIsSafeIsTakenAsItIs(String path) throws Exception {
        repository.addTarget(path, CONTENT);
        repository.publish();
        FreshMetadata metadata = refresh();
        Path file = metadata.downloadInto(metadata.requireTarget(path), folder);
        assertEquals(folder.resolve(path), file);
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
    }

    @Test
    void aSegmentThatIsTooLongForAFileIsRefused() throws Exception {
        String path = "ü".repeat(128);
        repository.addTarget(path, CONTENT);
        repository.publish();
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(path);
        refuses(Reason.UNSAFE_PATH, "targets", "5.7.3", () -> metadata.downloadInto(target, folder));
    }

    @Test
    void theLongestSegmentThatFilesTakeIsTaken() throws Exception {
        String path = "ü".repeat(127) + "x";
        repository.addTarget(path, CONTENT);
        repository.publish();
        FreshMetadata metadata = refresh();
        assertArrayEquals(CONTENT, Files.readAllBytes(metadata.downloadInto(metadata.requireTarget(path), folder)));
    }

    /** CVE-2026-6968: a link in the folder leads out of it. */
    @Test
    void aSymbolicLinkInTheFolderIsNotFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.createSymbolicLink(in.resolve("dir"), elsewhere);
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        refuses(Reason.UNSAFE_PATH, "targets", "5.7.3", () -> metadata.downloadInto(target, in));
        Files.delete(in.resolve("dir"));
        Files.createDirectory(in.resolve("dir"));
        Files.createSymbolicLink(in.resolve(PATH), elsewhere.resolve("victim"));
        refuses(Reason.UNSAFE_PATH, "targets", "5.7.3", () -> metadata.downloadInto(target, in));
        assertEquals(List.of(), left());
    }

    @Test
    void aChosenFileThatIsALinkIsReplacedAndNotWrittenThrough() throws Exception {
        Path victim = Files.write(folder.resolve("victim"), CONTENT);
        Path link = Files.createSymbolicLink(folder.resolve("link"), victim);
        Files.write(victim, "precious".getBytes(StandardCharsets.UTF_8));
        FreshMetadata metadata = refresh();
        assertTrue(metadata.download(metadata.requireTarget(PATH), link));
        assertEquals("precious", Files.readString(victim));
        assertFalse(Files.isSymbolicLink(link));
    }

    @Test
    void aFileInTheWayOfAFolderIsRefused() throws Exception {
        Files.createFile(folder.resolve("dir"));
        FreshMetadata metadata = refresh();
        TargetInfo target = metadata.requireTarget(PATH);
        refuses(Reason.UNSAFE_PATH, "targets", "5.7.3", () -> metadata.downloadInto(target, folder));
        Files.delete(folder.resolve("dir"));
        Files.createDirectories(folder.resolve(PATH));
        refuses(Reason.UNSAFE_PATH, "targets", "5.7.3", () -> metadata.downloadInto(target, folder));
    }
}
