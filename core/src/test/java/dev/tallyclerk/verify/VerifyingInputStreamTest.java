package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyingInputStreamTest {
    private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRONG = "012345678X".getBytes(StandardCharsets.US_ASCII);

    @Test
    void givesTheContentAndThenItsEndAsOftenAsAsked() throws IOException {
        try (var in = open(CONTENT, 4)) {
            assertArrayEquals(CONTENT, in.readAllBytes());
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[3], 0, 3));
            assertEquals(0, in.read(new byte[3], 0, 0));
            assertEquals(State.VERIFIED, in.state());
        }
    }

    @Test
    void saysHowManyBytesItHasTransferredAndSkipped() throws IOException {
        try (var in = open(CONTENT, 4)) {
            assertEquals(3, in.skip(3));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertEquals(7, in.transferTo(out));
            assertEquals("3456789", out.toString(StandardCharsets.US_ASCII));
            assertEquals(0, in.transferTo(out));
            assertEquals(0, in.skip(1));
        }
    }

    @Test
    void readsFromASourceThatGivesNothingWhereItShouldWait() throws IOException {
        InputStream lazy = new ByteArrayInputStream(CONTENT) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                return 0;
            }
        };
        try (var in = VerifyingInputStream.of(lazy, ContentVerifier.of(Digest.sha256Of(CONTENT), 10), 4)) {
            assertArrayEquals(CONTENT, in.readAllBytes());
            assertEquals(State.VERIFIED, in.state());
        }
    }

    @Test
    void doesNotEndAfterAnEngineThatThrew() throws IOException {
        for (HashEngine engine : List.of(BrokenHash.whileItTakesBytes(), BrokenHash.atTheEnd())) {
            var verifier = ContentVerifier.of(List.of(Digest.sha256Of(CONTENT)), CONTENT.length, engine);
            try (var in = VerifyingInputStream.of(new ByteArrayInputStream(CONTENT), verifier, 4)) {
                assertThrows(ProviderException.class, in::readAllBytes);
                assertEquals(State.FAILED, in.state());
                var later = assertThrows(IOException.class, in::read);
                assertInstanceOf(ProviderException.class, later.getCause());
            }
        }
    }

    @Test
    void givesNoByteOfTheHoldBackOfWrongContentAndKeepsFailing() throws IOException {
        try (var in = open(WRONG, 4)) {
            assertEquals(6, in.read(new byte[100]));
            assertEquals(State.NOT_FINISHED, in.state());
            var first = assertThrows(VerificationException.class, in::read);
            assertEquals(Reason.DIGEST_MISMATCH, first.reason());
            RepeatedFailure.assertRepeats(first, assertThrows(VerificationException.class, in::read));
            RepeatedFailure.assertRepeats(
                    first, assertThrows(VerificationException.class, () -> in.read(new byte[1], 0, 0)));
            RepeatedFailure.assertRepeats(first, assertThrows(VerificationException.class, in::available));
            RepeatedFailure.assertRepeats(first, assertThrows(VerificationException.class, () -> in.skip(1)));
            RepeatedFailure.assertRepeats(
                    first, assertThrows(VerificationException.class, () -> in.transferTo(discard())));
            assertEquals(State.FAILED, in.state());
        }
    }

    @Test
    void givesNothingOfSmallWrongContentByDefault() throws IOException {
        try (var in = VerifyingInputStream.of(new ByteArrayInputStream(WRONG), Digest.sha256Of(CONTENT), 10)) {
            assertThrows(VerificationException.class, in::read);
        }
    }

    @Test
    void withoutHoldBackGivesAllOfWrongContentButNoEnd() throws IOException {
        try (var in = open(WRONG, 0)) {
            assertArrayEquals(WRONG, in.readNBytes(10));
            var e = assertThrows(VerificationException.class, in::read);
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        }
    }

    @Test
    void everyWayOfReadingFailsOnWrongContent() throws IOException {
        assertThrows(VerificationException.class, () -> open(WRONG, 4).readAllBytes());
        assertThrows(VerificationException.class, () -> open(WRONG, 4).readNBytes(10));
        assertThrows(VerificationException.class, () -> open(WRONG, 4).readNBytes(new byte[10], 0, 10));
        assertThrows(VerificationException.class, () -> open(WRONG, 4).skip(10));
        assertThrows(VerificationException.class, () -> open(WRONG, 4).skipNBytes(10));
        var got = new ByteArrayOutputStream();
        assertThrows(VerificationException.class, () -> open(WRONG, 4).transferTo(got));
        assertEquals(6, got.size());
    }

    @Test
    void skippedBytesAreVerifiedToo() throws IOException {
        try (var in = open(CONTENT, 4)) {
            assertEquals(3, in.skip(3));
            assertEquals('3', in.read());
            assertEquals(6, in.skip(100));
            assertEquals(0, in.skip(1));
            assertEquals(-1, in.read());
            assertEquals(State.VERIFIED, in.state());
        }
        byte[] wrong = CONTENT.clone();
        wrong[0]++;
        var in = open(wrong, 4);
        in.skipNBytes(6);
        assertThrows(VerificationException.class, in::read);
    }

    @Test
    void hasNoMarks() throws IOException {
        try (var in = open(CONTENT, 4)) {
            assertFalse(in.markSupported());
            in.mark(10);
            assertEquals('0', in.read());
            assertThrows(IOException.class, in::reset);
            assertEquals('1', in.read());
        }
    }

    @Test
    void saysHowMuchCanBeReadWithoutWaiting() throws IOException {
        try (var in = open(CONTENT, 4)) {
            assertEquals(6, in.available());
            assertEquals(5, in.readNBytes(5).length);
            assertEquals(1, in.available());
            assertEquals('5', in.read());
            assertEquals(0, in.available());
            assertEquals('6', in.read());
            assertEquals(3, in.available());
            assertEquals(3, in.readAllBytes().length);
            assertEquals(0, in.available());
        }
    }

    @Test
    void closingEarlyLeavesTheContentUnverified() throws IOException {
        var source = new CountsCloses(CONTENT);
        var in = VerifyingInputStream.of(source, verifier(), 4);
        assertEquals('0', in.read());
        in.close();
        in.close();
        assertEquals(1, source.closes);
        assertEquals(State.NOT_FINISHED, in.state());
        assertThrows(IOException.class, in::read);
        assertThrows(IOException.class, in::available);
        assertThrows(IOException.class, in::readAllBytes);
        assertThrows(IOException.class, () -> in.read(new byte[1], 0, 0));
    }

    @Test
    void givesNoHeldBytesOnceClosed() throws IOException {
        var in = open(CONTENT, 10);
        assertEquals('0', in.read());
        assertEquals(State.VERIFIED, in.state());
        in.close();
        assertThrows(IOException.class, in::read);
        assertEquals(State.VERIFIED, in.state());
    }

    @Test
    void asksForNoMoreThanOneSurplusByte() throws IOException {
        for (int holdBack : new int[] {0, 3, 100}) {
            var endless = new Endless();
            var in = VerifyingInputStream.of(endless, ContentVerifier.of(Digest.sha256Of(CONTENT), 5), holdBack);
            var e = assertThrows(VerificationException.class, in::readAllBytes);
            assertEquals(Reason.TOO_LONG, e.reason());
            assertEquals(6, endless.given);
        }
    }

    @Test
    void aSizeWithoutLimitIsReadLikeAnyOther() throws IOException {
        var verifier = ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), Long.MAX_VALUE);
        assertArrayEquals(
                CONTENT,
                VerifyingInputStream.of(new ByteArrayInputStream(CONTENT), verifier, 0)
                        .readAllBytes());
        var promised =
                VerifyingInputStream.of(new ByteArrayInputStream(CONTENT), Digest.sha256Of(CONTENT), Long.MAX_VALUE);
        var e = assertThrows(VerificationException.class, promised::readAllBytes);
        assertEquals(Reason.TOO_SHORT, e.reason());
    }

    @Test
    void anExceptionOfTheSourceIsNoVerdict() throws IOException {
        for (int failAt : new int[] {0, 3, 6, 8, 10}) {
            var in = VerifyingInputStream.of(new FailsOnce(CONTENT, failAt), verifier(), 4);
            var got = new ByteArrayOutputStream();
            assertInstanceOf(EOFException.class, assertThrows(IOException.class, () -> in.transferTo(got)));
            assertEquals(State.NOT_FINISHED, in.state());
            in.transferTo(got); // this source goes on where it was
            assertArrayEquals(CONTENT, got.toByteArray());
            assertEquals(State.VERIFIED, in.state());
        }
    }

    @Test
    void refusesAHoldBackThatMakesNoSenseAndAVerificationThatIsOver() throws IOException {
        var source = new ByteArrayInputStream(CONTENT);
        assertThrows(IllegalArgumentException.class, () -> VerifyingInputStream.of(source, verifier(), -1));
        var sizeless = ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), 10);
        assertThrows(IllegalArgumentException.class, () -> VerifyingInputStream.of(source, sizeless, 1));
        var over = ContentVerifier.of(Digest.sha256Of(new byte[0]), 0);
        over.finish();
        assertThrows(IllegalStateException.class, () -> VerifyingInputStream.of(source, over, 1));
    }

    @Test
    void keepsNoMoreThanTheContentNeedsWhateverTheHoldBack() throws IOException {
        try (var in = open(CONTENT, Integer.MAX_VALUE)) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
    }

    @Test
    void theSourceIsNotAskedForTheHoldBackBeforeItIsReached() throws IOException {
        var endless = new Endless();
        var in = VerifyingInputStream.of(endless, verifier(), 4);
        assertEquals(6, in.read(new byte[10]));
        assertEquals(6, endless.given);
        assertEquals(State.NOT_FINISHED, in.state());
    }

    private static VerifyingInputStream open(byte[] content, int holdBack) throws VerificationException {
        return VerifyingInputStream.of(new ByteArrayInputStream(content), verifier(), holdBack);
    }

    private static ContentVerifier verifier() throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
    }

    private static ByteArrayOutputStream discard() {
        return new ByteArrayOutputStream();
    }

    private static final class CountsCloses extends ByteArrayInputStream {
        int closes;

        CountsCloses(byte[] content) {
            super(content);
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private static final class Endless extends InputStream {
        long given;

        @Override
        public int read() {
            given++;
            return 'x';
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            Arrays.fill(buffer, offset, offset + length, (byte) 'x');
            given += length;
            return length;
        }
    }

    /** Throws once, after so many bytes, and goes on afterwards. */
    private static final class FailsOnce extends InputStream {
        private final byte[] content;
        private int at;
        private int failAt;

        FailsOnce(byte[] content, int failAt) {
            this.content = content;
            this.failAt = failAt;
        }

        @Override
        public int read() throws IOException {
            if (at == failAt) {
                failAt = -1;
                throw new EOFException("the connection broke");
            }
            return at == content.length ? -1 : content[at++];
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int value = read();
            if (value < 0) {
                return -1;
            }
            buffer[offset] = (byte) value;
            return 1;
        }
    }

    @Test
    void skipsAsManyBytesAsThereAre() throws IOException {
        byte[] content = new byte[100_000];
        content[50_000] = 7;
        try (var in =
                VerifyingInputStream.of(new ByteArrayInputStream(content), Digest.sha256Of(content), content.length)) {
            assertEquals(0, in.skip(0));
            assertEquals(0, in.skip(-1));
            assertEquals(50_000, in.skip(50_000));
            assertEquals(7, in.read());
            assertEquals(49_999, in.skip(Long.MAX_VALUE));
            assertEquals(0, in.skip(1));
            assertEquals(State.VERIFIED, in.state());
        }
    }
}
