package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.internal.stream.BulkInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RescuedStreamTest {
    private static final byte[] CONTENT = TestProxy.layer(1, 300_000);

    private final List<IOException> failures = new ArrayList<>();
    private int opened;

    /** Gives so many bytes, and then fails; gives what it has given again. */
    private static final class FailingStream extends BulkInputStream {
        private final byte[] content;
        private final IOException failure;
        private int position;

        FailingStream(byte[] content, int after, IOException failure) {
            this.content = Arrays.copyOf(content, after);
            this.failure = failure;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0 && position == content.length) {
                throw failure;
            }
            int n = Math.min(length, content.length - position);
            System.arraycopy(content, position, bytes, offset, n);
            position += n;
            return n;
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // used by one thread
        public void reset() {
            position = 0;
        }
    }

    private RescuedStream rescued(byte[] first, int after, IOException failure, byte[] second) {
        return RescuedStream.of(new FailingStream(first, after, failure), failures::add, () -> {
            opened++;
            return new ByteArrayInputStream(second);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 200_001})
    void goesOnWhereTheDiskFailed(int after) throws IOException {
        try (InputStream in = rescued(CONTENT, after, new FileSystemException("full"), CONTENT)) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
        assertEquals(1, failures.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, 199_999})
    void endsIfWhatWasSentIsNotWhatIsSentNow(int changed) {
        byte[] wrong = CONTENT.clone();
        wrong[changed] ^= 1;
        List<Byte> got = new ArrayList<>();
        IOException failure = assertThrows(IOException.class, () -> {
            try (InputStream in = rescued(wrong, 200_000, new FileSystemException("full"), CONTENT)) {
                for (int next = in.read(); next >= 0; next = in.read()) {
                    got.add((byte) next);
                }
            }
        });
        assertEquals("the upstream gives other bytes than it gave before the disk failed", failure.getMessage());
        assertEquals(200_000, got.size());
    }

    @Test
    void otherFailuresAreTheReaders() {
        IOException reset = new IOException("connection reset");
        assertEquals(
                reset,
                assertThrows(
                        IOException.class,
                        () -> rescued(CONTENT, 10, reset, CONTENT).readAllBytes()));
        assertEquals(0, opened);
    }

    @Test
    void thePartOfAStreamGivesItsLastBytesOnceAllOfItIsVerified() throws IOException {
        InputStream wrongAtItsEnd = new InputStream() {
            private int left = 200_000;

            @Override
            public int read() throws IOException {
                throw new IOException("not used");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("wrong content");
                }
                int n = Math.min(length, left);
                left -= n;
                return n;
            }
        };
        VerifiedPart part = new VerifiedPart(wrongAtItsEnd, 1000);
        assertEquals(600, part.readNBytes(600).length);
        assertThrows(IOException.class, () -> part.readNBytes(400));
        assertArrayEquals(new byte[10], new VerifiedPart(new ByteArrayInputStream(new byte[20]), 10).readAllBytes());
    }
}
