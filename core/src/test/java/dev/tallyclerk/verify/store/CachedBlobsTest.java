package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedBlobsTest {
    private static final Instant NOW = Instant.parse("2020-01-10T00:00:00Z");
    private static final Blobs FIRST = Blobs.of(1, 200_000);
    private static final Blobs SECOND = Blobs.of(2, 300_000);

    @TempDir
    Path folder;

    private ContentStore store;

    @BeforeEach
    void open() throws IOException {
        store = at(NOW);
    }

    private ContentStore at(Instant now) throws IOException {
        return ContentStore.of(folder, Clock.fixed(now, ZoneOffset.UTC)).withFsync(false);
    }

    private void write(Blobs blob, Instant used) throws IOException {
        store.store(blob.digest(), blob.size(), new ByteArrayInputStream(blob.content()));
        Files.setLastModifiedTime(path(blob), FileTime.from(used));
    }

    private Path path(Blobs blob) {
        return folder.resolve("blobs/sha256").resolve(blob.digest().encoded());
    }

    @Test
    void saysWhatItHas() throws IOException {
        assertEquals(OptionalLong.empty(), store.size(FIRST.digest()));
        write(FIRST, NOW);
        write(SECOND, NOW.minusSeconds(1));
        Files.writeString(folder.resolve("blobs/sha256/notes.txt"), "no blob");
        assertEquals(OptionalLong.of(FIRST.size()), store.size(FIRST.digest()));
        assertEquals(500_000, store.totalBytes());
        assertEquals(
                List.of(
                        new StoredBlob(SECOND.digest(), SECOND.size(), NOW.minusSeconds(1)),
                        new StoredBlob(FIRST.digest(), FIRST.size(), NOW)),
                store.list().stream()
                        .sorted((a, b) -> a.lastUse().compareTo(b.lastUse()))
                        .toList());
    }

    @Test
    void givesAnyPart() throws IOException {
        write(FIRST, NOW);
        try (VerifiedBlob blob = store.openVerified(FIRST.digest()).orElseThrow();
                InputStream part = blob.stream(100, 1000);
                InputStream nothing = blob.stream(FIRST.size(), 0)) {
            assertArrayEquals(Arrays.copyOfRange(FIRST.content(), 100, 1100), part.readAllBytes());
            assertEquals(-1, nothing.read());
            assertThrows(IndexOutOfBoundsException.class, () -> blob.stream(1, FIRST.size()));
            assertThrows(IndexOutOfBoundsException.class, () -> blob.stream(-1, 1));
        }
        assertTrue(store.openVerified(SECOND.digest()).isEmpty());
    }

    @Test
    void publishesAsMuchAsIsRequested() throws Exception {
        write(FIRST, NOW);
        try (VerifiedBlob blob = store.openVerified(FIRST.digest()).orElseThrow()) {
            Collector collector = new Collector(1);
            blob.publisher(0, FIRST.size(), Runnable::run).subscribe(collector);
            assertArrayEquals(FIRST.content(), collector.result.get());
            Collector greedy = new Collector(Long.MAX_VALUE);
            blob.publisher(5, 10, Runnable::run).subscribe(greedy);
            assertArrayEquals(Arrays.copyOfRange(FIRST.content(), 5, 15), greedy.result.get());
            Collector wrong = new Collector(0);
            blob.publisher(0, 1, Runnable::run).subscribe(wrong);
            assertTrue(wrong.result.isCompletedExceptionally());
        }
    }

    @Test
    void aFileThatWasChangedByHandIsRefusedBothBeforeAndAfterItsFirstUse() throws IOException {
        write(FIRST, NOW);
        write(SECOND, NOW);
        store.openVerified(FIRST.digest()).orElseThrow().close();
        for (Blobs blob : List.of(FIRST, SECOND)) {
            byte[] changed = blob.content().clone();
            changed[7] ^= 1;
            Files.write(path(blob), changed);
            VerificationException refused =
                    assertThrows(VerificationException.class, () -> store.openVerified(blob.digest()));
            assertEquals(Reason.DIGEST_MISMATCH, refused.reason());
        }
    }

    @Test
    void hashesAFileOnceAsLongAsItDoesNotChange() throws IOException {
        write(FIRST, NOW);
        store.openVerified(FIRST.digest()).orElseThrow().close();
        // Other bytes of the same size and time: only hashing again would tell.
        FileTime time = Files.getLastModifiedTime(path(FIRST));
        byte[] changed = FIRST.content().clone();
        changed[7] ^= 1;
        Files.write(path(FIRST), changed);
        Files.setLastModifiedTime(path(FIRST), time);
        store.openVerified(FIRST.digest()).orElseThrow().close();
        assertThrows(VerificationException.class, () -> at(NOW).openVerified(FIRST.digest()));
    }

    @Test
    void evictsWhatWasNotUsedForTheLongestTime() throws IOException {
        write(FIRST, NOW.minus(Duration.ofDays(2)));
        write(SECOND, NOW.minus(Duration.ofDays(1)));
        CacheLimits limits = CacheLimits.defaults().withMaxBytes(400_000);
        store.openVerified(FIRST.digest()).orElseThrow().close(); // used now
        assertEquals(List.of(SECOND.digest()), digests(store.evict(limits)));
        assertEquals(List.of(), store.evict(limits));
        assertEquals(List.of(FIRST.digest()), digests(store.evict(limits.withMaxBytes(0))));
        assertEquals(0, store.totalBytes());
    }

    @Test
    void evictsTheOthersIfOneCannotBeDeleted() throws IOException {
        write(FIRST, NOW.minusSeconds(2));
        write(SECOND, NOW.minusSeconds(1));
        AtomicInteger asked = new AtomicInteger();
        Clock obstructing = new Clock() {
            @Override
            public Instant instant() {
                // First at the opening, and then between the list and the deletions.
                if (asked.incrementAndGet() == 2) {
                    try {
                        Files.delete(path(FIRST));
                        Files.createDirectory(path(FIRST));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return NOW;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        ContentStore obstructed = ContentStore.of(folder, obstructing).withFsync(false);
        assertThrows(FileSystemException.class, () -> obstructed.evict(new CacheLimits(0, Duration.ZERO)));
        assertFalse(store.contains(SECOND.digest()));
    }

    @Test
    void evictsWhatWasNotUsedForTooLong() throws IOException {
        write(FIRST, NOW.minus(Duration.ofDays(2)));
        write(SECOND, NOW.minus(Duration.ofDays(1)));
        CacheLimits limits = CacheLimits.defaults().withMaxUnused(Duration.ofDays(1));
        assertEquals(List.of(FIRST.digest()), digests(store.evict(limits)));
        assertFalse(store.contains(FIRST.digest()));
        assertTrue(store.contains(SECOND.digest()));
    }

    @Test
    void neverEvictsWhatIsOpen() throws IOException {
        write(FIRST, NOW);
        CacheLimits none = new CacheLimits(0, Duration.ZERO);
        VerifiedBlob one = store.openVerified(FIRST.digest()).orElseThrow();
        VerifiedBlob another = store.openVerified(FIRST.digest()).orElseThrow();
        another.close();
        another.close(); // counts once
        assertEquals(List.of(), store.evict(none));
        assertEquals(List.of(), store.withFsync(true).evict(none));
        one.close();
        assertEquals(List.of(FIRST.digest()), digests(store.evict(none)));
    }

    private static List<Digest> digests(List<StoredBlob> blobs) {
        return blobs.stream().map(StoredBlob::digest).toList();
    }

    /** Requests so many buffers at a time. */
    private static final class Collector implements Flow.Subscriber<ByteBuffer> {
        private final CompletableFuture<byte[]> result = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final long step;
        private Flow.@Nullable Subscription subscription;

        Collector(long step) {
            this.step = step;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(step);
        }

        @Override
        public void onNext(ByteBuffer item) {
            byte[] content = new byte[item.remaining()];
            item.get(content);
            bytes.writeBytes(content);
            Objects.requireNonNull(subscription).request(step);
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            result.complete(bytes.toByteArray());
        }
    }
}
