package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.testing.SmallDisk;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoringInputStreamTest {
    private static final int HELD = ContentVerifier.DEFAULT_HOLD_BACK;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Blobs BLOB = Blobs.of(1, 500_000);

    @TempDir
    Path folder;

    private ContentStore store;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.of(folder, CLOCK);
    }

    private StoringInputStream tee(InputStream source) throws IOException {
        return store.tee(BLOB.digest(), BLOB.size(), source).orElseThrow();
    }

    private static byte[] wrong() {
        byte[] wrong = BLOB.content().clone();
        wrong[10] ^= 1;
        return wrong;
    }

    /** A client that reads what it can, and the failure that ends it. */
    private static VerificationException.Reason readUntilRefused(InputStream in, ByteArrayOutputStream client) {
        return assertThrows(VerificationException.class, () -> {
                    byte[] buffer = new byte[10_000];
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        client.write(buffer, 0, n);
                    }
                })
                .reason();
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            throw new IOException("connection reset");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, HELD - 1, HELD, HELD + 1, 500_000})
    void givesTheContentAndStoresIt(int size) throws IOException {
        Blobs blob = Blobs.of(size, size);
        try (StoringInputStream in = store.tee(blob.digest(), size, new ByteArrayInputStream(blob.content()))
                .orElseThrow()) {
            assertArrayEquals(blob.content(), in.readAllBytes());
            assertEquals(-1, in.read());
            assertTrue(in.isStored());
            assertEquals(State.VERIFIED, in.state());
        }
        store.verify(blob.digest(), size);
        assertEquals(List.of(), Blobs.quarantine(folder));
        assertTrue(store.tee(blob.digest(), size, InputStream.nullInputStream()).isEmpty());
    }

    @Test
    void hashesOnce() throws IOException {
        AtomicLong hashed = new AtomicLong();
        HashEngine counting =
                algorithm -> HashEngine.runtime().newHash(algorithm).map(hash -> new MessageDigest("counted") {
                    @Override
                    protected void engineUpdate(byte input) {
                        hashed.incrementAndGet();
                        hash.update(input);
                    }

                    @Override
                    protected void engineUpdate(byte[] input, int offset, int length) {
                        hashed.addAndGet(length);
                        hash.update(input, offset, length);
                    }

                    @Override
                    protected byte[] engineDigest() {
                        return hash.digest();
                    }

                    @Override
                    protected void engineReset() {
                        hash.reset();
                    }
                });
        try (StoringInputStream in = store.withEngine(counting)
                .tee(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(BLOB.content()))
                .orElseThrow()) {
            in.readAllBytes();
        }
        assertEquals(BLOB.size(), hashed.get());
    }

    @Test
    void wrongContentIsHeldBackAndDiscarded() throws IOException {
        var client = new ByteArrayOutputStream();
        try (StoringInputStream in = tee(new ByteArrayInputStream(wrong()))) {
            assertEquals(Reason.DIGEST_MISMATCH, readUntilRefused(in, client));
            assertEquals(Reason.DIGEST_MISMATCH, readUntilRefused(in, client));
            assertEquals(State.FAILED, in.state());
            assertFalse(in.isStored());
        }
        assertEquals(BLOB.size() - HELD, client.size());
        assertEquals(List.of(), Blobs.quarantine(folder));
        assertFalse(store.contains(BLOB.digest()));
    }

    @Test
    void aByteTooManyIsRefusedAndEverythingDiscarded() throws IOException {
        var client = new ByteArrayOutputStream();
        InputStream longer = new SequenceInputStream(
                new ByteArrayInputStream(BLOB.content()), new ByteArrayInputStream(new byte[1]));
        try (StoringInputStream in = tee(longer)) {
            assertEquals(Reason.TOO_LONG, readUntilRefused(in, client));
        }
        assertEquals(BLOB.size() - HELD, client.size());
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void contentThatEndsTooEarlyIsKeptToBeResumed() throws IOException {
        for (int size : List.of(300_000, 499_999)) {
            var client = new ByteArrayOutputStream();
            try (StoringInputStream in = tee(new ByteArrayInputStream(BLOB.content(), 0, size))) {
                assertEquals(Reason.TOO_SHORT, readUntilRefused(in, client));
            }
            assertTrue(client.size() <= BLOB.size() - HELD);
            try (BlobWriter again = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
                assertEquals(size, again.offset());
                again.discard();
            }
        }
    }

    @Test
    void aSourceThatBreaksLeavesWhatIsThereToBeResumed() throws IOException {
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(BLOB.content(), 0, 480_000), new Broken());
        try (StoringInputStream in = tee(broken)) {
            assertEquals(
                    "connection reset",
                    assertThrows(IOException.class, in::readAllBytes).getMessage());
            assertEquals(State.NOT_FINISHED, in.state());
        }
        try (BlobWriter again = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(480_000, again.offset());
        }
    }

    @Test
    void aClientThatLeavesEarlyLeavesWhatIsThereToBeResumed() throws IOException {
        try (StoringInputStream in = tee(new ByteArrayInputStream(BLOB.content()))) {
            in.readNBytes(400_000);
        }
        try (BlobWriter again = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(400_000, again.offset());
        }
    }

    @Test
    void aSourceThatVerifiesTooAndRefusesLeavesNothing() throws IOException {
        InputStream verified = VerifyingInputStream.of(new ByteArrayInputStream(wrong()), BLOB.digest(), BLOB.size());
        try (StoringInputStream in = tee(verified)) {
            assertEquals(Reason.DIGEST_MISMATCH, readUntilRefused(in, new ByteArrayOutputStream()));
        }
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    /** The client gets its content, verified, from a proxy whose disk is full. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStoreThatFailsDoesNotFailTheClient(boolean rightContent, @TempDir Path mounted) throws IOException {
        try (SmallDisk disk = SmallDisk.on(mounted, "256k")) {
            ContentStore full = ContentStore.of(disk.folder(), CLOCK);
            byte[] content = rightContent ? BLOB.content() : wrong();
            try (StoringInputStream in = full.tee(BLOB.digest(), BLOB.size(), new ByteArrayInputStream(content))
                    .orElseThrow()) {
                if (rightContent) {
                    assertArrayEquals(content, in.readAllBytes());
                    assertEquals(State.VERIFIED, in.state());
                } else {
                    var client = new ByteArrayOutputStream();
                    assertEquals(Reason.DIGEST_MISMATCH, readUntilRefused(in, client));
                    assertEquals(BLOB.size() - HELD, client.size());
                }
                assertFalse(in.isStored());
                assertInstanceOf(FileSystemException.class, in.storeFailure().orElseThrow());
            }
            assertEquals(List.of(), Blobs.quarantine(disk.folder()));
        }
    }

    @Test
    void aWriterThatHasBytesIsRefused() throws IOException {
        try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
            writer.write(1);
            InputStream source = InputStream.nullInputStream();
            assertThrows(IllegalArgumentException.class, () -> StoringInputStream.of(source, writer));
            assertThrows(IllegalArgumentException.class, () -> StoringInputStream.of(source, writer, -1));
        }
    }

    /** Six pulls of wrong content through a verified stream left six partial files. */
    @Test
    void aWriterBehindAVerifiedStreamKeepsNothingOfWrongContent() throws IOException {
        InputStream verified = VerifyingInputStream.of(new ByteArrayInputStream(wrong()), BLOB.digest(), BLOB.size());
        try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertThrows(VerificationException.class, () -> writer.writeAll(verified));
            assertFalse(writer.isOpen());
        }
        assertThrows(
                VerificationException.class,
                () -> store.store(
                        BLOB.digest(),
                        BLOB.size(),
                        VerifyingInputStream.of(new ByteArrayInputStream(wrong()), BLOB.digest(), BLOB.size())));
        assertEquals(List.of(), Blobs.quarantine(folder));
    }

    @Test
    void aWriterBehindAVerifiedStreamKeepsContentThatIsTooShort() throws IOException {
        byte[] shorter = Arrays.copyOf(BLOB.content(), 480_000);
        InputStream verified = VerifyingInputStream.of(new ByteArrayInputStream(shorter), BLOB.digest(), BLOB.size());
        try (BlobWriter writer = store.write(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertThrows(VerificationException.class, () -> writer.writeAll(verified));
        }
        try (BlobWriter again = store.resume(BLOB.digest(), BLOB.size()).orElseThrow()) {
            assertEquals(BLOB.size() - HELD, again.offset());
        }
    }
}
