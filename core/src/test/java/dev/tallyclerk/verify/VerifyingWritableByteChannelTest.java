package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VerifyingWritableByteChannelTest {
    private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.US_ASCII);

    private final StringBuilder taken = new StringBuilder();

    /** Takes at most so many bytes at a time. */
    private WritableByteChannel taking(int most) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer content) {
                int count = Math.min(most, content.remaining());
                for (int i = 0; i < count; i++) {
                    taken.append((char) content.get());
                }
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    private VerifyingWritableByteChannel over(WritableByteChannel sink) throws VerificationException {
        return VerifyingWritableByteChannel.of(sink, ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length), 4);
    }

    @Test
    void aSinkThatTakesAPartLeavesTheRestToTheCaller() throws IOException {
        try (var channel = over(taking(4))) {
            ByteBuffer content = ByteBuffer.wrap(CONTENT);
            content.position(1);
            assertEquals(1, channel.write(ByteBuffer.wrap(CONTENT, 0, 1)));
            assertEquals(4, channel.write(content));
            assertEquals("01234", taken.toString());
            assertEquals(5, content.position());
            assertEquals(CONTENT.length, content.limit());
            assertEquals(5, channel.write(content));
            assertEquals("012345", taken.toString(), "four are held back");
            channel.finish();
            assertEquals("0123456789", taken.toString());
            assertEquals(State.VERIFIED, channel.state());
        }
    }

    @Test
    void aSinkThatTakesNothingDoesNotHoldTheEndUpForEver() throws IOException {
        var channel = over(taking(0));
        assertEquals(0, channel.write(ByteBuffer.wrap(CONTENT)));
        var tail = VerifyingWritableByteChannel.of(
                taking(0), ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length), CONTENT.length);
        assertEquals(CONTENT.length, tail.write(ByteBuffer.wrap(CONTENT)));
        assertThrows(IOException.class, tail::finish);
        assertThrows(IOException.class, () -> tail.write(ByteBuffer.allocate(0)));
    }
}
