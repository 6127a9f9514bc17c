package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
    /** Before any time that a test machine has, so that no file that a test leaves is old. */
    private static final Instant NOW = Instant.parse("2020-01-01T00:00:00Z");

    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static final Blobs BLOB = Blobs.of(1, 200_000);

    @TempDir
    Path folder;

    private ContentStore store;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.of(folder, CLOCK);
    }

    @Test
    void keepsABlobUnderItsDigestAsAnImageLayoutDoes() throws IOException {
        assertFalse(store.contains(BLOB.digest()));
        assertTrue(store.store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content())));
        assertTrue(store.contains(BLOB.digest()));
        Path file =
                folder.resolve("blobs").resolve("sha256").resolve(BLOB.digest().encoded());
        assertArrayEquals(BLOB.content(), Files.readAllBytes(file));
        assertEquals(List.of(), Blobs.quarantine(folder));
        try (var in = store.open(BLOB.digest(), BLOB.size())) {
            assertArrayEquals(BLOB.content(), in.readAllBytes());
            assertEquals(State.VERIFIED, in.state());
        }
        try (var channel = store.openUnverified(BLOB.digest(), BLOB.size())) {
            assertEquals(BLOB.size(), channel.size());
        }
    }

    @Test
    @Timeout(60)
    void doesNotSpinOnASourceThatGivesNoBytesWhereItShouldWait() throws IOException {
        Blobs small = Blobs.of(2, 300);
        InputStream lazy = new FilterInputStream(new ByteArrayInputStream(small.content())) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return 0;
            }
        };
        assertTrue(store.store(small.digest(), small.size(), lazy));
        store.verify(small.digest(), small.size());
    }

    @Test
    void doesNotMindAnotherWriterThatMakesTheFolderOfAnAlgorithm() throws Exception {
        Path sha256 = folder.resolve("blobs").resolve("sha256");
        CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 5_000; i++) {
                    Files.createDirectory(sha256);
                    Files.delete(sha256);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        do {
            assertFalse(store.contains(BLOB.digest()));
        } while (!others.isDone());
        others.join();
    }

    @Test
    void noticesWhatTheDiskHasChanged() throws IOException {
        store.store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()));
        store.verify(BLOB.digest(), BLOB.size());
        Path file =
                folder.resolve("blobs").resolve("sha256").resolve(BLOB.digest().encoded());
        byte[] changed = BLOB.content().clone();
        changed[100_000] ^= 1;
        Files.write(file, changed);
        var other = assertThrows(VerificationException.class, () -> store.verify(BLOB.digest(), BLOB.size()));
        assertEquals(Reason.DIGEST_MISMATCH, other.reason());
        Files.write(file, BLOB.from(1));
        var shorter = assertThrows(VerificationException.class, () -> store.verify(BLOB.digest(), BLOB.size()));
        assertEquals(Reason.TOO_SHORT, shorter.reason());
        Files.delete(file);
        assertThrows(NoSuchFileException.class, () -> store.verify(BLOB.digest(), BLOB.size()));
    }

    @Test
    void letsAPartialFileGoWhereTheEngineThrowsWhileItIsHashedAgain() throws IOException {
        try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
            writer.write(BLOB.content(), 0, 100_000);
        }
        ContentStore broken = store.withEngine(algorithm -> Optional.of(new MessageDigest("broken") {
            @Override
            protected void engineUpdate(byte input) {}

            @Override
            protected void engineUpdate(byte[] input, int offset, int length) {
                throw new ProviderException("takes no bytes");
            }

            @Override
            protected byte[] engineDigest() {
                return new byte[32];
            }

            @Override
            protected void engineReset() {}
        }));
        for (int i = 0; i < 2; i++) {
            assertThrows(ProviderException.class, () -> broken.resume(BLOB.digest(), BLOB.size()));
            assertTrue(
                    Blobs.quarantine(folder).stream().allMatch(name -> name.endsWith(".partial")),
                    Blobs.quarantine(folder).toString());
        }
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(100_000, writer.offset());
        }
    }

    @Test
    void deletesInAnInterruptedThreadAndKeepsTheInterrupt() throws IOException {
        store.store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()));
        Thread.currentThread().interrupt();
        try {
            assertTrue(store.delete(BLOB.digest()));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertFalse(store.contains(BLOB.digest()));
    }

    @Test
    void namesWhatIsNull() {
        Digest none = absent();
        assertNames("digest", () -> store.write(none, 1));
        assertNames("digest", () -> store.resume(none, 1));
        assertNames("digest", () -> store.store(none, 1, InputStream.nullInputStream()));
        assertNames("digest", () -> store.open(none, 1));
        assertNames("digest", () -> store.openUnverified(none, 1));
        assertNames("digest", () -> store.verify(none, 1));
        assertNames("digest", () -> store.contains(none));
        assertNames("digest", () -> store.delete(none));
        assertNames("digest", () -> store.makeDurable(none, 1));
        assertNames("source", () -> store.store(BLOB.digest(), BLOB.size(), absent()));
        assertNames("clock", () -> ContentStore.of(folder, absent()));
        assertNames("folder", () -> ContentStore.of(absent(), CLOCK));
    }

    private static void assertNames(String parameter, Executable call) {
        assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a caller without such checks can pass
    private static <T> T absent() {
        return null;
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void isOpenedByWhoMayOnlyReadItWhateverIsOldInIt() throws IOException {
        store.store(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()));
        Blobs other = Blobs.of(2, 100_000);
        try (BlobWriter writer = store.write(other.digest(), other.size()).orElseThrow()) {
            writer.write(other.content(), 0, 70_000);
        }
        Path quarantine = folder.resolve("quarantine");
        String dead = "sha256-" + other.digest().encoded() + "-f81d4fae-1.1";
        Files.write(quarantine.resolve(dead + ".writing"), other.content());
        List<String> before = Blobs.quarantine(folder);
        Set<PosixFilePermission> all = Files.getPosixFilePermissions(quarantine);
        Files.setPosixFilePermissions(quarantine, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assumeFalse(Files.isWritable(quarantine), "this user may write everywhere");
            ContentStore reader =
                    ContentStore.of(folder, Clock.fixed(Instant.parse("2100-01-01T00:00:00Z"), ZoneOffset.UTC));
            reader.verify(BLOB.digest(), BLOB.size());
            assertEquals(before, Blobs.quarantine(folder));
        } finally {
            Files.setPosixFilePermissions(quarantine, all);
        }
    }

    @Test
    void keepsBlobsWhoseAlgorithmAnEngineHas() throws IOException {
        HashEngine engine = HashEngine.runtime().or(HashEngine.of(new BouncyCastleProvider()));
        Digest digest = Digest.ofHash(
                DigestAlgorithm.BLAKE3,
                engine.newHash(DigestAlgorithm.BLAKE3).orElseThrow().digest(BLOB.content()));
        var e = assertThrows(VerificationException.class, () -> store.write(digest, BLOB.size()));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
        ContentStore more = store.withEngine(engine);
        assertTrue(more.store(digest, BLOB.size(), new ByteArrayInputStream(BLOB.content())));
        more.verify(digest, BLOB.size());
        assertThrows(VerificationException.class, () -> store.verify(digest, BLOB.size()));
        try (var in = more.open(digest, BLOB.size())) {
            assertArrayEquals(BLOB.content(), in.readAllBytes());
        }
    }

    @Test
    void keepsBlobsOfEverySupportedAlgorithmAndTheEmptyOne() throws IOException {
        for (DigestAlgorithm algorithm :
                List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)) {
            for (int size : new int[] {0, 1, 131_071, 131_072, 131_073}) {
                Blobs blob = Blobs.of(size, size);
                Digest digest = Digest.of(algorithm, blob.content());
                assertTrue(store.store(digest, size, new ByteArrayInputStream(blob.content())));
                try (var in = store.open(digest, size)) {
                    assertArrayEquals(blob.content(), in.readAllBytes());
                }
            }
        }
        assertEquals(15, Blobs.verifyTrusted(folder));
    }

    @Test
    void refusesAnAlgorithmThatCannotVerifyAndWritesNothing() throws IOException {
        Digest digest = Digest.parse("md5:abcdef");
        var e = assertThrows(VerificationException.class, () -> store.write(digest, 1));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
        e = assertThrows(VerificationException.class, () -> store.resume(digest, 1));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
        assertFalse(store.contains(digest));
        assertFalse(store.delete(digest));
        Files.createDirectory(folder.resolve("blobs").resolve("odd"));
        for (Digest endless : List.of(
                Digest.parse("odd:" + "x".repeat(256)),
                Digest.parse("odd:" + "x".repeat(5000)),
                Digest.parse("x".repeat(300) + ":x"))) {
            assertFalse(store.contains(endless));
            assertFalse(store.delete(endless));
            assertThrows(NoSuchFileException.class, () -> store.open(endless, 1));
        }
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void takesBytesInEveryShape() throws IOException {
        try (BlobWriter writer = start(BLOB)) {
            writer.write(BLOB.content()[0]);
            writer.write(BLOB.content(), 1, 99);
            assertEquals(
                    70_000,
                    writer.write(ByteBuffer.allocateDirect(70_000)
                            .put(BLOB.content(), 100, 70_000)
                            .flip()));
            assertEquals(70_100, writer.offset());
            assertEquals(BLOB.size() - 70_100, writer.remaining());
            writer.write(BLOB.from(70_100));
            assertFalse(store.contains(BLOB.digest()));
            assertEquals(State.NOT_FINISHED, writer.state());
            writer.commit();
            assertEquals(State.VERIFIED, writer.state());
            assertFalse(writer.isOpen());
            assertThrows(ClosedChannelException.class, writer::commit);
            assertThrows(ClosedChannelException.class, () -> writer.write(1));
        }
        assertEquals(1, Blobs.verifyTrusted(folder));
    }

    @Test
    void refusesOtherContentAndKeepsNothingOfIt() throws IOException {
        byte[] other = BLOB.content().clone();
        other[150_000]++;
        try (BlobWriter writer = start(BLOB)) {
            writer.write(other);
            var e = assertThrows(VerificationException.class, writer::commit);
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
            assertFalse(writer.isOpen());
        }
        assertNothingKept();
    }

    @Test
    void refusesTheFirstSurplusByteAndKeepsNothing() throws IOException {
        try (BlobWriter writer = start(BLOB)) {
            writer.write(BLOB.content());
            var e = assertThrows(VerificationException.class, () -> writer.write(0));
            assertEquals(Reason.TOO_LONG, e.reason());
            assertThrows(ClosedChannelException.class, writer::commit);
        }
        assertNothingKept();
    }

    @Test
    void refusesContentThatEndsEarlyAndKeepsItToBeResumed() throws IOException {
        var in = new ByteArrayInputStream(BLOB.content(), 0, 100_000);
        var e = assertThrows(VerificationException.class, () -> store.store(BLOB.digest(), BLOB.size(), in));
        assertEquals(Reason.TOO_SHORT, e.reason());
        assertEquals(0, Blobs.verifyTrusted(folder));
        assertEquals(100_000, resumable(store, BLOB));
    }

    /** An endless body is not worth reading to be refused. */
    @Test
    void asksForOneByteMoreThanPromisedAtMost() throws IOException {
        long[] given = new long[1];
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                given[0]++;
                return 0;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                given[0] += length;
                return length;
            }
        };
        for (int size : new int[] {0, 100, 131_071, 131_072, 200_000}) {
            given[0] = 0;
            try (BlobWriter writer = store.write(BLOB.digest(), size).orElseThrow()) {
                var e = assertThrows(VerificationException.class, () -> writer.writeAll(endless));
                assertEquals(Reason.TOO_LONG, e.reason());
            }
            assertEquals(size + 1, given[0], "one byte too many was enough");
        }
    }

    @Test
    void comesToAnEndWhateverSizeIsPromised() {
        Digest digest = Digest.sha256Of(new byte[0]);
        var e = assertThrows(
                VerificationException.class,
                () -> store.store(digest, Long.MAX_VALUE, new ByteArrayInputStream(new byte[10])));
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
    }

    @Test
    void keepsNoWrongContentEvenIfItsWriterIsInterrupted() throws IOException {
        Digest digest = Digest.sha256Of(new byte[] {1});
        BlobWriter writer = store.write(digest, 1000).orElseThrow();
        writer.write(new byte[1000]);
        Thread.currentThread().interrupt();
        try {
            assertThrows(VerificationException.class, () -> writer.write(1));
        } finally {
            assertTrue(Thread.interrupted());
        }
        try (BlobWriter next = store.resume(digest, 1000).orElseThrow()) {
            assertEquals(0, next.offset());
        }
    }

    @Test
    void answersABlobThatIsThereWithoutReadingTheSource() throws IOException {
        put(BLOB);
        InputStream unread = InputStream.nullInputStream();
        unread.close(); // so that a read throws
        assertFalse(store.store(BLOB.digest(), BLOB.size(), unread));
        assertTrue(store.write(BLOB.digest(), BLOB.size()).isEmpty());
        assertTrue(store.resume(BLOB.digest(), BLOB.size()).isEmpty());
    }

    @Test
    void refusesABlobThatIsThereInAnotherSizeThanPromised() throws IOException {
        put(BLOB);
        var e = assertThrows(VerificationException.class, () -> store.write(BLOB.digest(), BLOB.size() + 1));
        assertEquals(Reason.TOO_SHORT, e.reason());
        e = assertThrows(VerificationException.class, () -> store.resume(BLOB.digest(), BLOB.size() - 1));
        assertEquals(Reason.TOO_LONG, e.reason());
        e = assertThrows(VerificationException.class, () -> store.openUnverified(BLOB.digest(), BLOB.size() - 1));
        assertEquals(Reason.TOO_LONG, e.reason());
    }

    @Test
    void noticesABlobThatWasChangedOnDiskWhenItIsReadVerified() throws IOException {
        put(BLOB);
        byte[] other = BLOB.content().clone();
        other[7]++;
        Files.write(file(BLOB), other);
        try (var in = store.open(BLOB.digest(), BLOB.size())) {
            var e = assertThrows(VerificationException.class, in::readAllBytes);
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        }
        try (var channel = store.openUnverified(BLOB.digest(), BLOB.size())) {
            assertEquals(BLOB.size(), channel.size());
        }
    }

    @Test
    void saysThatABlobIsMissing() throws IOException {
        assertThrows(NoSuchFileException.class, () -> store.open(BLOB.digest(), BLOB.size()));
        assertThrows(NoSuchFileException.class, () -> store.openUnverified(BLOB.digest(), BLOB.size()));
        assertFalse(store.delete(BLOB.digest()));
        put(BLOB);
        assertTrue(store.delete(BLOB.digest()));
        assertFalse(store.contains(BLOB.digest()));
        assertThrows(NoSuchFileException.class, () -> store.open(BLOB.digest(), BLOB.size()));
    }

    @Test
    void resumesInAnotherStoreWhereTheFirstBrokeOff() throws IOException {
        try (BlobWriter writer = start(BLOB)) {
            writer.write(BLOB.content(), 0, 123_456);
        }
        ContentStore next = ContentStore.of(folder, CLOCK);
        try (BlobWriter writer = next.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(123_456, writer.offset());
            writer.write(BLOB.from(writer.offset()));
            writer.commit();
        }
        assertEquals(1, Blobs.verifyTrusted(folder));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void resumesWhatASourceGaveBeforeItFailed() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };
        var source = new SequenceInputStream(new ByteArrayInputStream(BLOB.content(), 0, 65_536), broken);
        var e = assertThrows(IOException.class, () -> store.store(BLOB.digest(), BLOB.size(), source));
        assertEquals("connection reset", e.getMessage());
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(65_536, writer.offset());
            writer.discard();
        }
        assertNothingKept();
    }

    @Test
    void offersAWrongPartialFileOnceAndNeverAgain() throws IOException {
        try (BlobWriter writer = start(BLOB)) {
            writer.write(BLOB.content(), 1, 100_000);
        }
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(100_000, writer.offset());
            writer.write(BLOB.from(100_000));
            var e = assertThrows(VerificationException.class, writer::commit);
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        }
        assertNothingKept();
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(0, writer.offset());
        }
    }

    @Test
    void resumesACompletePartialFileWithNothingToAskFor() throws IOException {
        try (BlobWriter writer = start(BLOB)) {
            writer.write(BLOB.content());
        }
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(0, writer.remaining());
            writer.commit();
        }
        assertEquals(1, Blobs.verifyTrusted(folder));
    }

    @Test
    void resumesTheLongestPartialFileThatFitsAndIsNotBeingWritten() throws IOException {
        try (BlobWriter living = start(BLOB)) {
            living.write(BLOB.content(), 0, 100_000);
            try (BlobWriter a = start(BLOB);
                    BlobWriter b = start(BLOB)) {
                a.write(BLOB.content(), 0, 70_000);
                b.write(BLOB.content(), 0, 90_000);
            }
            try (BlobWriter first = store.resume(BLOB.digest(), 89_999).orElseThrow()) {
                assertEquals(70_000, first.offset(), "one of 90,000 bytes is too long for 89,999");
            }
            try (BlobWriter first = store.resume(BLOB.digest(), BLOB.size()).orElseThrow();
                    BlobWriter second = store.resume(BLOB.digest(), BLOB.size()).orElseThrow();
                    BlobWriter third = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
                assertEquals(90_000, first.offset());
                assertEquals(70_000, second.offset());
                assertEquals(0, third.offset());
            }
        }
    }

    @Test
    void severalWritersOfOneBlobDoNotDisturbEachOther() throws IOException {
        ContentStore other = ContentStore.of(folder, Clock.fixed(NOW.plus(Duration.ofDays(1000)), ZoneOffset.UTC));
        try (BlobWriter a = start(BLOB);
                BlobWriter b = other.write(BLOB.digest(), BLOB.size()).orElseThrow();
                BlobWriter wrong = start(BLOB)) {
            a.write(BLOB.content(), 0, 150_000);
            b.write(BLOB.content());
            wrong.write(new byte[150_000]);
            other.cleanUp();
            a.write(BLOB.from(150_000));
            a.commit();
            wrong.write(new byte[50_000]);
            assertThrows(VerificationException.class, wrong::commit);
            b.commit();
        }
        assertEquals(1, Blobs.verifyTrusted(folder));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    @Timeout(60)
    void threadsOnOneFolderDoNotDisturbEachOther() throws Exception {
        // Room for one broken download, so that a clean-up deletes what another thread is about to resume.
        StoreLimits few = StoreLimits.defaults().withMaxPartialBytes(150_000);
        List<ContentStore> stores = List.of(store, ContentStore.of(folder, few, CLOCK));
        List<Blobs> blobs = List.of(Blobs.of(11, 150_000), Blobs.of(12, 150_000), Blobs.of(13, 150_000));
        int count = 4;
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<?>> all = new ArrayList<>();
            CyclicBarrier together = new CyclicBarrier(count);
            for (int i = 0; i < count; i++) {
                Random random = new Random(i);
                ContentStore mine = stores.get(i % stores.size());
                all.add(threads.submit(() -> {
                    together.await();
                    for (int round = 0; round < 100; round++) {
                        doAnything(mine, blobs.get(random.nextInt(blobs.size())), random);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertTrue(Blobs.verifyTrusted(folder) <= blobs.size());
        for (String name : Blobs.quarantine(folder)) {
            assertTrue(name.endsWith(".partial"), name);
        }
        for (Blobs blob : blobs) {
            if (!store.contains(blob.digest())) {
                put(blob);
            }
            store.verify(blob.digest(), blob.size());
        }
    }

    /** One call or two, of which none may fail but for a blob that another thread has deleted. */
    private static void doAnything(ContentStore store, Blobs blob, Random random) throws IOException {
        switch (random.nextInt(6)) {
            case 0 -> store.store(blob.digest(), blob.size(), new ByteArrayInputStream(blob.content()));
            case 1 -> {
                Optional<BlobWriter> absent = store.write(blob.digest(), blob.size());
                if (absent.isPresent()) {
                    try (BlobWriter broken = absent.get()) {
                        broken.write(blob.content(), 0, 60_000 + random.nextInt(60_000));
                    }
                }
            }
            case 2 -> {
                Optional<BlobWriter> absent = store.resume(blob.digest(), blob.size());
                if (absent.isPresent()) {
                    try (BlobWriter writer = absent.get()) {
                        writer.write(blob.from(writer.offset()));
                        writer.commit();
                    }
                }
            }
            case 3 -> store.delete(blob.digest());
            case 4 -> store.cleanUp();
            default -> {
                try {
                    store.verify(blob.digest(), blob.size());
                } catch (NoSuchFileException e) {
                    // Deleted, or not yet there.
                }
            }
        }
    }

    @Test
    void cleansUpPartialFilesThatAreTooOldOrTooManyFromTheOldestOn() throws IOException {
        StoreLimits limits =
                StoreLimits.defaults().withMaxPartialAge(Duration.ofHours(10)).withMaxPartialBytes(250_000);
        for (int hours : new int[] {11, 3, 2, 1}) {
            Blobs blob = Blobs.of(hours, 200_000);
            try (BlobWriter writer = start(blob)) {
                writer.write(blob.content(), 0, 100_000);
            }
            for (String name : Blobs.quarantine(folder)) {
                if (name.contains(blob.digest().encoded())) {
                    Files.setLastModifiedTime(
                            folder.resolve("quarantine").resolve(name),
                            FileTime.from(NOW.minus(Duration.ofHours(hours))));
                }
            }
        }
        ContentStore.of(folder, limits.withMaxPartialBytes(1_000_000), CLOCK);
        assertEquals(3, Blobs.quarantine(folder).size(), "one is older than 10 hours");
        ContentStore next = ContentStore.of(folder, limits, CLOCK);
        assertEquals(2, Blobs.quarantine(folder).size(), "two of 100,000 bytes fit into 250,000");
        assertEquals(0, resumable(next, Blobs.of(3, 200_000)));
        assertEquals(100_000, resumable(next, Blobs.of(2, 200_000)));
        ContentStore.of(folder, limits.withMaxPartialBytes(0), CLOCK);
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void anInterruptClosesTheWriterAndKeepsWhatWasWritten() throws IOException {
        Blobs large = Blobs.of(2, 300_000); // more than a writer holds, twice
        BlobWriter writer = start(large);
        writer.write(large.content(), 0, 131_072);
        Thread.currentThread().interrupt();
        assertThrows(ClosedByInterruptException.class, () -> writer.write(large.from(131_072)));
        assertTrue(Thread.interrupted());
        assertFalse(writer.isOpen());
        writer.close();
        assertEquals(131_072, resumable(store, large));
    }

    @Test
    void followsNoSymbolicLinkInsideOfItsFolder(@TempDir Path outside) throws IOException {
        Files.delete(folder.resolve("quarantine"));
        Files.createSymbolicLink(folder.resolve("quarantine"), outside);
        assertThrows(NotDirectoryException.class, () -> store.write(BLOB.digest(), BLOB.size()));
        assertThrows(NotDirectoryException.class, () -> ContentStore.of(folder, CLOCK));
        Files.delete(folder.resolve("quarantine"));
        store = ContentStore.of(folder, CLOCK);

        Files.createSymbolicLink(folder.resolve("blobs").resolve("sha256"), outside);
        assertThrows(NotDirectoryException.class, () -> store.write(BLOB.digest(), BLOB.size()));
        assertThrows(NotDirectoryException.class, () -> store.delete(BLOB.digest()));
        Files.delete(folder.resolve("blobs").resolve("sha256"));

        put(BLOB);
        Path target = Files.write(outside.resolve("file"), BLOB.content());
        Files.delete(file(BLOB));
        Files.createSymbolicLink(file(BLOB), target);
        assertThrows(FileSystemException.class, () -> store.open(BLOB.digest(), BLOB.size()));
        assertThrows(FileSystemException.class, () -> store.openUnverified(BLOB.digest(), BLOB.size()));
        assertArrayEquals(BLOB.content(), Files.readAllBytes(target));
    }

    @Test
    void aFolderThatWentAwayIsATypedFailureAndNothingIsTrusted() throws IOException {
        BlobWriter writer = start(BLOB);
        writer.write(BLOB.content());
        Files.delete(folder.resolve("blobs"));
        assertThrows(FileSystemException.class, writer::commit);
        Files.createDirectory(folder.resolve("blobs"));
        assertEquals(0, Blobs.verifyTrusted(folder));
        assertEquals(BLOB.size(), resumable(store, BLOB), "what is verified is kept");
    }

    @Test
    void refusesLimitsBelowZero() {
        StoreLimits limits = StoreLimits.defaults();
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxPartialBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxPartialAge(Duration.ofNanos(-1)));
    }

    private BlobWriter start(Blobs blob) throws IOException {
        return store.write(blob.digest(), blob.size()).orElseThrow();
    }

    private void put(Blobs blob) throws IOException {
        assertTrue(store.store(blob.digest(), blob.size(), new ByteArrayInputStream(blob.content())));
    }

    private Path file(Blobs blob) {
        return folder.resolve("blobs").resolve("sha256").resolve(blob.digest().encoded());
    }

    private static long resumable(ContentStore store, Blobs blob) throws IOException {
        try (BlobWriter writer = store.resume(blob.digest(), blob.size()).orElseThrow()) {
            return writer.offset();
        }
    }

    private void assertNothingKept() throws IOException {
        assertEquals(0, Blobs.verifyTrusted(folder));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void followsNoLinkThatTookThePlaceOfItsBlobs(@TempDir Path outside) throws IOException {
        Files.delete(folder.resolve("blobs"));
        Files.createSymbolicLink(folder.resolve("blobs"), outside);
        assertThrows(NotDirectoryException.class, () -> store.contains(BLOB.digest()));
        assertThrows(NotDirectoryException.class, () -> put(BLOB));
        try (var files = Files.list(outside)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void opensWhateverElseLiesInQuarantine() throws IOException {
        String digest = BLOB.digest().toString().replace(':', '-');
        for (String suffix : List.of(".lock", ".newlock", ".writing", ".partial")) {
            Files.createDirectory(folder.resolve("quarantine").resolve(digest + "-1-1" + suffix));
        }
        store = ContentStore.of(folder, CLOCK);
        try (BlobWriter writer = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(0, writer.offset());
            writer.write(BLOB.content());
            writer.commit();
        }
        assertTrue(store.contains(BLOB.digest()));
    }

    @Test
    void keepsPartialFilesForAsLongAsThereIsTimeForIt() throws IOException {
        start(BLOB).close();
        try (BlobWriter writer = start(BLOB)) {
            writer.write(BLOB.content(), 0, 100_000);
        }
        StoreLimits always = StoreLimits.defaults().withMaxPartialAge(ChronoUnit.FOREVER.getDuration());
        for (Instant now : List.of(Instant.MIN, NOW, Instant.MAX)) {
            store = ContentStore.of(folder, always, Clock.fixed(now, ZoneOffset.UTC));
            assertEquals(100_000, resumable(store, BLOB));
        }
        ContentStore.of(folder, StoreLimits.defaults(), Clock.fixed(Instant.MAX, ZoneOffset.UTC));
        assertNothingKept();
    }

    /** So that who breaks off after the first byte, of one blob after the other, leaves nothing. */
    @Test
    void keepsNothingThatIsShort() throws IOException {
        for (int size : new int[] {1, 65_535, 65_536}) {
            try (BlobWriter writer = start(BLOB)) {
                writer.write(BLOB.content(), 0, size);
            }
            assertEquals(size < 65_536 ? 0 : 1, Blobs.quarantine(folder).size());
        }
        String dead = "sha256-" + Blobs.of(2, 1).digest().encoded() + "-f81d4fae-1.1";
        Files.write(folder.resolve("quarantine").resolve(dead + ".writing"), new byte[65_535]);
        Files.createFile(folder.resolve("quarantine").resolve(dead + ".lock"));
        store.cleanUp();
        assertEquals(1, Blobs.quarantine(folder).size());
    }

    @Test
    void refusesSizesBelowZero() throws IOException {
        put(BLOB);
        assertThrows(IllegalArgumentException.class, () -> store.open(BLOB.digest(), -1));
        assertThrows(IllegalArgumentException.class, () -> store.openUnverified(BLOB.digest(), -1));
        assertThrows(IllegalArgumentException.class, () -> store.write(BLOB.digest(), -1));
    }

    /** The owner of another hard link to a file could change it once it is trusted. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void goesOnWithNoPartialFileThatHasAnotherName() throws IOException {
        byte[] content = "some content".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.sha256Of(content);
        ContentStore store = ContentStore.of(folder.resolve("store"), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        try (BlobWriter writer = store.write(digest, content.length).orElseThrow()) {
            writer.write(content, 0, 70_000);
        }
        Path partial;
        try (Stream<Path> files = Files.list(folder.resolve("store/quarantine"))) {
            partial = files.filter(file -> file.toString().endsWith(".partial"))
                    .findFirst()
                    .orElseThrow();
        }
        Path other = Files.createLink(folder.resolve("other"), partial);
        try (BlobWriter writer = store.resume(digest, content.length).orElseThrow()) {
            assertEquals(0, writer.offset());
            writer.write(content);
            writer.commit();
        }
        assertEquals(70_000, Files.size(other));
        try (InputStream in = store.open(digest, content.length)) {
            assertArrayEquals(content, in.readAllBytes());
        }
    }
}
