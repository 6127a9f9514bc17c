package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.LayerFormat;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerVerifierExecutorTest {
    private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final byte[] CONTENT = content();
    private static final byte[] BLOB = gzip(CONTENT);
    private static final Descriptor LAYER = Descriptor.of(GZIP, Digest.sha256Of(BLOB), BLOB.length);
    private static final Digest DIFF_ID = Digest.sha256Of(CONTENT);

    private final ExecutorService pool = Executors.newFixedThreadPool(2);

    /** What an embedder may pass in. */
    enum Kind {
        POOL,
        RUNS_AT_ONCE,
        REJECTS,
        NEVER_RUNS;

        Executor executor(Executor pool) {
            return switch (this) {
                case POOL -> pool;
                case RUNS_AT_ONCE -> Runnable::run;
                case REJECTS ->
                    task -> {
                        throw new RejectedExecutionException("no");
                    };
                case NEVER_RUNS -> task -> {};
            };
        }
    }

    /** A few MiB, so that there are more chunks than buffers. */
    private static byte[] content() {
        Random random = new Random(1);
        byte[] content = new byte[6 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : i >> 6);
        }
        return content;
    }

    private static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    /** A source that gives endless bytes, and counts those that were asked for. */
    private static final class Endless extends InputStream {
        private final byte[] start;
        private int given;

        Endless(byte[] start) {
            this.start = start;
        }

        @Override
        public int read() {
            return given < start.length ? start[given++] & 0xff : given++ & 0x7f;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            for (int i = 0; i < length; i++) {
                buffer[offset + i] = (byte) read();
            }
            return length;
        }
    }

    @AfterEach
    void noTaskIsLeftBehind() throws InterruptedException {
        pool.shutdown();
        assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS), "a task still waits");
    }

    private LayerVerifier verifier(Kind kind) {
        return LayerVerifier.create().withExecutor(kind.executor(pool));
    }

    private VerifiedLayer verify(Kind kind, byte[] blob) throws IOException {
        return verifier(kind).verify(new ByteArrayInputStream(blob), LAYER, DIFF_ID);
    }

    @ParameterizedTest
    @EnumSource
    void verifiesALayer(Kind kind) throws IOException {
        for (int i = 0; i < 5; i++) {
            assertEquals(CONTENT.length, verify(kind, BLOB).uncompressedSize());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAWrongBlobWhereverItIsWrong(Kind kind) {
        for (int at : new int[] {0, 3, 12, BLOB.length / 2, BLOB.length - 9, BLOB.length - 1}) {
            var e = assertThrows(VerificationException.class, () -> verify(kind, flipped(BLOB, at)));
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsOneByteTooManyAtMost(Kind kind) {
        Endless endless = new Endless(BLOB);
        var e = assertThrows(VerificationException.class, () -> verifier(kind).verify(endless, LAYER, DIFF_ID));
        assertEquals(VerificationException.Reason.TOO_LONG, e.reason());
        assertEquals(BLOB.length + 1, endless.given);
    }

    @ParameterizedTest
    @EnumSource
    void refusesAWrongDiffId(Kind kind) {
        var e = assertThrows(
                LayerException.class,
                () -> verifier(kind).verify(new ByteArrayInputStream(BLOB), LAYER, Digest.sha256Of(BLOB)));
        assertEquals(LayerException.Reason.DIFF_ID_MISMATCH, e.reason());
    }

    @ParameterizedTest
    @EnumSource
    void stopsABomb(Kind kind) {
        byte[] bomb = gzip(new byte[80 << 20]);
        Descriptor layer = Descriptor.of(GZIP, Digest.sha256Of(bomb), bomb.length);
        LayerVerifier strict = LayerVerifier.create()
                .withLimits(LayerLimits.defaults().withRatioFreeBytes(64 << 20))
                .withExecutor(kind.executor(pool));
        var e = assertThrows(LayerException.class, () -> strict.verify(new ByteArrayInputStream(bomb), layer, DIFF_ID));
        assertEquals(LayerException.Reason.LIMIT_EXCEEDED, e.reason());
    }

    @ParameterizedTest
    @EnumSource
    void givesTheContentAndEndsOnlyIfItHolds(Kind kind) throws IOException {
        try (InputStream in = verifier(kind).open(new ByteArrayInputStream(BLOB), LAYER, DIFF_ID)) {
            assertArrayEquals(CONTENT, in.readAllBytes());
            assertEquals(-1, in.read());
        }
        Digest other = Digest.sha256Of(BLOB);
        try (InputStream in = verifier(kind).open(new ByteArrayInputStream(BLOB), LAYER, other)) {
            var first = assertThrows(LayerException.class, in::readAllBytes);
            assertSame(first, assertThrows(LayerException.class, in::read), "it never ends");
        }
    }

    @ParameterizedTest
    @EnumSource
    void canBeClosedEarly(Kind kind) throws IOException {
        InputStream in = verifier(kind).open(new ByteArrayInputStream(BLOB), LAYER, DIFF_ID);
        assertEquals(CONTENT[0], (byte) in.read());
        in.skipNBytes(1_000_000);
        assertEquals(CONTENT[1_000_001], (byte) in.read());
        in.close();
        in.close();
        assertThrows(IOException.class, () -> in.readNBytes(1 << 20));
    }

    @Test
    void aThreadOfThePoolMayWaitForItsOwnPool() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        LayerVerifier verifier = LayerVerifier.create().withExecutor(one);
        var result = one.submit(() -> verifier.verify(new ByteArrayInputStream(BLOB), LAYER, DIFF_ID));
        assertEquals(CONTENT.length, result.get(60, TimeUnit.SECONDS).uncompressedSize());
        one.shutdown();
        assertTrue(one.awaitTermination(30, TimeUnit.SECONDS));
    }

    @Test
    void aBrokenSourceIsPassedOn() {
        InputStream reset = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(BLOB, 0, 100_000), reset);
        var e = assertThrows(IOException.class, () -> verifier(Kind.POOL).verify(broken, LAYER, DIFF_ID));
        assertEquals("connection reset", e.getMessage());
    }

    @Test
    void readsTheSameWithTheRuntimesInflater() throws IOException {
        LayerVerifier verifier =
                verifier(Kind.POOL).withDecompressor(LayerFormat.TAR_GZIP, LayerDecompressor.runtimeGzip());
        assertEquals(
                CONTENT.length,
                verifier.verify(new ByteArrayInputStream(BLOB), LAYER, DIFF_ID).uncompressedSize());
        var e = assertThrows(
                VerificationException.class,
                () -> verifier.verify(new ByteArrayInputStream(flipped(BLOB, 1000)), LAYER, DIFF_ID));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
    }

    @Test
    void takesADecompressorOfSomebodyElse() throws IOException {
        LayerVerifier verifier = verifier(Kind.POOL)
                .withDecompressor(LayerFormat.TAR_GZIP, (in, limits) -> new java.util.zip.GZIPInputStream(in, 1 << 16));
        assertEquals(
                CONTENT.length,
                verifier.verify(new ByteArrayInputStream(BLOB), LAYER, DIFF_ID).uncompressedSize());
        assertThrows(
                IllegalArgumentException.class,
                () -> verifier.withDecompressor(LayerFormat.TAR, LayerDecompressor.gzip()));
    }

    @Test
    void aDecompressorCanBeUsedAlone() throws IOException {
        for (LayerDecompressor gzip :
                new LayerDecompressor[] {LayerDecompressor.gzip(), LayerDecompressor.runtimeGzip()}) {
            try (InputStream in = gzip.open(new ByteArrayInputStream(BLOB), LayerLimits.defaults())) {
                assertEquals(CONTENT[0] & 0xff, in.read());
                byte[] rest = in.readAllBytes();
                assertEquals(CONTENT.length - 1, rest.length);
            }
            var e = assertThrows(
                    LayerException.class,
                    () -> gzip.open(new ByteArrayInputStream(CONTENT), LayerLimits.defaults())
                            .read());
            assertEquals(LayerException.Reason.MALFORMED, e.reason());
        }
    }
}
