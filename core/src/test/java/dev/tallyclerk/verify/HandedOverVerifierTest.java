package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.http.VerifyingBodySubscriber;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others can do with the verifier of a streaming shape. */
class HandedOverVerifierTest {
    private static final byte[] CONTENT = content(100_000);

    /** Gives a verifier to something. */
    @FunctionalInterface
    interface Taker {
        void take(ContentVerifier verifier);
    }

    static Stream<Taker> shapes() {
        var in = InputStream.nullInputStream();
        var out = OutputStream.nullOutputStream();
        return Stream.of(
                verifier -> VerifyingInputStream.of(in, verifier, 4),
                verifier -> VerifyingInputStream.of(in, verifier, 0),
                verifier -> VerifyingOutputStream.of(out, verifier, 4),
                verifier -> VerifyingReadableByteChannel.of(Channels.newChannel(in), verifier, 4),
                verifier -> VerifyingWritableByteChannel.of(Channels.newChannel(out), verifier, 4),
                verifier -> VerifyingSubscriber.ofLists(BodySubscribers.discarding(), verifier, 4),
                verifier -> VerifyingBodySubscriber.of(BodySubscribers.discarding(), verifier, 4));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isOnlyTheShapesToGoOnWith(Taker shape) throws VerificationException {
        ContentVerifier verifier = verifier();
        verifier.update(CONTENT, 0, 100);
        shape.take(verifier);
        refusesAll(verifier);
        assertEquals(State.NOT_FINISHED, verifier.state());
        assertEquals(100, verifier.count());
        assertEquals(CONTENT.length - 100, verifier.remaining());
    }

    private static void refusesAll(ContentVerifier verifier) {
        for (Executable call : List.<Executable>of(
                () -> verifier.update(1),
                () -> verifier.update(CONTENT, 0, 0),
                () -> verifier.update(CONTENT, 0, CONTENT.length),
                () -> verifier.update(ByteBuffer.allocate(1)),
                verifier::finish,
                verifier::checkpoint,
                verifier::handOver,
                () -> VerifyingInputStream.of(InputStream.nullInputStream(), verifier, 4))) {
            assertThrows(IllegalStateException.class, call);
        }
    }

    @Test
    void tellsHowFarTheShapeHasCome() throws IOException {
        ContentVerifier verifier = verifier();
        var in = VerifyingInputStream.of(new ByteArrayInputStream(CONTENT), verifier, 4);
        in.readNBytes(10);
        assertEquals(10, verifier.count());
        in.readAllBytes();
        assertEquals(State.VERIFIED, verifier.state());
        assertEquals(0, verifier.remaining());
        ContentVerifier other = verifier();
        var wrong = VerifyingInputStream.of(new ByteArrayInputStream(new byte[CONTENT.length]), other, 4);
        assertThrows(VerificationException.class, wrong::readAllBytes);
        assertEquals(State.FAILED, other.state());
    }

    /** The verifier has hashed the hold-back as far as it came, and the reader has none of it. */
    @Test
    void hasNoCheckpointBeyondWhatABrokenStreamGave() throws IOException {
        ContentVerifier verifier = verifier();
        int broken = CONTENT.length - 1000;
        var in = VerifyingInputStream.of(brokenAfter(broken), verifier, ContentVerifier.DEFAULT_HOLD_BACK);
        var got = new ByteArrayOutputStream();
        assertThrows(EOFException.class, () -> in.transferTo(got));
        assertEquals(broken, verifier.count());
        assertEquals(CONTENT.length - ContentVerifier.DEFAULT_HOLD_BACK, got.size());
        assertThrows(IllegalStateException.class, verifier::checkpoint);
        ContentVerifier kept = verifier();
        kept.update(got.toByteArray(), 0, got.size());
        var rest = new ByteArrayInputStream(CONTENT, got.size(), CONTENT.length);
        VerifyingInputStream.of(rest, kept.checkpoint().resume(), 4).transferTo(got);
        assertArrayEquals(CONTENT, got.toByteArray());
    }

    @Test
    void isStillItsMakersWhereNoShapeCameOfIt() throws IOException {
        ContentVerifier verifier = verifier();
        assertThrows(
                IllegalArgumentException.class,
                () -> VerifyingInputStream.of(InputStream.nullInputStream(), verifier, -1));
        Pipe pipe = Pipe.open();
        try (var source = pipe.source();
                var sink = pipe.sink()) {
            sink.configureBlocking(false);
            assertThrows(IllegalBlockingModeException.class, () -> VerifyingWritableByteChannel.of(sink, verifier, 4));
            assertTrue(source.isOpen());
        }
        verifier.update(CONTENT, 0, CONTENT.length);
        verifier.finish();
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without such a check may do
    void isStillItsMakersWhereNothingWasGivenToShape() throws VerificationException {
        ContentVerifier verifier = verifier();
        for (Executable call : List.<Executable>of(
                () -> VerifyingInputStream.of(null, verifier, 4),
                () -> VerifyingOutputStream.of(null, verifier, 4),
                () -> VerifyingReadableByteChannel.of(null, verifier, 4),
                () -> VerifyingWritableByteChannel.of(null, verifier, 4),
                () -> VerifyingSubscriber.of(null, verifier, 4),
                () -> VerifyingSubscriber.ofLists(null, verifier, 4),
                () -> VerifyingBodySubscriber.of(null, verifier, 4))) {
            assertThrows(NullPointerException.class, call);
        }
        verifier.update(CONTENT, 0, CONTENT.length);
        verifier.finish();
    }

    private static InputStream brokenAfter(int length) {
        return new SequenceInputStream(new ByteArrayInputStream(CONTENT, 0, length), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("the connection broke");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
    }

    private static ContentVerifier verifier() throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        return content;
    }
}
