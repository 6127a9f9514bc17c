package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.ForwardingFileChannel;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class VerifiedFilesTest {
    private static final byte[] CONTENT = new byte[300_001];

    static {
        new Random(3).nextBytes(CONTENT);
    }

    @TempDir
    private Path folder;

    @Test
    void acceptsAFileOfAnySizeThatIsWhatWasPromised() throws IOException {
        for (int size : new int[] {0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, CONTENT.length}) {
            byte[] content = Arrays.copyOf(CONTENT, size);
            VerifiedFiles.verify(write(content), Digest.sha256Of(content), size);
        }
    }

    @Test
    void refusesAnotherSizeAndAnotherByte() throws IOException {
        Path file = write(CONTENT);
        Digest digest = Digest.sha256Of(CONTENT);
        assertEquals(Reason.TOO_LONG, refusal(file, digest, CONTENT.length - 1).reason());
        assertEquals(Reason.TOO_SHORT, refusal(file, digest, CONTENT.length + 1).reason());
        assertEquals(CONTENT.length, refusal(file, digest, CONTENT.length + 1).actualSize());
        byte[] wrong = CONTENT.clone();
        wrong[200_000]++;
        assertEquals(
                Reason.DIGEST_MISMATCH,
                refusal(write(wrong), digest, CONTENT.length).reason());
    }

    /** Reading it would take minutes. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void comparesTheSizeOfAFileBeforeItReadsAByte() throws IOException {
        long size = 1L << 38;
        Path file = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
        }
        Digest digest = Digest.sha256Of(CONTENT);
        assertEquals(Reason.TOO_LONG, refusal(file, digest, size - 1).reason());
        assertEquals(Reason.TOO_SHORT, refusal(file, digest, size + 1).reason());
    }

    @Test
    void comparesTheSizeOfAChannelBeforeItReadsAByte() throws IOException {
        try (var unread = new ForwardingFileChannel(FileChannel.open(write(CONTENT), StandardOpenOption.READ)) {
            @Override
            public int read(ByteBuffer target, long position) {
                throw new AssertionError("it was read");
            }
        }) {
            for (int difference : new int[] {-1, 1}) {
                var verifier = ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length + difference);
                var e = assertThrows(VerificationException.class, () -> VerifiedFiles.verify(unread, verifier));
                assertEquals(difference < 0 ? Reason.TOO_LONG : Reason.TOO_SHORT, e.reason());
                assertEquals(State.FAILED, verifier.state());
            }
        }
    }

    @Test
    void asksAChannelThatGrowsForOneByteMoreThanPromisedAtMost() throws IOException {
        Path empty = write(new byte[0]);
        for (int size : new int[] {0, 10, 128 * 1024 - 1, 128 * 1024, 2_000_000}) {
            long[] given = new long[1];
            try (var growing = new ForwardingFileChannel(FileChannel.open(empty, StandardOpenOption.READ)) {
                @Override
                public long size() {
                    return size;
                }

                @Override
                public int read(ByteBuffer target, long position) {
                    int n = target.remaining();
                    given[0] += n;
                    target.position(target.limit());
                    return n;
                }
            }) {
                var verifier = ContentVerifier.of(Digest.sha256Of(CONTENT), size);
                var e = assertThrows(VerificationException.class, () -> VerifiedFiles.verify(growing, verifier));
                assertEquals(Reason.TOO_LONG, e.reason());
                assertEquals(size + 1L, given[0], "one byte too many was enough");
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsAFileWhoseNameTheLocaleCannotDecode() throws Exception {
        // No text of Java's is that name.
        Process shell = new ProcessBuilder("sh", "-c", "printf abc > \"$(printf 'a\\377b')\"")
                .directory(folder.toFile())
                .start();
        assertEquals(0, shell.waitFor());
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.findFirst().orElseThrow();
            VerifiedFiles.verify(file, Digest.sha256Of("abc".getBytes(StandardCharsets.US_ASCII)), 3);
        }
    }

    @Test
    void aFileThatCannotBeReadIsNoVerdict() {
        assertThrows(
                NoSuchFileException.class,
                () -> VerifiedFiles.verify(folder.resolve("missing"), Digest.sha256Of(CONTENT), CONTENT.length));
    }

    @Test
    void aFolderIsNotRead() {
        var e = assertThrows(
                FileSystemException.class, () -> VerifiedFiles.verify(folder, Digest.sha256Of(new byte[0]), 0));
        assertEquals(folder.toString(), e.getFile());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aNamedPipeIsNotWaitedFor() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        Peers.run(folder, Peers.require("mkfifo").toString(), pipe.toString());
        Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
        for (Path path : List.of(pipe, link)) {
            assertThrows(FileSystemException.class, () -> VerifiedFiles.verify(path, Digest.sha256Of(new byte[0]), 0));
        }
    }

    @Test
    void goesOnWhereTheVerifierStandsAndLeavesTheChannelAsItIs() throws IOException {
        try (var file = FileChannel.open(write(CONTENT), StandardOpenOption.READ)) {
            file.position(5);
            var verifier = ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
            verifier.update(CONTENT, 0, 1000);
            VerifiedFiles.verify(file, verifier);
            assertEquals(State.VERIFIED, verifier.state());
            assertEquals(5, file.position());
            assertThrows(IllegalStateException.class, () -> VerifiedFiles.verify(file, verifier));
            assertEquals(State.VERIFIED, verifier.state());
        }
    }

    @Test
    void aFileShorterThanWhatWasSeenOfItIsTooShort() throws IOException {
        try (var file = FileChannel.open(write(Arrays.copyOf(CONTENT, 999)), StandardOpenOption.READ)) {
            var verifier = ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), CONTENT.length);
            verifier.update(CONTENT, 0, CONTENT.length);
            var e = assertThrows(VerificationException.class, () -> VerifiedFiles.verify(file, verifier));
            assertEquals(Reason.TOO_SHORT, e.reason());
            assertEquals(State.FAILED, verifier.state());
        }
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("content"), content);
    }

    private static VerificationException refusal(Path file, Digest digest, long size) {
        return assertThrows(VerificationException.class, () -> VerifiedFiles.verify(file, digest, size));
    }

    @Test
    void readsFilesOfEveryFileSystem() throws IOException {
        Path file = Path.of(URI.create("jrt:/java.base/java/lang/Object.class"));
        byte[] content = Files.readAllBytes(file);
        VerifiedFiles.verify(file, Digest.sha256Of(content), content.length);
        assertEquals(
                Reason.TOO_LONG,
                refusal(file, Digest.sha256Of(content), content.length - 1).reason());
    }
}
