package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
