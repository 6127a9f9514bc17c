package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VerifyingSourceTest {
    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        return content;
    }

    private static VerifyingSource over(byte[] bytes, byte[] promised) throws VerificationException {
        return VerifyingSource.of(new Buffer().write(bytes), Digest.sha256Of(promised), promised.length);
    }

    @Property(tries = 100)
    void givesTheContentThatWasPromised(@ForAll @IntRange(max = 200_000) int size) throws IOException {
        byte[] content = content(size);
        try (VerifyingSource source = over(content, content)) {
            assertEquals(State.NOT_FINISHED, source.state());
            assertArrayEquals(content, Okio.buffer(source).readByteArray());
            assertEquals(State.VERIFIED, source.state());
        }
    }

    @Test
    void aloneHasItsVerifierToGoOnWith() throws IOException {
        byte[] content = content(1000);
        var verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        try (VerifyingSource source = VerifyingSource.of(new Buffer().write(content), verifier, 900)) {
            assertEquals(100, source.read(new Buffer(), 1000));
            assertEquals(100, verifier.count());
            assertThrows(IllegalStateException.class, verifier::checkpoint);
            assertThrows(IllegalStateException.class, () -> verifier.update(content, 100, 900));
            assertThrows(IllegalStateException.class, verifier::finish);
            assertEquals(900, source.read(new Buffer(), 1000));
            assertEquals(State.VERIFIED, verifier.state());
        }
    }

    @Test
    void givesNothingAfterAnEngineThatThrew() throws IOException {
        byte[] content = content(200_000);
        HashEngine broken = algorithm -> Optional.of(new MessageDigest("broken") {
            @Override
            protected void engineUpdate(byte input) {}

            @Override
            protected void engineUpdate(byte[] input, int offset, int length) {}

            @Override
            protected byte[] engineDigest() {
                throw new ProviderException("has no end");
            }

            @Override
            protected void engineReset() {}
        });
        var verifier = ContentVerifier.of(List.of(Digest.sha256Of(content)), content.length, broken);
        try (VerifyingSource source = VerifyingSource.of(new Buffer().write(content), verifier, 1000)) {
            Buffer got = new Buffer();
            assertThrows(ProviderException.class, () -> {
                while (source.read(got, 8192) >= 0) {}
            });
            long before = got.size();
            assertThrows(IOException.class, () -> source.read(got, 8192));
            assertEquals(before, got.size());
            assertEquals(State.FAILED, source.state());
        }
    }

    @Test
    void neverGivesAWholeWrongBody() throws IOException {
        byte[] promised = content(200_000);
        byte[] wrong = promised.clone();
        wrong[0] ^= 1;
        try (VerifyingSource source = over(wrong, promised)) {
            Buffer got = new Buffer();
            var e = assertThrows(VerificationException.class, () -> {
                while (source.read(got, 8192) >= 0) {}
            });
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
            assertTrue(got.size() < promised.length, got.size() + " bytes");
            assertEquals(State.FAILED, source.state());
        }
    }

    @Test
    void refusesContentOfAnotherSize() throws IOException {
        byte[] promised = content(100);
        try (VerifyingSource source = over(content(101), promised)) {
            var e = assertThrows(VerificationException.class, () -> source.read(new Buffer(), 1000));
            assertEquals(Reason.TOO_LONG, e.reason());
        }
        try (VerifyingSource source = over(content(99), promised)) {
            var e = assertThrows(VerificationException.class, () -> source.read(new Buffer(), 1000));
            assertEquals(Reason.TOO_SHORT, e.reason());
        }
    }

    @Test
    void asksForOneByteMoreThanPromisedAtMost() throws IOException {
        byte[] promised = content(100_000);
        Buffer endless = new Buffer().write(promised).write(content(1_000_000));
        try (VerifyingSource source = VerifyingSource.of(endless, Digest.sha256Of(promised), promised.length)) {
            Buffer got = new Buffer();
            var e = assertThrows(VerificationException.class, () -> {
                while (source.read(got, 8192) >= 0) {}
            });
            assertEquals(Reason.TOO_LONG, e.reason());
            assertEquals(1_000_000 - 1, endless.size(), "one byte too many was enough");
        }
    }

    @Test
    void repeatsItsFailure() throws IOException {
        try (VerifyingSource source = over(content(10), content(11))) {
            var first = assertThrows(VerificationException.class, () -> source.read(new Buffer(), 100));
            var later = assertThrows(VerificationException.class, () -> source.read(new Buffer(), 100));
            assertNotSame(first, later, "the same object cannot be suppressed in itself");
            assertSame(first, later.getCause());
            assertEquals(first.reason(), later.reason());
        }
    }

    private interface Reading {
        long read(Buffer sink, long byteCount) throws IOException;
    }

    private static Source source(Reading reading) {
        return new ForwardingSource(new Buffer()) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                return reading.read(sink, byteCount);
            }
        };
    }

    @Test
    void givesNoMoreThanWasAskedForOfASourceThatGivesMore() throws IOException {
        byte[] promised = content(200_000);
        byte[] wrong = promised.clone();
        wrong[0] ^= 1;
        for (byte[] bytes : List.of(promised, wrong)) {
            Buffer all = new Buffer().write(bytes);
            Source generous = source((sink, byteCount) -> all.read(sink, Long.MAX_VALUE));
            Buffer got = new Buffer();
            try (VerifyingSource source = VerifyingSource.of(generous, Digest.sha256Of(promised), promised.length)) {
                assertEquals(8192, source.read(got, 8192));
                assertEquals(8192, got.size());
                if (bytes == promised) {
                    while (source.read(got, 8192) >= 0) {}
                    assertEquals(State.VERIFIED, source.state());
                    assertArrayEquals(promised, got.readByteArray());
                } else {
                    var e = assertThrows(VerificationException.class, () -> {
                        while (source.read(got, 8192) >= 0) {}
                    });
                    assertEquals(Reason.DIGEST_MISMATCH, e.reason());
                    assertTrue(
                            got.size() <= promised.length - ContentVerifier.DEFAULT_HOLD_BACK, got.size() + " bytes");
                }
            }
        }
    }

    @Test
    @Timeout(60)
    void doesNotBelieveHowManyBytesASourceSaysThatItGave() throws IOException {
        byte[] content = content(10);
        for (int holdBack : new int[] {4, 10}) {
            for (int given : new int[] {0, 10}) {
                Source lying = source((sink, byteCount) -> {
                    sink.write(content, 0, (int) Math.min(given, byteCount));
                    return 34;
                });
                var verifier = ContentVerifier.of(Digest.sha256Of(content), 10);
                try (VerifyingSource source = VerifyingSource.of(lying, verifier, holdBack)) {
                    Buffer got = new Buffer();
                    var e = assertThrows(IOException.class, () -> source.read(got, 100));
                    assertFalse(e instanceof VerificationException);
                    assertEquals(0, got.size());
                    assertEquals(State.NOT_FINISHED, source.state());
                }
            }
        }
    }

    @Test
    void givesWhatCameTogetherWithTheEnd() throws IOException {
        byte[] content = content(1000);
        for (ContentVerifier verifier : List.of(
                ContentVerifier.ofAtMost(Digest.sha256Of(content), 2000),
                ContentVerifier.of(Digest.sha256Of(content), 1000))) {
            Buffer all = new Buffer().write(content);
            Source ending = source((sink, byteCount) -> {
                long n = all.read(sink, Math.min(600, byteCount));
                return all.exhausted() ? -1 : n;
            });
            Buffer got = new Buffer();
            try (VerifyingSource source = VerifyingSource.of(ending, verifier, 0)) {
                while (source.read(got, 8192) >= 0) {}
                assertEquals(State.VERIFIED, source.state());
            }
            assertArrayEquals(content, got.readByteArray());
        }
    }

    @Test
    void goesOnAfterARuntimeExceptionOfTheSource() throws IOException {
        byte[] content = content(1000);
        Buffer all = new Buffer().write(content);
        boolean[] failed = new boolean[1];
        Source failing = source((sink, byteCount) -> {
            long n = all.read(sink, Math.min(100, byteCount));
            if (!failed[0]) {
                failed[0] = true;
                throw new IllegalStateException("once");
            }
            return n;
        });
        Buffer got = new Buffer();
        try (VerifyingSource source = VerifyingSource.of(failing, Digest.sha256Of(content), 1000)) {
            assertThrows(IllegalStateException.class, () -> source.read(got, 8192));
            assertEquals(State.NOT_FINISHED, source.state());
            while (source.read(got, 8192) >= 0) {}
            assertEquals(State.VERIFIED, source.state());
        }
        assertArrayEquals(content, got.readByteArray());
    }

    @Test
    void givesNothingOfASourceThatTookBytesBack() throws IOException {
        byte[] content = content(1000);
        Buffer all = new Buffer().write(content);
        Source taking = source((sink, byteCount) -> {
            if (sink.size() > 0) {
                sink.skip(1);
                return 0;
            }
            return all.read(sink, 600);
        });
        Buffer got = new Buffer();
        try (VerifyingSource source = VerifyingSource.of(taking, Digest.sha256Of(content), 1000)) {
            var first = assertThrows(IOException.class, () -> source.read(got, 8192));
            var later = assertThrows(IOException.class, () -> source.read(got, 8192));
            assertSame(first, later.getCause());
            assertEquals(State.NOT_FINISHED, source.state());
        }
        assertEquals(0, got.size());
    }

    @Test
    void saysWhenASourceGivesNothingAndDoesNotEnd() throws IOException {
        Source stuck = new ForwardingSource(new Buffer()) {
            @Override
            public long read(Buffer sink, long byteCount) {
                return 0;
            }
        };
        try (VerifyingSource source = VerifyingSource.of(stuck, Digest.sha256Of(content(10)), 10)) {
            assertThrows(IOException.class, () -> source.read(new Buffer(), 100));
            assertEquals(State.NOT_FINISHED, source.state());
        }
    }

    @Test
    void hashesWhatASourceGaveBeforeItFailed() throws IOException {
        byte[] promised = content(100_000);
        byte[] wrong = promised.clone();
        wrong[0] ^= 1;
        for (byte[] bytes : List.of(promised, wrong)) {
            boolean[] failed = new boolean[1];
            Source failing = new ForwardingSource(new Buffer().write(bytes)) {
                @Override
                public long read(Buffer sink, long byteCount) throws IOException {
                    long count = super.read(sink, Math.min(byteCount, 1000));
                    if (!failed[0]) {
                        failed[0] = true;
                        throw new IOException("once");
                    }
                    return count;
                }
            };
            try (VerifyingSource source = VerifyingSource.of(failing, Digest.sha256Of(promised), promised.length)) {
                Buffer got = new Buffer();
                assertThrows(IOException.class, () -> source.read(got, 8192));
                assertEquals(0, got.size());
                if (bytes == promised) {
                    while (source.read(got, 8192) >= 0) {}
                    assertArrayEquals(promised, got.readByteArray());
                } else {
                    assertThrows(VerificationException.class, () -> {
                        while (source.read(got, 8192) >= 0) {}
                    });
                }
            }
        }
    }

    @Test
    void givesNothingOnceItIsClosed() throws IOException {
        VerifyingSource source = over(content(10), content(10));
        source.close();
        source.close();
        assertThrows(IllegalStateException.class, () -> source.read(new Buffer(), 100));
        assertEquals(State.NOT_FINISHED, source.state());
    }

    @Test
    void closingItEarlyIsNoVerdict() throws IOException {
        int[] closes = new int[1];
        Source once = new ForwardingSource(new Buffer().write(content(10))) {
            @Override
            public void close() {
                closes[0]++;
            }
        };
        var verifier = ContentVerifier.of(Digest.sha256Of(content(10)), 10);
        VerifyingSource source = VerifyingSource.of(once, verifier, 4);
        assertEquals(1, source.read(new Buffer(), 1));
        source.close();
        source.close();
        assertEquals(State.NOT_FINISHED, source.state());
        assertEquals(1, closes[0]);
        assertThrows(IllegalStateException.class, () -> source.read(new Buffer(), 100));
    }

    @Test
    void closingItBeforeTheHoldBackIsReadLeavesTheVerdict() throws IOException {
        var verifier = ContentVerifier.of(Digest.sha256Of(content(10)), 10);
        VerifyingSource source = VerifyingSource.of(new Buffer().write(content(10)), verifier, 4);
        assertEquals(6, source.read(new Buffer(), 100));
        assertEquals(2, source.read(new Buffer(), 2));
        source.close();
        assertEquals(State.VERIFIED, source.state());
        assertThrows(IllegalStateException.class, () -> source.read(new Buffer(), 100));
    }
}
