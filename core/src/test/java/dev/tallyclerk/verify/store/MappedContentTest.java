package dev.tallyclerk.verify.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.testing.ForwardingFileChannel;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MappedContentTest {
    @TempDir
    Path folder;

    @Test
    void verifiesEveryLengthToItsLastByte() throws IOException {
        for (int size : new int[] {0, 1, 63, 64, 4095, 4096, 4097, 300_000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1}) {
            Blobs blob = Blobs.of(size, size);
            Path file = Files.write(folder.resolve("file" + size), blob.content());
            assertEquals(State.VERIFIED, verify(file, blob.digest(), size));
            if (size > 0) {
                byte[] changed = blob.content().clone();
                changed[size - 1] ^= 1;
                Files.write(file, changed);
                var e = assertThrows(VerificationException.class, () -> verify(file, blob.digest(), size));
                assertEquals(Reason.DIGEST_MISMATCH, e.reason());
            }
        }
    }

    @Test
    void refusesAnotherSize() throws IOException {
        for (int size : new int[] {10_000, 2_000_000}) {
            Blobs blob = Blobs.of(1, size);
            Path file = Files.write(folder.resolve("file"), blob.content());
            var tooShort = assertThrows(VerificationException.class, () -> verify(file, blob.digest(), size + 1));
            assertEquals(Reason.TOO_SHORT, tooShort.reason());
            var tooLong = assertThrows(VerificationException.class, () -> verify(file, blob.digest(), size - 1));
            assertEquals(Reason.TOO_LONG, tooLong.reason());
        }
    }

    /** A mapping of each would stay until the garbage collector comes, and a process may not have that many. */
    @Test
    void mapsNoSmallFile() throws IOException {
        for (int size : new int[] {1, (1 << 20) - 1, 1 << 20}) {
            Blobs blob = Blobs.of(1, size);
            Path file = Files.write(folder.resolve("file"), blob.content());
            ContentVerifier verifier = ContentVerifier.of(blob.digest(), size);
            List<Long> mapped = new ArrayList<>();
            try (FileChannel channel = new ForwardingFileChannel(FileChannel.open(file, StandardOpenOption.READ)) {
                @Override
                public MappedByteBuffer map(MapMode mode, long position, long length) throws IOException {
                    mapped.add(length);
                    return super.map(mode, position, length);
                }
            }) {
                MappedContent.verify(channel, verifier);
            }
            assertEquals(State.VERIFIED, verifier.state());
            assertEquals(size < 1 << 20 ? List.of() : List.of((long) size), mapped);
        }
    }

    @Test
    void readsWhatCannotBeMapped() throws IOException {
        Blobs blob = Blobs.of(1, 2_000_000);
        Path file = Files.write(folder.resolve("file"), blob.content());
        boolean[] ever = {true};
        try (FileChannel full = new ForwardingFileChannel(FileChannel.open(file, StandardOpenOption.READ)) {
            @Override
            public MappedByteBuffer map(MapMode mode, long position, long length) throws IOException {
                if (!ever[0]) {
                    throw new UnsupportedOperationException();
                }
                ever[0] = false;
                throw new IOException("Map failed");
            }
        }) {
            ContentVerifier verifier = ContentVerifier.of(blob.digest(), blob.size());
            MappedContent.verify(full, verifier);
            assertEquals(State.VERIFIED, verifier.state());
            ContentVerifier other = ContentVerifier.of(Digest.sha256Of(new byte[0]), blob.size());
            assertThrows(VerificationException.class, () -> MappedContent.verify(full, other));
        }
    }

    @Test
    void goesThroughAFileThatNeedsSeveralMappings() throws IOException {
        long size = (256L << 20) + 12_345;
        Path file = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), size - 1);
        }
        MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
        byte[] zeros = new byte[16 * 1024];
        for (long at = 0; at < size - 1; at += zeros.length) {
            hash.update(zeros, 0, (int) Math.min(zeros.length, size - 1 - at));
        }
        hash.update((byte) 1);
        assertEquals(State.VERIFIED, verify(file, Digest.ofHash(DigestAlgorithm.SHA256, hash.digest()), size));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a file that is mapped cannot be made shorter there")
    void aFileThatShrinksWhileItIsReadIsTooShort() throws IOException {
        Blobs blob = Blobs.of(1, 1 << 20);
        Path file = Files.write(folder.resolve("file"), blob.content());
        try (FileChannel real = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ContentVerifier verifier = ContentVerifier.of(blob.digest(), blob.size());
            // The runtime reports the missing page while it is hashed or after, and either way it is the same error.
            var e = assertThrows(
                    VerificationException.class, () -> MappedContent.verify(new ShrinkingFile(real), verifier));
            assertEquals(Reason.TOO_SHORT, e.reason());
            assertEquals(blob.size(), e.expectedSize());
        }
    }

    private static State verify(Path file, Digest digest, long size) throws IOException {
        ContentVerifier verifier = ContentVerifier.of(digest, size);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedContent.verify(channel, verifier);
        }
        return verifier.state();
    }
}
