package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Whose a stream or channel is when nothing could be put around it. */
class FailedWrappingTest {
    private static final Digest UNSUPPORTED = Digest.parse("future:abcd");
    private static final Digest SUPPORTED = Digest.sha256Of(new byte[0]);

    private boolean closed;

    private final InputStream source = new ByteArrayInputStream(new byte[1]) {
        @Override
        public void close() {
            closed = true;
        }
    };
    private final OutputStream sink = new ByteArrayOutputStream() {
        @Override
        public void close() {
            closed = true;
        }
    };

    private static void refuses(Executable wrapping) {
        var e = assertThrows(VerificationException.class, wrapping);
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
    }

    @Test
    void aSourceIsStillItsOpeners() throws IOException {
        ReadableByteChannel channel = Channels.newChannel(source);
        refuses(() -> VerifyingInputStream.of(source, UNSUPPORTED, 1));
        refuses(() -> VerifyingReadableByteChannel.of(channel, UNSUPPORTED, 1));
        ContentVerifier verifier = ContentVerifier.of(SUPPORTED, 0);
        assertThrows(IllegalArgumentException.class, () -> VerifyingInputStream.of(source, verifier, -1));
        assertThrows(IllegalArgumentException.class, () -> VerifyingReadableByteChannel.of(channel, verifier, -1));
        assertFalse(closed);
        assertTrue(channel.isOpen());
    }

    @Test
    void aSinkIsStillItsOpeners() throws IOException {
        WritableByteChannel channel = Channels.newChannel(sink);
        refuses(() -> VerifyingOutputStream.of(sink, UNSUPPORTED, 1));
        refuses(() -> VerifyingWritableByteChannel.of(channel, UNSUPPORTED, 1));
        ContentVerifier verifier = ContentVerifier.of(SUPPORTED, 0);
        assertThrows(IllegalArgumentException.class, () -> VerifyingOutputStream.of(sink, verifier, -1));
        assertThrows(IllegalArgumentException.class, () -> VerifyingWritableByteChannel.of(channel, verifier, -1));
        assertFalse(closed);
        assertTrue(channel.isOpen());
    }
}
