package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VerifyingReadableByteChannelTest {
    private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRONG = "X123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void givesNoByteOfTheHoldBackOfWrongContentAndKeepsFailing() throws IOException {
        try (var in = open(WRONG)) {
            ByteBuffer target = ByteBuffer.allocate(100);
            assertEquals(6, in.read(target));
            assertEquals(100, target.limit());
            var e = assertThrows(VerificationException.class, () -> in.read(target));
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
            RepeatedFailure.assertRepeats(e, assertThrows(VerificationException.class, () -> in.read(target)));
            assertEquals(6, target.position());
            assertEquals(State.FAILED, in.state());
        }
    }

    @Test
    void isOverOnceClosed() throws IOException {
        var in = open(CONTENT);
        assertEquals(0, in.read(ByteBuffer.allocate(0)));
        assertEquals(6, in.read(ByteBuffer.allocate(100)));
        assertEquals(1, in.read(ByteBuffer.allocate(1)));
        assertEquals(State.VERIFIED, in.state());
        in.close();
        in.close();
        assertFalse(in.isOpen());
        assertThrows(ClosedChannelException.class, () -> in.read(ByteBuffer.allocate(1)));
    }

    @Test
    void isOverOnceClosedEarlyWithoutAVerdict() throws IOException {
        int[] closes = new int[1];
        var source = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) {
                target.put(CONTENT[0]);
                return 1;
            }

            @Override
            public boolean isOpen() {
                return closes[0] == 0;
            }

            @Override
            public void close() {
                closes[0]++;
            }
        };
        var in = VerifyingReadableByteChannel.of(source, verifier(), 4);
        assertEquals(1, in.read(ByteBuffer.allocate(1)));
        in.close();
        in.close();
        assertEquals(State.NOT_FINISHED, in.state());
        assertEquals(1, closes[0]);
        assertThrows(ClosedChannelException.class, () -> in.read(ByteBuffer.allocate(1)));
        assertEquals(State.NOT_FINISHED, in.state());
    }

    @Test
    void refusesABufferThatCannotBeWrittenBeforeAByteIsLost() throws IOException {
        try (var in = open(CONTENT)) {
            ByteBuffer readOnly = ByteBuffer.allocate(10).asReadOnlyBuffer();
            assertThrows(IllegalArgumentException.class, () -> in.read(readOnly));
            assertEquals(6, in.read(ByteBuffer.allocate(10)));
            assertEquals(4, in.read(ByteBuffer.allocate(10)));
            assertEquals(-1, in.read(ByteBuffer.allocate(10)));
        }
    }

    @Test
    void readsFromASourceThatDoesNotWait() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        var sink = pipe.sink();
        try (var in = VerifyingReadableByteChannel.of(pipe.source(), verifier(), 4)) {
            ByteBuffer target = ByteBuffer.allocate(10);
            assertEquals(0, in.read(target));
            sink.write(ByteBuffer.wrap(CONTENT, 0, 8));
            assertEquals(6, in.read(target));
            assertEquals(0, in.read(target));
            sink.write(ByteBuffer.wrap(CONTENT, 8, 2));
            assertEquals(0, in.read(target));
            assertEquals(State.NOT_FINISHED, in.state());
            sink.close();
            assertEquals(4, in.read(target));
            assertEquals(ByteBuffer.wrap(CONTENT), target.flip());
            assertEquals(-1, in.read(target.clear()));
        }
    }

    /** As the channel of a stream does whose next bytes are on their way. */
    @Test
    void hashesWhatASourceGaveBeforeItThrew() throws IOException {
        for (String forged : List.of("X", "XXXX")) {
            var in = VerifyingReadableByteChannel.of(
                    Channels.newChannel(new Halting(forged, "0123456789")), verifier(), 4);
            ByteBuffer target = ByteBuffer.allocate(100);
            assertThrows(SocketTimeoutException.class, () -> in.read(target));
            assertEquals(forged.length(), target.position());
            assertThrows(VerificationException.class, () -> {
                while (in.read(target) >= 0) {
                    assertTrue(target.position() <= 6);
                }
            });
            assertEquals(State.FAILED, in.state());
        }
    }

    @Test
    void goesOnBehindWhatASourceGaveBeforeItThrew() throws IOException {
        for (int at : new int[] {1, 6, 7, 9, 10}) {
            String content = new String(CONTENT, StandardCharsets.US_ASCII);
            var halting = new Halting(content.substring(0, at), content.substring(at));
            var in = VerifyingReadableByteChannel.of(Channels.newChannel(halting), verifier(), 4);
            ByteBuffer target = ByteBuffer.allocate(100);
            int timeouts = 0;
            for (int n = 0; n >= 0; ) {
                try {
                    n = in.read(target);
                } catch (SocketTimeoutException e) {
                    timeouts++;
                }
            }
            assertEquals(1, timeouts);
            assertEquals(ByteBuffer.wrap(CONTENT), target.flip());
            assertEquals(State.VERIFIED, in.state());
        }
    }

    @Test
    void aSurplusByteBeforeTheSourceThrowsIsOneTooMany() throws IOException {
        var source = new ReadableByteChannel() {
            private final ByteBuffer content = ByteBuffer.wrap(CONTENT);

            @Override
            public int read(ByteBuffer target) throws IOException {
                if (content.hasRemaining()) {
                    int n = Math.min(content.remaining(), target.remaining());
                    target.put(content.slice(content.position(), n));
                    content.position(content.position() + n);
                    return n;
                }
                target.put((byte) 0);
                throw new SocketTimeoutException("the source waits");
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        var in = VerifyingReadableByteChannel.of(source, verifier(), 4);
        ByteBuffer target = ByteBuffer.allocate(100);
        assertEquals(6, in.read(target));
        var e = assertThrows(VerificationException.class, () -> in.read(target));
        assertEquals(Reason.TOO_LONG, e.reason());
        assertInstanceOf(SocketTimeoutException.class, e.getSuppressed()[0]);
    }

    /** Gives two parts, and throws once between them. */
    private static final class Halting extends InputStream {
        private final InputStream before;
        private final InputStream after;
        private boolean halted;

        Halting(String before, String after) {
            this.before = new ByteArrayInputStream(before.getBytes(StandardCharsets.US_ASCII));
            this.after = new ByteArrayInputStream(after.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public int available() {
            return 1;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("a channel reads more");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = before.read(buffer, offset, length);
            if (n < 0 && !halted) {
                halted = true;
                throw new SocketTimeoutException("the source waits");
            }
            return n < 0 ? after.read(buffer, offset, length) : n;
        }
    }

    private static VerifyingReadableByteChannel open(byte[] content) throws VerificationException {
        return VerifyingReadableByteChannel.of(Channels.newChannel(new ByteArrayInputStream(content)), verifier(), 4);
    }

    private static ContentVerifier verifier() throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
    }

    @Test
    void leavesAloneWhatABufferHasAlreadyWhateverSizeIsAllowed() throws IOException {
        for (ContentVerifier verifier : List.of(
                ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), Long.MAX_VALUE),
                ContentVerifier.of(Digest.sha256Of(CONTENT), Long.MAX_VALUE))) {
            ByteBuffer target = ByteBuffer.allocate(20).put(WRONG, 0, 5);
            try (var in = VerifyingReadableByteChannel.of(
                    Channels.newChannel(new ByteArrayInputStream(CONTENT)), verifier, 0)) {
                assertEquals(10, in.read(target));
            }
            assertEquals(15, target.position());
            assertEquals("X1234" + "0123456789", new String(target.array(), 0, 15, StandardCharsets.US_ASCII));
        }
    }

    @FunctionalInterface
    private interface Source {
        int read(ByteBuffer target) throws IOException;
    }

    private static ReadableByteChannel channel(Source source) {
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                return source.read(target);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    /** Gives the content, no more than fits, and says something else about each piece. */
    private static ReadableByteChannel saying(byte[] bytes, IntUnaryOperator said) {
        ByteBuffer content = ByteBuffer.wrap(bytes);
        return channel(target -> {
            int n = Math.min(content.remaining(), target.remaining());
            target.put(content.slice(content.position(), n));
            content.position(content.position() + n);
            return said.applyAsInt(n);
        });
    }

    @Test
    @Timeout(60)
    void doesNotBelieveHowManyBytesASourceSaysThatItGave() throws IOException {
        for (int holdBack : new int[] {4, 10}) {
            for (IntUnaryOperator said : List.<IntUnaryOperator>of(n -> n + 24, n -> n == 0 ? 1 : 0, n -> 1000)) {
                ByteBuffer target = ByteBuffer.allocate(100);
                try (var in = VerifyingReadableByteChannel.of(saying(CONTENT, said), verifier(), holdBack)) {
                    assertFalse(
                            assertThrows(IOException.class, () -> in.read(target)) instanceof VerificationException);
                    assertEquals(10 - holdBack, target.position());
                    assertEquals(State.NOT_FINISHED, in.state());
                }
            }
        }
    }

    @Test
    @Timeout(60)
    void doesNotWaitForBytesThatASourceOnlySaysThatItGave() throws IOException {
        for (int holdBack : new int[] {4, 10}) {
            try (var in = VerifyingReadableByteChannel.of(channel(target -> 1), verifier(), holdBack)) {
                assertThrows(IOException.class, () -> in.read(ByteBuffer.allocate(100)));
            }
        }
    }

    @Test
    void leavesNothingOfWhatASourcePutBehindThePosition() throws IOException {
        ReadableByteChannel source = channel(target -> {
            System.arraycopy(WRONG, 0, target.array(), target.arrayOffset() + target.position(), WRONG.length);
            return target.remaining();
        });
        ByteBuffer target = ByteBuffer.allocate(30).put(CONTENT, 0, 5).limit(20);
        target.put(20 - 1, (byte) 7);
        byte[] behind = target.array();
        behind[20] = 8;
        try (var in = VerifyingReadableByteChannel.of(source, verifier(), 4)) {
            assertThrows(IOException.class, () -> in.read(target));
            assertEquals(State.NOT_FINISHED, in.state());
        }
        assertEquals(5, target.position());
        assertEquals(20, target.limit());
        assertArrayEquals(Arrays.copyOf(CONTENT, 5), Arrays.copyOf(behind, 5));
        assertArrayEquals(new byte[15], Arrays.copyOfRange(behind, 5, 20));
        assertEquals(8, behind[20], "what lies behind the limit is the reader's");
    }

    @Test
    void givesNothingOfASourceThatMovesTheLimit() throws IOException {
        ReadableByteChannel source = channel(target -> {
            target.limit(target.capacity()).put(WRONG);
            return WRONG.length;
        });
        ByteBuffer target = ByteBuffer.allocate(10);
        try (var in = VerifyingReadableByteChannel.of(source, verifier(), 4)) {
            assertThrows(IOException.class, () -> in.read(target));
        }
        assertEquals(ByteBuffer.allocate(10), target);
    }

    @Test
    void givesNothingOfASourceThatMovesThePositionBack() throws IOException {
        for (boolean throwing : new boolean[] {false, true}) {
            ReadableByteChannel source = channel(target -> {
                target.position(0);
                if (throwing) {
                    throw new SocketTimeoutException("the source waits");
                }
                return 1;
            });
            ByteBuffer target = ByteBuffer.allocate(100).position(1);
            try (var in = VerifyingReadableByteChannel.of(source, verifier(), 4)) {
                assertThrows(IOException.class, () -> in.read(target));
            }
            assertEquals(1, target.position());
            assertEquals(100, target.limit());
        }
    }

    @Test
    void givesWhatCameTogetherWithTheEnd() throws IOException {
        for (int holdBack : new int[] {0, 4, 10}) {
            ByteBuffer target = ByteBuffer.allocate(100);
            try (var in = VerifyingReadableByteChannel.of(saying(CONTENT, n -> -1), verifier(), holdBack)) {
                while (in.read(target) >= 0) {}
                assertEquals(State.VERIFIED, in.state());
            }
            assertEquals(ByteBuffer.wrap(CONTENT), target.flip());
        }
        ByteBuffer target = ByteBuffer.allocate(100);
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), 20);
        try (var in = VerifyingReadableByteChannel.of(saying(CONTENT, n -> -1), verifier, 0)) {
            assertEquals(10, in.read(target));
            assertEquals(-1, in.read(target));
            assertEquals(State.VERIFIED, in.state());
        }
        assertEquals(ByteBuffer.wrap(CONTENT), target.flip());
    }

    /** An endless body is not worth reading to be refused. */
    @Test
    void asksForOneByteMoreThanPromisedAtMost() throws IOException {
        long[] given = new long[1];
        ReadableByteChannel endless = channel(target -> {
            int n = target.remaining();
            given[0] += n;
            target.put(new byte[n]);
            return n;
        });
        var verifier = ContentVerifier.of(Digest.sha256Of(CONTENT), 100_000);
        try (var in = VerifyingReadableByteChannel.of(endless, verifier, 4)) {
            ByteBuffer target = ByteBuffer.allocate(8192);
            var e = assertThrows(VerificationException.class, () -> {
                while (in.read(target.clear()) >= 0) {}
            });
            assertEquals(Reason.TOO_LONG, e.reason());
            assertEquals(100_001, given[0], "one byte too many was enough");
        }
    }
}
