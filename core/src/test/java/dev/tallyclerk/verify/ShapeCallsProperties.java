package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** Any order of calls of the shapes that are called, against a model of a few numbers. */
class ShapeCallsProperties {
    private enum WriteCall {
        RIGHT,
        WRONG,
        NOTHING,
        ALL_THAT_IS_LEFT,
        ONE_OR_MORE_TOO_MANY,
        FLUSH,
        FINISH,
        CLOSE
    }

    private enum ReadCall {
        ONE,
        SOME,
        MANY,
        NOTHING,
        SKIP,
        CLOSE
    }

    /** What is read. */
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
    }

    /** What both directions have in common: a verdict that stays, and a shape that is open or closed. */
    private static class Model {
        final byte[] content;
        final int holdBack;
        State state = State.NOT_FINISHED;
        boolean closed;

        @Nullable VerificationException failure;

        Model(byte[] content, int holdBack) {
            this.content = content;
            this.holdBack = holdBack;
        }

        /** How many bytes come before the hold-back. */
        int passing() {
            return Math.max(0, content.length - holdBack);
        }

        /** {@return whether the shape takes no more calls, after it has said so} */
        boolean isRefused(Class<? extends IOException> whenClosed, Executable call) {
            VerificationException first = failure;
            if (first != null) {
                RepeatedFailure.assertRepeats(first, assertThrows(VerificationException.class, call));
                return true;
            }
            if (closed) {
                assertFalse(assertThrows(whenClosed, call) instanceof VerificationException);
                return true;
            }
            return false;
        }

        void fails(Reason reason, Executable call) {
            VerificationException e = assertThrows(VerificationException.class, call);
            assertEquals(reason, e.reason());
            failure = e;
            state = State.FAILED;
        }
    }

    /** A writing shape, called in one way whichever it is. */
    private interface Writing {
        void write(byte[] piece) throws IOException;

        void flush() throws IOException;

        void finish() throws IOException;

        void close() throws IOException;

        State state();

        Class<? extends IOException> whenClosed();
    }

    private static Writing writing(VerifyingOutputStream out) {
        return new Writing() {
            @Override
            public void write(byte[] piece) throws IOException {
                if (piece.length == 1) {
                    out.write(piece[0]);
                } else {
                    out.write(piece);
                }
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void finish() throws IOException {
                out.finish();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }

            @Override
            public State state() {
                return out.state();
            }

            @Override
            public Class<? extends IOException> whenClosed() {
                return IOException.class;
            }
        };
    }

    private static Writing writing(VerifyingWritableByteChannel out) {
        return new Writing() {
            @Override
            public void write(byte[] piece) throws IOException {
                assertEquals(piece.length, out.write(ByteBuffer.wrap(piece)));
            }

            /** A channel has none, and writing nothing is as little. */
            @Override
            public void flush() throws IOException {
                assertEquals(0, out.write(ByteBuffer.allocate(0)));
            }

            @Override
            public void finish() throws IOException {
                out.finish();
            }

            @Override
            public void close() throws IOException {
                out.close();
                assertFalse(out.isOpen());
            }

            @Override
            public State state() {
                return out.state();
            }

            @Override
            public Class<? extends IOException> whenClosed() {
                return ClosedChannelException.class;
            }
        };
    }

    /** Keeps what it is given, and counts how often it is closed. */
    private static final class Kept extends ByteArrayOutputStream {
        int closes;

        @Override
        public void close() {
            closes++;
        }
    }

    private static WritableByteChannel channel(Kept kept) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer piece) {
                int length = piece.remaining();
                while (piece.hasRemaining()) {
                    kept.write(piece.get());
                }
                return length;
            }

            @Override
            public boolean isOpen() {
                return kept.closes == 0;
            }

            @Override
            public void close() {
                kept.close();
            }
        };
    }

    @Property(tries = 1000)
    void anyOrderOfCallsWritesOnWhatTheModelSays(
            @ForAll boolean channel,
            @ForAll @Size(max = 20) List<WriteCall> calls,
            @ForAll @IntRange(max = 3000) int size,
            @ForAll @IntRange(max = 3500) int holdBack,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        byte[] content = new byte[size];
        random.nextBytes(content);
        Kept kept = new Kept();
        ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        Writing shape = channel
                ? writing(VerifyingWritableByteChannel.of(channel(kept), verifier, holdBack))
                : writing(VerifyingOutputStream.of(kept, verifier, holdBack));
        WriteModel model = new WriteModel(content, holdBack);
        for (WriteCall call : calls) {
            model.call(call, shape, random);
            assertEquals(model.state, shape.state());
            assertArrayEquals(model.keptUntilNow(), kept.toByteArray());
            assertEquals(model.closed ? 1 : 0, kept.closes);
        }
    }

    private static final class WriteModel extends Model {
        private final ByteArrayOutputStream given = new ByteArrayOutputStream();
        private boolean verified;

        WriteModel(byte[] content, int holdBack) {
            super(content, holdBack);
        }

        byte[] keptUntilNow() {
            byte[] all = given.toByteArray();
            return verified ? all : Arrays.copyOf(all, Math.min(all.length, passing()));
        }

        void call(WriteCall call, Writing shape, Random random) throws IOException {
            int left = content.length - given.size();
            switch (call) {
                case RIGHT -> write(shape, next(random.nextInt(left + 1), 0));
                case WRONG -> write(shape, next(left == 0 ? 0 : 1 + random.nextInt(left), 1));
                case NOTHING -> write(shape, new byte[0]);
                case ALL_THAT_IS_LEFT -> write(shape, next(left, 0));
                case ONE_OR_MORE_TOO_MANY -> write(shape, new byte[left + 1 + random.nextInt(3)]);
                case FLUSH -> {
                    if (!isRefused(shape.whenClosed(), shape::flush)) {
                        shape.flush();
                    }
                }
                case FINISH -> {
                    if (!isRefused(shape.whenClosed(), shape::finish)) {
                        end(shape::finish);
                    }
                }
                case CLOSE -> {
                    if (closed || failure != null) {
                        shape.close();
                    } else {
                        end(shape::close);
                    }
                    closed = true;
                }
            }
        }

        private byte[] next(int length, int change) {
            byte[] piece = Arrays.copyOfRange(content, given.size(), given.size() + length);
            if (length > 0) {
                piece[length - 1] += (byte) change;
            }
            return piece;
        }

        private void write(Writing shape, byte[] piece) throws IOException {
            Executable call = () -> shape.write(piece);
            if (isRefused(shape.whenClosed(), call)) {
                return;
            }
            if (piece.length > content.length - given.size()) {
                fails(Reason.TOO_LONG, call);
            } else {
                shape.write(piece);
                given.writeBytes(piece);
            }
        }

        private void end(Executable call) {
            if (state == State.NOT_FINISHED && given.size() < content.length) {
                fails(Reason.TOO_SHORT, call);
            } else if (state == State.NOT_FINISHED && !Arrays.equals(content, given.toByteArray())) {
                fails(Reason.DIGEST_MISMATCH, call);
            } else {
                assertDoesNotThrow(call);
                verified = true;
                state = State.VERIFIED;
            }
        }
    }

    /** A reading shape, called in one way whichever it is. */
    private interface Reading {
        /** {@return the bytes that one read gave, or nothing at the end} */
        Optional<byte[]> read(int most) throws IOException;

        long skip(int count) throws IOException;

        void close() throws IOException;

        State state();

        Class<? extends IOException> whenClosed();
    }

    private static Reading reading(VerifyingInputStream in) {
        return new Reading() {
            @Override
            public Optional<byte[]> read(int most) throws IOException {
                if (most == 1) {
                    int value = in.read();
                    return value < 0 ? Optional.empty() : Optional.of(new byte[] {(byte) value});
                }
                byte[] buffer = new byte[most];
                int n = in.read(buffer, 0, most);
                return n < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(buffer, n));
            }

            @Override
            public long skip(int count) throws IOException {
                return in.skip(count);
            }

            @Override
            public void close() throws IOException {
                in.close();
            }

            @Override
            public State state() {
                return in.state();
            }

            @Override
            public Class<? extends IOException> whenClosed() {
                return IOException.class;
            }
        };
    }

    private static Reading reading(VerifyingReadableByteChannel in) {
        return new Reading() {
            @Override
            public Optional<byte[]> read(int most) throws IOException {
                ByteBuffer buffer = ByteBuffer.allocate(most);
                int n = in.read(buffer);
                assertEquals(Math.max(0, n), buffer.position());
                return n < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(buffer.array(), n));
            }

            /** A channel has none; this reads as often as it takes. */
            @Override
            public long skip(int count) throws IOException {
                int left = count;
                ByteBuffer buffer = ByteBuffer.allocate(count);
                int n = in.read(buffer);
                while (n >= 0 && left - n > 0) {
                    left -= n;
                    n = in.read(buffer);
                }
                return buffer.position();
            }

            @Override
            public void close() throws IOException {
                in.close();
                assertFalse(in.isOpen());
            }

            @Override
            public State state() {
                return in.state();
            }

            @Override
            public Class<? extends IOException> whenClosed() {
                return ClosedChannelException.class;
            }
        };
    }

    /** Gives little at a time, and counts how often it is closed. */
    private static final class Given extends ByteArrayInputStream {
        private final Random random;
        int closes;

        Given(byte[] content, Random random) {
            super(content);
            this.random = random;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(700)));
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private static ReadableByteChannel channel(Given given) {
        ReadableByteChannel channel = Channels.newChannel(given);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                return channel.read(target);
            }

            @Override
            public boolean isOpen() {
                return given.closes == 0;
            }

            @Override
            public void close() {
                given.close();
            }
        };
    }

    @Property(tries = 1000)
    void anyOrderOfCallsReadsWhatTheModelSays(
            @ForAll boolean channel,
            @ForAll @Size(max = 20) List<ReadCall> calls,
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
        ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        Reading shape = channel
                ? reading(VerifyingReadableByteChannel.of(channel(given), verifier, holdBack))
                : reading(VerifyingInputStream.of(given, verifier, holdBack));
        ReadModel model = new ReadModel(content, holdBack, sent);
        for (ReadCall call : calls) {
            model.call(call, shape, random);
            assertEquals(model.state, shape.state());
            assertEquals(model.closed ? 1 : 0, given.closes);
        }
    }

    private static final class ReadModel extends Model {
        private final byte[] sent;
        private int got;

        ReadModel(byte[] content, int holdBack, byte[] sent) {
            super(content, holdBack);
            this.sent = sent;
        }

        void call(ReadCall call, Reading shape, Random random) throws IOException {
            switch (call) {
                case ONE -> read(shape, 1);
                case SOME -> read(shape, 2 + random.nextInt(100));
                case MANY -> read(shape, 2 + random.nextInt(4000));
                case NOTHING -> read(shape, 0);
                case SKIP -> skip(shape, 1 + random.nextInt(2000));
                case CLOSE -> {
                    shape.close();
                    closed = true;
                }
            }
        }

        private void read(Reading shape, int most) throws IOException {
            Executable call = () -> shape.read(most);
            if (isRefused(shape.whenClosed(), call)) {
                return;
            }
            if (most > 0 && reachesTheEnd(1, call)) {
                return;
            }
            Optional<byte[]> piece = shape.read(most);
            if (most > 0 && got == content.length) {
                end();
                assertFalse(piece.isPresent(), "nothing is left");
                return;
            }
            byte[] bytes = piece.orElseThrow();
            assertTrue(bytes.length > 0 || most == 0, "a read gave nothing");
            if (most > 0 && got >= passing()) {
                end();
            }
            assertArrayEquals(Arrays.copyOfRange(sent, got, got + bytes.length), bytes);
            take(bytes.length);
        }

        private void skip(Reading shape, int count) throws IOException {
            Executable call = () -> shape.skip(count);
            if (isRefused(shape.whenClosed(), call) || reachesTheEnd(count, call)) {
                return;
            }
            int least = Math.min(count, content.length - got);
            assertEquals(least, shape.skip(count));
            if (got + count > passing()) {
                end();
            }
            take(least);
        }

        /** {@return whether so many bytes more cannot be had without the verdict, and that is a refusal} */
        private boolean reachesTheEnd(int count, Executable call) {
            boolean passes = got + count <= Math.min(sent.length, passing());
            if (state == State.VERIFIED || passes || Arrays.equals(sent, content)) {
                return false;
            }
            fails(
                    sent.length < content.length
                            ? Reason.TOO_SHORT
                            : sent.length > content.length ? Reason.TOO_LONG : Reason.DIGEST_MISMATCH,
                    call);
            return true;
        }

        private void end() {
            state = State.VERIFIED;
        }

        private void take(int count) {
            got += count;
            assertTrue(state == State.VERIFIED || got <= passing(), "a byte of the hold-back came");
        }
    }
}
