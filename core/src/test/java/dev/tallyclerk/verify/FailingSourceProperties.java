package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A source that gives any bytes and then throws, at any time, and a reader who reads on. */
class FailingSourceProperties {
    @Property(tries = 1000)
    void whatItGaveIsHashedAndReadingGoesOnBehindIt(
            @ForAll @Size(max = 5000) byte[] content, @ForAll @IntRange(max = 6000) int holdBack, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        var in = VerifyingReadableByteChannel.of(new Failing(content, random, false), verifier(content), holdBack);
        ByteBuffer got = ByteBuffer.allocate(content.length + 1);
        read(in, random, got);
        assertEquals(State.VERIFIED, in.state());
        assertArrayEquals(content, Arrays.copyOf(got.array(), got.position()));
    }

    @Property(tries = 1000)
    void whatItGaveAndIsNotOfTheContentIsRefused(
            @ForAll @Size(max = 5000) byte[] content, @ForAll @IntRange(max = 6000) int holdBack, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        var in = VerifyingReadableByteChannel.of(new Failing(content, random, true), verifier(content), holdBack);
        ByteBuffer got = ByteBuffer.allocate(content.length + 1);
        assertThrows(VerificationException.class, () -> read(in, random, got));
        assertEquals(State.FAILED, in.state());
        assertFalse(got.position() > Math.max(0, content.length - holdBack), "a byte of the hold-back came");
    }

    private static void read(ReadableByteChannel in, Random random, ByteBuffer got) throws IOException {
        for (int n = 0; n >= 0; ) {
            int from = got.position();
            got.limit(Math.min(got.capacity(), from + 1 + random.nextInt(2000)));
            try {
                n = in.read(got);
                assertEquals(Math.max(0, n), got.position() - from);
            } catch (SocketTimeoutException e) {
                n = 0;
            }
        }
    }

    private static ContentVerifier verifier(byte[] content) throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(content), content.length);
    }

    /** Fails at its beginning and often later, after the next bytes or after some that are not of the content. */
    private static final class Failing implements ReadableByteChannel {
        private final ByteBuffer content;
        private final Random random;
        private final boolean forging;
        private boolean began;

        Failing(byte[] content, Random random, boolean forging) {
            this.content = ByteBuffer.wrap(content);
            this.random = random;
            this.forging = forging;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            boolean fails = !began || random.nextInt(3) == 0;
            began = true;
            int most = Math.min(target.remaining(), random.nextInt(2000));
            if (fails && forging) {
                target.put(new byte[Math.max(1, most)]);
            } else if (!fails || random.nextBoolean()) {
                int n = Math.min(most, content.remaining());
                target.put(content.slice(content.position(), n));
                content.position(content.position() + n);
                if (!fails) {
                    return n == 0 && !content.hasRemaining() ? -1 : n;
                }
            }
            throw new SocketTimeoutException("the source waits");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
