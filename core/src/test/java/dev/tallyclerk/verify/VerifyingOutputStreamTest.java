package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VerifyingOutputStreamTest {
    private static final byte[] CONTENT = bytes("0123456789");

    private final Sink sink = new Sink();

    @Test
    void writesTheHoldBackOnWhenTheContentHasEnded() throws IOException {
        var out = open(4);
        out.write(CONTENT);
        assertEquals("012345", sink.text());
        assertEquals(State.NOT_FINISHED, out.state());
        out.finish();
        assertEquals("0123456789", sink.text());
        assertEquals(State.VERIFIED, out.state());
        assertEquals(0, sink.closes);
        out.finish();
        assertEquals("0123456789", sink.text());
        out.close();
        out.close();
        assertEquals(1, sink.closes);
        assertEquals("0123456789", sink.text());
    }

    @Test
    void flushesWhatHasPassed() throws IOException {
        var buffered = new BufferedOutputStream(sink, 100);
        var out = VerifyingOutputStream.of(buffered, ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length), 4);
        out.write(CONTENT);
        assertEquals("", sink.text());
        out.flush();
        assertEquals("012345", sink.text());
    }

    @Test
    void closingEndsTheContent() throws IOException {
        var out = open(4);
        try (out) {
            out.write(CONTENT);
        }
        assertEquals("0123456789", sink.text());
        assertEquals(State.VERIFIED, out.state());
    }

    @Test
    void neverWritesTheHoldBackOfWrongContentOn() throws IOException {
        var out = open(4);
        out.write(bytes("X123456789"));
        var e = assertThrows(VerificationException.class, out::close);
        assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        assertEquals("X12345", sink.text());
        assertEquals(1, sink.closes);
        assertEquals(State.FAILED, out.state());
    }

    @Test
    void closingTooEarlyIsAFailureAndClosesTheSink() throws IOException {
        var out = open(4);
        out.write(CONTENT, 0, 9);
        var e = assertThrows(VerificationException.class, out::close);
        assertEquals(Reason.TOO_SHORT, e.reason());
        assertEquals(9, e.actualSize());
        assertEquals("012345", sink.text());
        assertEquals(1, sink.closes);
        assertEquals(State.FAILED, out.state());
        out.close();
        assertEquals(1, sink.closes);
    }

    @Test
    void oneByteTooManyFailsAtOnceAndRepeats() throws IOException {
        var out = open(4);
        out.write(CONTENT);
        var e = assertThrows(VerificationException.class, () -> out.write('a'));
        assertEquals(Reason.TOO_LONG, e.reason());
        RepeatedFailure.assertRepeats(e, assertThrows(VerificationException.class, () -> out.write(CONTENT, 0, 0)));
        RepeatedFailure.assertRepeats(e, assertThrows(VerificationException.class, out::flush));
        RepeatedFailure.assertRepeats(e, assertThrows(VerificationException.class, out::finish));
        out.close(); // said already
        assertEquals("012345", sink.text());
        assertEquals(1, sink.closes);
    }

    @Test
    void aWriteThatGoesTooFarWritesNothingOn() throws IOException {
        var out = open(0);
        assertThrows(VerificationException.class, () -> out.write(bytes("0123456789a")));
        assertEquals("", sink.text());
    }

    @Test
    void whatFollowsVerifiedContentIsTooLong() throws IOException {
        var out = open(4);
        out.write(CONTENT);
        out.finish();
        out.write(CONTENT, 0, 0);
        var e = assertThrows(VerificationException.class, () -> out.write('a'));
        assertEquals(Reason.TOO_LONG, e.reason());
        assertEquals(State.FAILED, out.state());
        assertEquals("0123456789", sink.text());
        out.close();
    }

    @Test
    void isOverOnceClosed() throws IOException {
        var out = open(4);
        out.write(CONTENT);
        out.close();
        assertThrows(IOException.class, () -> out.write('a'));
        assertThrows(IOException.class, out::flush);
        assertThrows(IOException.class, out::finish);
        assertEquals(State.VERIFIED, out.state());
    }

    @Test
    void theFailureReachesACallerThatClosesInFinally() {
        var e = assertThrows(VerificationException.class, () -> {
            try (var out = open(4)) {
                out.write(bytes("0123456789a"));
            }
        });
        assertEquals(Reason.TOO_LONG, e.reason());
        assertEquals(0, e.getSuppressed().length);
    }

    @Test
    void anExceptionOfTheSinkIsNoVerdictAndNothingFollowsIt() throws IOException {
        var out = open(4);
        out.write(CONTENT, 0, 3);
        sink.fails = true;
        assertThrows(IOException.class, () -> out.write(CONTENT, 3, 7));
        sink.fails = false;
        assertThrows(IOException.class, () -> out.write(CONTENT, 3, 7));
        assertThrows(IOException.class, out::finish);
        out.close();
        assertEquals(1, sink.closes);
        assertEquals("012", sink.text());
        assertEquals(State.NOT_FINISHED, out.state());
    }

    /** A buffered sink whose flush has failed would send the same bytes again. */
    @Test
    void nothingFollowsAFlushThatFailed() throws IOException {
        var out = VerifyingOutputStream.of(new BufferedOutputStream(sink, 100), verifier(), 4);
        out.write(CONTENT);
        sink.fails = true;
        assertThrows(IOException.class, out::flush);
        sink.fails = false;
        assertThrows(IOException.class, out::flush);
        assertThrows(IOException.class, () -> out.write(CONTENT, 0, 0));
        assertThrows(IOException.class, out::finish);
        assertEquals("", sink.text());
        out.close();
        assertEquals(1, sink.closes);
        assertEquals(State.NOT_FINISHED, out.state());
    }

    @Test
    void theChannelHasTheSameStates() throws IOException {
        var out = VerifyingWritableByteChannel.of(Channels.newChannel(sink), verifier(), 4);
        assertEquals(10, out.write(ByteBuffer.wrap(CONTENT)));
        assertEquals("012345", sink.text());
        out.finish();
        out.finish();
        assertEquals("0123456789", sink.text());
        var e = assertThrows(VerificationException.class, () -> out.write(ByteBuffer.allocate(1)));
        assertEquals(Reason.TOO_LONG, e.reason());
        assertTrue(out.isOpen());
        out.close();
        out.close();
        assertFalse(out.isOpen());
        assertEquals(1, sink.closes);
        RepeatedFailure.assertRepeats(
                e, assertThrows(VerificationException.class, () -> out.write(ByteBuffer.allocate(1))));
    }

    @Test
    void theChannelIsOverOnceClosedAndRefusesWhatIsShort() throws IOException {
        var whole = VerifyingWritableByteChannel.of(Channels.newChannel(sink), Digest.sha256Of(CONTENT), 10);
        assertEquals(10, whole.write(ByteBuffer.wrap(CONTENT)));
        whole.close();
        assertEquals("0123456789", sink.text());
        assertThrows(ClosedChannelException.class, () -> whole.write(ByteBuffer.allocate(1)));
        assertThrows(ClosedChannelException.class, whole::finish);
        var part = VerifyingWritableByteChannel.of(Channels.newChannel(sink), Digest.sha256Of(CONTENT), 10);
        assertEquals(1, part.write(ByteBuffer.allocate(1)));
        var e = assertThrows(VerificationException.class, part::close);
        assertEquals(Reason.TOO_SHORT, e.reason());
        assertEquals(2, sink.closes);
        assertEquals("0123456789", sink.text());
    }

    @Test
    void theChannelNeedsASinkThatWaits() throws IOException {
        Pipe pipe = Pipe.open();
        try (var source = pipe.source();
                var end = pipe.sink()) {
            end.configureBlocking(false);
            assertTrue(source.isOpen());
            assertThrows(IllegalBlockingModeException.class, () -> VerifyingWritableByteChannel.of(end, verifier(), 4));
        }
    }

    private VerifyingOutputStream open(int holdBack) throws VerificationException {
        return VerifyingOutputStream.of(sink, verifier(), holdBack);
    }

    private static ContentVerifier verifier() throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Sink extends OutputStream {
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        int closes;
        boolean fails;

        @Override
        public void write(int value) {
            got.write(value);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            if (fails) {
                throw new IOException("the sink is full");
            }
            got.write(content, offset, length);
        }

        @Override
        public void close() {
            closes++;
        }

        String text() {
            return got.toString(StandardCharsets.US_ASCII);
        }
    }

    @Test
    void theFailureReachesACallerThatClosesABufferInFront() throws IOException {
        byte[] surplus = bytes("0123456789A");
        var out = open(4);
        var e = assertThrows(VerificationException.class, () -> {
            try (OutputStream buffer = new BufferedOutputStream(out, 2)) {
                buffer.write(surplus);
            }
        });
        assertEquals(Reason.TOO_LONG, e.reason());
        assertEquals(State.FAILED, out.state());
    }
}
