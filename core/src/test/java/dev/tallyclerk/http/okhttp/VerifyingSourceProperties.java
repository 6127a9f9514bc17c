package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.testing.ChangedDigest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/** What holds for every shape of the core's, for a source of Okio's. */
class VerifyingSourceProperties {
    /** A source that gives as little as it wants. */
    private static Source dribble(byte[] content, Random random) {
        return new ForwardingSource(new Buffer().write(content)) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                return super.read(sink, Math.min(byteCount, 1 + random.nextInt(random.nextBoolean() ? 3 : 9000)));
            }
        };
    }

    private static State run(byte[] content, ContentVerifier verifier, int holdBack, long seed, Buffer got)
            throws IOException {
        Random random = new Random(seed);
        try (VerifyingSource source = VerifyingSource.of(dribble(content, random), verifier, holdBack)) {
            long n;
            do {
                long before = got.size();
                n = source.read(got, 1 + random.nextInt(9000));
                assertEquals(Math.max(0, n), got.size() - before);
            } while (n >= 0);
            return source.state();
        }
    }

    private static ContentVerifier verifier(byte[] content) throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(content), content.length);
    }

    private static void assertRefused(
            Reason reason, byte[] wrong, ContentVerifier verifier, int holdBack, long promised, long seed) {
        Buffer got = new Buffer();
        var e = assertThrows(VerificationException.class, () -> run(wrong, verifier, holdBack, seed, got));
        assertEquals(reason, e.reason());
        assertEquals(State.FAILED, verifier.state());
        assertTrue(got.size() <= Math.max(0, promised - holdBack), got.size() + " of " + promised + " bytes came");
    }

    @Property(tries = 500)
    void anySplitGivesTheWholeContent(
            @ForAll @Size(max = 20_000) byte[] content,
            @ForAll @IntRange(max = 25_000) int holdBack,
            @ForAll boolean both,
            @ForAll long seed)
            throws IOException {
        Digest sha256 = Digest.sha256Of(content);
        List<Digest> digests = both ? List.of(sha256, Digest.of(DigestAlgorithm.SHA512, content)) : List.of(sha256);
        Buffer got = new Buffer();
        assertEquals(State.VERIFIED, run(content, ContentVerifier.of(digests, content.length), holdBack, seed, got));
        assertArrayEquals(content, got.readByteArray());
    }

    @Property(tries = 300)
    void takesContentOfWhichOnlyTheDigestIsPromised(
            @ForAll @Size(max = 5000) byte[] content, @ForAll @IntRange(max = 3) int slack, @ForAll long seed)
            throws IOException {
        Buffer got = new Buffer();
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(content), content.length + slack);
        assertEquals(State.VERIFIED, run(content, verifier, 0, seed, got));
        assertArrayEquals(content, got.readByteArray());
        ContentVerifier another = ContentVerifier.ofAtMost(Digest.sha256Of(content), content.length);
        assertThrows(IllegalArgumentException.class, () -> VerifyingSource.of(new Buffer(), another, 1));
        assertThrows(IllegalStateException.class, () -> VerifyingSource.of(new Buffer(), verifier, 0));
        assertThrows(IllegalArgumentException.class, () -> VerifyingSource.of(new Buffer(), another, -1));
    }

    @Property(tries = 300)
    void refusesOtherContentOfWhichOnlyTheDigestIsPromised(
            @ForAll @Size(min = 1, max = 5000) byte[] content,
            @ForAll @IntRange(max = 3) int slack,
            @ForAll int position,
            @ForAll @IntRange(min = 1, max = 3000) int surplus,
            @ForAll long seed)
            throws VerificationException {
        Digest digest = Digest.sha256Of(content);
        byte[] changed = content.clone();
        changed[Math.floorMod(position, changed.length)]++;
        ContentVerifier loose = ContentVerifier.ofAtMost(digest, content.length + slack);
        assertRefused(Reason.DIGEST_MISMATCH, changed, loose, 0, content.length, seed);
        byte[] longer = Arrays.copyOf(content, content.length + surplus);
        ContentVerifier tight = ContentVerifier.ofAtMost(digest, content.length);
        assertRefused(Reason.TOO_LONG, longer, tight, 0, content.length, seed);
    }

    @Property(tries = 500)
    void hashesAndGivesWhatCameBeforeTheSourceThrew(
            @ForAll @Size(max = 20_000) byte[] content, @ForAll @IntRange(max = 25_000) int holdBack, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        Buffer got = new Buffer();
        Source failing = failing(content, random, false);
        assertEquals(State.VERIFIED, retry(VerifyingSource.of(failing, verifier(content), holdBack), random, got));
        assertArrayEquals(content, got.readByteArray());
    }

    @Property(tries = 500)
    void refusesBytesOfNobodysThatCameBeforeTheSourceThrew(
            @ForAll @Size(max = 20_000) byte[] content, @ForAll @IntRange(max = 25_000) int holdBack, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        VerifyingSource source = VerifyingSource.of(failing(content, random, true), verifier(content), holdBack);
        assertThrows(VerificationException.class, () -> retry(source, random, new Buffer()));
        assertEquals(State.FAILED, source.state());
    }

    /**
     * A source that often times out, at the beginning too, and before that gives the next bytes, or some that are not
     * of the content.
     */
    private static Source failing(byte[] content, Random random, boolean forging) {
        return new ForwardingSource(new Buffer().write(content)) {
            private boolean began;

            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                long most = Math.min(byteCount, 1 + random.nextInt(9000));
                boolean fails = !began || random.nextInt(3) == 0;
                began = true;
                if (fails && forging) {
                    sink.write(new byte[(int) most]);
                } else if (!fails || random.nextBoolean()) {
                    long n = super.read(sink, most);
                    if (!fails) {
                        return n;
                    }
                }
                throw new SocketTimeoutException("the source waits");
            }
        };
    }

    private static State retry(VerifyingSource source, Random random, Buffer got) throws IOException {
        for (long n = 0; n >= 0; ) {
            try {
                n = source.read(got, 1 + random.nextInt(9000));
            } catch (SocketTimeoutException e) {
                n = 0;
            }
        }
        return source.state();
    }

    @Property(tries = 300)
    void goesOnFromACheckpoint(
            @ForAll @Size(max = 5000) byte[] content,
            @ForAll @IntRange(max = 5000) int cut,
            @ForAll @IntRange(max = 6000) int holdBack,
            @ForAll long seed)
            throws IOException {
        int at = Math.min(cut, content.length);
        ContentVerifier verifier = verifier(content);
        verifier.update(content, 0, at);
        byte[] rest = Arrays.copyOfRange(content, at, content.length);
        Buffer got = new Buffer();
        assertEquals(State.VERIFIED, run(rest, verifier.checkpoint().resume(), holdBack, seed, got));
        assertArrayEquals(rest, got.readByteArray());
    }

    @Property(tries = 500)
    void aChangedByteIsRefusedAndTheLastBytesNeverCome(
            @ForAll @Size(min = 1, max = 20_000) byte[] content,
            @ForAll @IntRange(min = 1, max = 25_000) int holdBack,
            @ForAll int position,
            @ForAll long seed)
            throws VerificationException {
        byte[] wrong = content.clone();
        wrong[Math.floorMod(position, wrong.length)]++;
        assertRefused(Reason.DIGEST_MISMATCH, wrong, verifier(content), holdBack, content.length, seed);
    }

    @Property(tries = 300)
    void aChangedDigitOfTheDigestIsRefusedAndTheLastBytesNeverCome(
            @ForAll @Size(min = 1, max = 5000) byte[] content,
            @ForAll @IntRange(min = 1, max = 6000) int holdBack,
            @ForAll int at,
            @ForAll @IntRange(min = 1, max = 15) int change,
            @ForAll long seed)
            throws VerificationException {
        Digest right = Digest.of(seed % 2 == 0 ? DigestAlgorithm.SHA256 : DigestAlgorithm.SHA512, content);
        ContentVerifier verifier = ContentVerifier.of(ChangedDigest.of(right, at, change), content.length);
        assertRefused(Reason.DIGEST_MISMATCH, content, verifier, holdBack, content.length, seed);
    }

    @Property(tries = 500)
    void anotherLengthIsRefusedAndTheLastBytesNeverCome(
            @ForAll @Size(min = 1, max = 20_000) byte[] content,
            @ForAll @IntRange(min = 1, max = 25_000) int holdBack,
            @ForAll @IntRange(min = 1, max = 3000) int difference,
            @ForAll long seed)
            throws VerificationException {
        byte[] longer = Arrays.copyOf(content, content.length + difference);
        assertRefused(Reason.TOO_LONG, longer, verifier(content), holdBack, content.length, seed);
        byte[] shorter = Arrays.copyOf(content, Math.max(0, content.length - difference));
        assertRefused(Reason.TOO_SHORT, shorter, verifier(content), holdBack, content.length, seed);
    }

    @Property(tries = 200)
    void anotherDigestIsRefusedAlsoBesideOneThatHolds(
            @ForAll @Size(min = 1, max = 5000) byte[] content,
            @ForAll @IntRange(min = 1, max = 6000) int holdBack,
            @ForAll long seed)
            throws VerificationException {
        Digest other = Digest.of(DigestAlgorithm.SHA512, new byte[] {1, 2, 3});
        ContentVerifier verifier = ContentVerifier.of(List.of(Digest.sha256Of(content), other), content.length);
        assertRefused(Reason.DIGEST_MISMATCH, content, verifier, holdBack, content.length, seed);
    }
}
