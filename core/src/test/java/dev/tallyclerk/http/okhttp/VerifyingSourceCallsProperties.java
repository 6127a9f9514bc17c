package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.Buffer;
import okio.ForwardingSource;

/** Any order of reads and closes, against a model of a few numbers. */
class VerifyingSourceCallsProperties {
    /** What comes in place of the content. */
    private enum Sent {
        RIGHT,
        CHANGED,
        SHORT,
        LONG;

        byte[] of(byte[] content, Random random) {
            return switch (this) {
                case RIGHT -> content;
                case CHANGED -> {
                    byte[] changed = content.clone();
                    changed[random.nextInt(changed.length)]++;
                    yield changed;
                }
                case SHORT -> Arrays.copyOf(content, random.nextInt(content.length));
                case LONG -> Arrays.copyOf(content, content.length + 1 + random.nextInt(500));
            };
        }

        /** {@return why it is refused, if it is} */
        Optional<Reason> refusal() {
            return switch (this) {
                case RIGHT -> Optional.empty();
                case CHANGED -> Optional.of(Reason.DIGEST_MISMATCH);
                case SHORT -> Optional.of(Reason.TOO_SHORT);
                case LONG -> Optional.of(Reason.TOO_LONG);
            };
        }
    }

    /** A source that gives little at a time, and counts how often it is closed. */
    private static final class Given extends ForwardingSource {
        private final Random random;
        int closes;

        Given(byte[] content, Random random) {
            super(new Buffer().write(content));
            this.random = random;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            return super.read(sink, Math.min(byteCount, 1 + random.nextInt(700)));
        }

        @Override
        public void close() {
            closes++;
        }
    }

    /** A call is how many bytes are asked for, or to close where that is negative. */
    @Property(tries = 500)
    void anyOrderOfCallsReadsWhatTheModelSays(
            @ForAll @Size(max = 20) List<@IntRange(min = -100, max = 1000) Integer> calls,
            @ForAll @IntRange(min = 1, max = 3000) int size,
            @ForAll Sent what,
            @ForAll @IntRange(max = 3500) int holdBack,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        byte[] content = new byte[size];
        random.nextBytes(content);
        byte[] sent = what.of(content, random);
        Given given = new Given(sent, random);
        var verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        VerifyingSource source = VerifyingSource.of(given, verifier, holdBack);
        int passing = Math.max(0, content.length - holdBack);
        Buffer got = new Buffer();
        State state = State.NOT_FINISHED;
        boolean closed = false;
        VerificationException failure = null;
        for (int most : calls) {
            if (most < 0) {
                source.close();
                closed = true;
            } else if (closed) {
                assertThrows(IllegalStateException.class, () -> source.read(got, most));
            } else if (failure != null) {
                var again = assertThrows(VerificationException.class, () -> source.read(got, most));
                assertNotSame(failure, again, "the same object cannot be suppressed in itself");
                assertEquals(failure.reason(), again.reason());
            } else if (most > 0
                    && state == State.NOT_FINISHED
                    && what.refusal().isPresent()
                    && got.size() == Math.min(sent.length, passing)) {
                failure = assertThrows(VerificationException.class, () -> source.read(got, most));
                assertEquals(what.refusal().get(), failure.reason());
                state = State.FAILED;
            } else {
                boolean reachesTheEnd = most > 0 && got.size() >= passing;
                boolean ended = most > 0 && got.size() == content.length;
                long n = source.read(got, most);
                assertTrue(ended ? n == -1 : n >= Math.min(1, most) && n <= most, n + " bytes");
                state = reachesTheEnd ? State.VERIFIED : state;
            }
            assertEquals(state, source.state());
            assertTrue(state == State.VERIFIED || got.size() <= passing, "a byte of the hold-back came");
            assertArrayEquals(
                    Arrays.copyOf(sent, (int) got.size()), got.snapshot().toByteArray());
            assertEquals(closed ? 1 : 0, given.closes);
        }
    }
}
