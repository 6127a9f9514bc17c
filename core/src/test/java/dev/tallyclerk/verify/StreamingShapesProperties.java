package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.testing.ChangedDigest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class StreamingShapesProperties {
    @Property(tries = 1000)
    void anySplitThroughAnyShapeGivesTheWholeContent(
            @ForAll Shape shape,
            @ForAll @Size(max = 20_000) byte[] content,
            @ForAll @IntRange(max = 25_000) int holdBack,
            @ForAll boolean both,
            @ForAll long seed)
            throws IOException {
        Digest sha256 = Digest.sha256Of(content);
        List<Digest> digests = both ? List.of(sha256, Digest.of(DigestAlgorithm.SHA512, content)) : List.of(sha256);
        var got = new ByteArrayOutputStream();
        var verifier = ContentVerifier.of(digests, content.length);
        State state = shape.run(content.clone(), new Random(seed), verifier, holdBack, got);
        assertEquals(State.VERIFIED, state);
        assertArrayEquals(content, got.toByteArray());
    }

    @Property(tries = 1000)
    void anyShapeTakesContentOfWhichOnlyTheDigestIsPromised(
            @ForAll Shape shape,
            @ForAll @Size(max = 5000) byte[] content,
            @ForAll @IntRange(max = 3) int slack,
            @ForAll long seed)
            throws IOException {
        var got = new ByteArrayOutputStream();
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(content), content.length + slack);
        assertEquals(State.VERIFIED, shape.run(content.clone(), new Random(seed), verifier, 0, got));
        assertArrayEquals(content, got.toByteArray());
    }

    @Property(tries = 500)
    void anyShapeRefusesOtherContentOfWhichOnlyTheDigestIsPromised(
            @ForAll Shape shape,
            @ForAll @Size(min = 1, max = 5000) byte[] content,
            @ForAll @IntRange(max = 3) int slack,
            @ForAll int position,
            @ForAll @IntRange(min = 1, max = 255) int change,
            @ForAll @IntRange(min = 1, max = 3000) int surplus,
            @ForAll long seed)
            throws VerificationException {
        Digest digest = Digest.sha256Of(content);
        byte[] changed = content.clone();
        changed[Math.floorMod(position, changed.length)] ^= (byte) change;
        ContentVerifier loose = ContentVerifier.ofAtMost(digest, content.length + slack);
        var e = assertThrows(
                VerificationException.class,
                () -> shape.run(changed, new Random(seed), loose, 0, new ByteArrayOutputStream()));
        assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        assertEquals(State.FAILED, loose.state());

        byte[] longer = Arrays.copyOf(content, content.length + surplus);
        ContentVerifier tight = ContentVerifier.ofAtMost(digest, content.length);
        var got = new ByteArrayOutputStream();
        var tooLong =
                assertThrows(VerificationException.class, () -> shape.run(longer, new Random(seed), tight, 0, got));
        assertEquals(Reason.TOO_LONG, tooLong.reason());
        assertEquals(State.FAILED, tight.state());
        assertTrue(got.size() <= content.length, got.size() + " bytes came");
    }

    @Property(tries = 500)
    void anyShapeGoesOnFromACheckpoint(
            @ForAll Shape shape,
            @ForAll @Size(max = 5000) byte[] content,
            @ForAll @IntRange(max = 5000) int cut,
            @ForAll @IntRange(max = 6000) int holdBack,
            @ForAll long seed)
            throws IOException {
        int at = Math.min(cut, content.length);
        ContentVerifier verifier = verifier(content);
        verifier.update(content, 0, at);
        byte[] rest = Arrays.copyOfRange(content, at, content.length);
        var got = new ByteArrayOutputStream();
        State state =
                shape.run(rest.clone(), new Random(seed), verifier.checkpoint().resume(), holdBack, got);
        assertEquals(State.VERIFIED, state);
        assertArrayEquals(rest, got.toByteArray());
    }

    @Property(tries = 1000)
    void aChangedByteIsRefusedAndTheLastBytesNeverCome(
            @ForAll Shape shape,
            @ForAll @Size(min = 1, max = 20_000) byte[] content,
            @ForAll @IntRange(min = 1, max = 25_000) int holdBack,
            @ForAll int position,
            @ForAll @IntRange(min = 1, max = 255) int change,
            @ForAll long seed)
            throws VerificationException {
        byte[] wrong = content.clone();
        wrong[Math.floorMod(position, wrong.length)] ^= (byte) change;
        assertRefused(Reason.DIGEST_MISMATCH, shape, wrong, verifier(content), holdBack, seed);
    }

    @Property(tries = 1000)
    void aChangedDigitOfTheDigestIsRefusedAndTheLastBytesNeverCome(
            @ForAll Shape shape,
            @ForAll @Size(min = 1, max = 5000) byte[] content,
            @ForAll @IntRange(min = 1, max = 6000) int holdBack,
            @ForAll int at,
            @ForAll @IntRange(min = 1, max = 15) int change,
            @ForAll long seed)
            throws VerificationException {
        Digest right = Digest.of(seed % 2 == 0 ? DigestAlgorithm.SHA256 : DigestAlgorithm.SHA512, content);
        var verifier = ContentVerifier.of(ChangedDigest.of(right, at, change), content.length);
        assertRefused(Reason.DIGEST_MISMATCH, shape, content, verifier, holdBack, seed);
    }

    @Property(tries = 1000)
    void oneOrMoreBytesTooManyAreRefusedAndTheLastBytesNeverCome(
            @ForAll Shape shape,
            @ForAll @Size(max = 20_000) byte[] content,
            @ForAll @IntRange(min = 1, max = 25_000) int holdBack,
            @ForAll @IntRange(min = 1, max = 3000) int surplus,
            @ForAll long seed)
            throws VerificationException {
        byte[] wrong = Arrays.copyOf(content, content.length + surplus);
        assertRefused(Reason.TOO_LONG, shape, wrong, verifier(content), holdBack, seed);
    }

    @Property(tries = 1000)
    void contentThatEndsEarlyIsRefusedAndTheLastBytesNeverCome(
            @ForAll Shape shape,
            @ForAll @Size(min = 1, max = 20_000) byte[] content,
            @ForAll @IntRange(min = 1, max = 25_000) int holdBack,
            @ForAll int length,
            @ForAll long seed)
            throws VerificationException {
        byte[] wrong = Arrays.copyOf(content, Math.floorMod(length, content.length));
        assertRefused(Reason.TOO_SHORT, shape, wrong, verifier(content), holdBack, seed);
    }

    @Property(tries = 500)
    void anotherDigestIsRefusedAlsoBesideOneThatHolds(
            @ForAll Shape shape,
            @ForAll @Size(min = 1, max = 5000) byte[] content,
            @ForAll @IntRange(min = 1, max = 6000) int holdBack,
            @ForAll long seed)
            throws VerificationException {
        Digest other = Digest.of(DigestAlgorithm.SHA512, new byte[] {1, 2, 3});
        var verifier = ContentVerifier.of(List.of(Digest.sha256Of(content), other), content.length);
        assertRefused(Reason.DIGEST_MISMATCH, shape, content, verifier, holdBack, seed);
    }

    @Property(tries = 500)
    void withoutHoldBackWrongContentStillHasNoEnd(
            @ForAll Shape shape, @ForAll @Size(min = 1, max = 5000) byte[] content, @ForAll long seed)
            throws VerificationException {
        byte[] wrong = content.clone();
        wrong[0]++;
        ContentVerifier verifier = verifier(content);
        var e = assertThrows(
                VerificationException.class,
                () -> shape.run(wrong, new Random(seed), verifier, 0, new ByteArrayOutputStream()));
        assertEquals(Reason.DIGEST_MISMATCH, e.reason());
    }

    private static void assertRefused(
            Reason reason, Shape shape, byte[] wrong, ContentVerifier verifier, int holdBack, long seed) {
        long promised = verifier.remaining();
        var got = new ByteArrayOutputStream();
        var e = assertThrows(
                VerificationException.class, () -> shape.run(wrong.clone(), new Random(seed), verifier, holdBack, got));
        assertEquals(reason, e.reason());
        assertEquals(State.FAILED, verifier.state());
        assertTrue(got.size() <= Math.max(0, promised - holdBack), got.size() + " of " + promised + " bytes came");
        assertFalse(promised > 0 && got.size() == promised);
    }

    private static ContentVerifier verifier(byte[] content) throws VerificationException {
        return ContentVerifier.of(Digest.sha256Of(content), content.length);
    }
}
