package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.testing.ChangedDigest;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentVerifierTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);
    private static final Digest DIGEST = Digest.sha256Of(CONTENT);

    @Test
    void verifiesTheContentThatWasPromised() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(DIGEST, CONTENT.length);
        assertEquals(State.NOT_FINISHED, verifier.state());
        verifier.update(CONTENT, 0, CONTENT.length);
        assertEquals(State.NOT_FINISHED, verifier.state());
        verifier.finish();
        assertEquals(State.VERIFIED, verifier.state());
        assertEquals(CONTENT.length, verifier.count());
    }

    @Test
    void refusesOneByteTooManyAtOnce() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(DIGEST, CONTENT.length - 1);
        var e = assertThrows(VerificationException.class, () -> verifier.update(CONTENT, 0, CONTENT.length));
        assertEquals(Reason.TOO_LONG, e.reason());
        assertEquals(CONTENT.length - 1, e.expectedSize());
        assertEquals(CONTENT.length, e.actualSize());
        assertEquals(State.FAILED, verifier.state());
        assertThrows(IllegalStateException.class, verifier::finish);
    }

    @Test
    void refusesOneByteTooManyAlsoAfterAnEmptyBuffer() throws VerificationException {
        byte[] content = new byte[6000];
        new Random(1).nextBytes(content);
        int size = 5000;
        for (ByteBuffer empty : List.of(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0))) {
            ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), size);
            verifier.update(empty);
            verifier.update(content, 0, 4096);
            for (int i = 4096; i < size; i++) {
                verifier.update(content[i]);
            }
            var e = assertThrows(VerificationException.class, () -> verifier.update(content[size]));
            assertEquals(Reason.TOO_LONG, e.reason());
            assertEquals(size, verifier.count());
        }
    }

    @Test
    void staysFailedOnceItsEngineHasThrown() throws VerificationException {
        byte[] content = new byte[100_000];
        for (Update update : List.<Update>of(
                verifier -> verifier.update(content, 0, content.length),
                verifier -> verifier.update(ByteBuffer.wrap(content)),
                verifier -> verifier.update(ByteBuffer.allocateDirect(content.length)),
                verifier -> {
                    for (byte value : content) {
                        verifier.update(value);
                    }
                },
                ContentVerifier::finish)) {
            ContentVerifier verifier =
                    ContentVerifier.ofAtMost(Digest.sha256Of(content), content.length, BrokenHash.whileItTakesBytes());
            assertThrows(ProviderException.class, () -> update.of(verifier));
            assertEquals(State.FAILED, verifier.state());
            assertThrows(IllegalStateException.class, () -> verifier.update(1));
            assertThrows(IllegalStateException.class, () -> verifier.update(content, 0, 1));
            assertThrows(IllegalStateException.class, verifier::finish);
        }
    }

    /** A way to give a verifier content. */
    @FunctionalInterface
    private interface Update {
        void of(ContentVerifier verifier) throws VerificationException;
    }

    @Test
    void namesWhatIsNull() throws VerificationException {
        Digest none = absent();
        assertNames("expected", () -> ContentVerifier.of(none, 1));
        assertNames("expected", () -> ContentVerifier.ofAtMost(none, 1));
        assertNames("expected", () -> ContentVerifier.requireSize(none, 1, 1));
        List<Digest> nothing = absent();
        assertNames("expected", () -> ContentVerifier.of(nothing, 1));
        assertNames("engine", () -> ContentVerifier.ofAtMost(DIGEST, 1, absent()));
    }

    private static void assertNames(String parameter, Executable call) {
        assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a caller without such checks can pass
    private static <T> T absent() {
        return null;
    }

    @Test
    void refusesContentThatEndsEarly() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(DIGEST, CONTENT.length);
        verifier.update(CONTENT, 0, CONTENT.length - 1);
        var e = assertThrows(VerificationException.class, verifier::finish);
        assertEquals(Reason.TOO_SHORT, e.reason());
        assertEquals(State.FAILED, verifier.state());
    }

    @Test
    void refusesOtherContentOfTheSameSizeAndNamesBothDigests() throws VerificationException {
        byte[] other = "c0ntent".getBytes(StandardCharsets.US_ASCII);
        ContentVerifier verifier = ContentVerifier.of(DIGEST, CONTENT.length);
        verifier.update(ByteBuffer.wrap(other));
        var e = assertThrows(VerificationException.class, verifier::finish);
        assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        assertEquals(DIGEST, e.expected());
        assertEquals(Digest.sha256Of(other), e.actual().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha384", "sha512"})
    void everyDigitOfTheDigestCounts(String algorithm) throws VerificationException {
        Digest right = Digest.of(DigestAlgorithm.of(algorithm), CONTENT);
        for (int at = 0; at < right.encoded().length(); at++) {
            Digest wrong = ChangedDigest.of(right, at, 1 + at % 15);
            assertNotEquals(right, wrong);
            ContentVerifier verifier = ContentVerifier.of(wrong, CONTENT.length);
            verifier.update(CONTENT, 0, CONTENT.length);
            var e = assertThrows(VerificationException.class, verifier::finish);
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
        }
    }

    /** NIST's examples of two blocks for FIPS 180-4. */
    @ParameterizedTest
    @CsvSource({
        "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1,"
                + " abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "sha384:09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
                + "fcc7c71a557e2db966c3e9fa91746039,"
                + " abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "sha512:8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
                + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909,"
                + " abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
    })
    void givesTheKnownAnswersOfTwoBlocks(String digest, String message) throws VerificationException {
        byte[] content = message.getBytes(StandardCharsets.US_ASCII);
        ContentVerifier verifier = ContentVerifier.of(Digest.parse(digest), content.length);
        verifier.update(content, 0, content.length);
        verifier.finish();
        assertEquals(State.VERIFIED, verifier.state());
    }

    @Test
    void refusesAnAlgorithmThatCannotVerify() {
        var e = assertThrows(VerificationException.class, () -> ContentVerifier.of(Digest.parse("md5:abcdef"), 1));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
        assertFalse(e.meansWrongContent());
    }

    @Test
    void onlyContentThatWasLookedAtIsWrong() throws VerificationException {
        for (byte[] content : List.of(new byte[] {1}, new byte[] {1, 2}, new byte[] {1, 2, 3})) {
            ContentVerifier verifier = ContentVerifier.of(DIGEST, 2);
            var e = assertThrows(VerificationException.class, () -> {
                verifier.update(content, 0, content.length);
                verifier.finish();
            });
            assertTrue(e.meansWrongContent(), e.reason().name());
        }
    }

    @Test
    void everyFailureNamesTheSizeThatWasPromisedOrAllowed() throws VerificationException {
        Digest other = Digest.sha256Of(new byte[0]);
        for (ContentVerifier verifier :
                List.of(ContentVerifier.of(other, CONTENT.length), ContentVerifier.ofAtMost(other, 100))) {
            long allowed = verifier.remaining();
            verifier.update(CONTENT, 0, CONTENT.length);
            var e = assertThrows(VerificationException.class, verifier::finish);
            assertEquals(Reason.DIGEST_MISMATCH, e.reason());
            assertEquals(allowed, e.expectedSize());
            assertEquals(CONTENT.length, e.actualSize());
        }
        var e = assertThrows(VerificationException.class, () -> ContentVerifier.of(Digest.parse("md5:abcdef"), 5));
        assertEquals(5, e.expectedSize());
        assertEquals(0, e.actualSize());
    }

    @Test
    void takesABufferThatEndsAtTheLargestIndexThereIs(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), Integer.MAX_VALUE - 1L);
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, Integer.MAX_VALUE);
            mapped.position(Integer.MAX_VALUE - 100);
            ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(new byte[100]), 100);
            verifier.update(mapped);
            verifier.finish();
            assertEquals(State.VERIFIED, verifier.state());
        }
    }

    @Test
    void takesALargeArrayWhereverTheContentBeginsAndEndsInIt() throws VerificationException {
        byte[] array = new byte[(8 << 20) + 4096];
        new Random(1).nextBytes(array);
        for (int length : new int[] {(8 << 20) - 1, 8 << 20, (8 << 20) + 1, (8 << 20) + 1024, (8 << 20) + 3073}) {
            for (int offset : new int[] {0, 1, array.length - length}) {
                byte[] content = Arrays.copyOfRange(array, offset, offset + length);
                Digest sha256 = Digest.sha256Of(content);
                Digest sha512 = Digest.of(DigestAlgorithm.SHA512, content);
                for (List<Digest> digests : List.of(List.of(sha256), List.of(sha256, sha512))) {
                    ContentVerifier verifier = ContentVerifier.of(digests, length);
                    verifier.update(array, offset, length);
                    verifier.finish();
                    assertEquals(State.VERIFIED, verifier.state());
                }
            }
        }
    }

    @Test
    void severalDigestsAreOfAllThatLiesOutsideTheHeap() throws VerificationException {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        List<Digest> digests = List.of(Digest.sha256Of(content), Digest.of(DigestAlgorithm.SHA512, content));
        ContentVerifier verifier = ContentVerifier.of(digests, content.length);
        verifier.update(ByteBuffer.allocateDirect(content.length).put(content).flip());
        verifier.finish();
        assertEquals(State.VERIFIED, verifier.state());
    }

    @Test
    void isOverAfterItsEnd() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(DIGEST, CONTENT.length);
        verifier.update(CONTENT, 0, CONTENT.length);
        verifier.finish();
        assertThrows(IllegalStateException.class, verifier::finish);
        assertThrows(IllegalStateException.class, () -> verifier.update(CONTENT, 0, 1));
        assertEquals(State.VERIFIED, verifier.state());
    }

    @Test
    void takesAnySizeUpToTheLimitWhereNoneIsPromised() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.ofAtMost(DIGEST, 100);
        verifier.update(CONTENT, 0, CONTENT.length);
        verifier.finish();
        assertEquals(State.VERIFIED, verifier.state());
        var e = assertThrows(
                VerificationException.class,
                () -> ContentVerifier.ofAtMost(DIGEST, 3).update(CONTENT, 0, CONTENT.length));
        assertEquals(Reason.TOO_LONG, e.reason());
    }

    @Test
    void verifiesSeveralDigestsInOnePassAndNamesTheOneThatFails() throws VerificationException {
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, CONTENT);
        ContentVerifier both = ContentVerifier.of(List.of(DIGEST, sha512), CONTENT.length);
        both.update(CONTENT, 0, CONTENT.length);
        both.finish();
        assertEquals(State.VERIFIED, both.state());
        Digest wrong = Digest.of(DigestAlgorithm.SHA512, new byte[0]);
        ContentVerifier one = ContentVerifier.of(List.of(DIGEST, wrong), CONTENT.length);
        one.update(ByteBuffer.allocateDirect(CONTENT.length).put(CONTENT).flip());
        var e = assertThrows(VerificationException.class, one::finish);
        assertEquals(wrong, e.expected());
        assertEquals(sha512, e.actual().orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> ContentVerifier.of(List.of(), 1));
    }

    @Property(tries = 200)
    void goesOnFromACheckpointAsOftenAsWanted(
            @ForAll @Size(max = 5000) byte[] content, @ForAll @IntRange(max = 5000) int at)
            throws VerificationException {
        int cut = Math.min(at, content.length);
        ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        verifier.update(content, 0, cut);
        ContentVerifier.Checkpoint checkpoint = verifier.checkpoint();
        assertEquals(cut, checkpoint.count());
        verifier.update(content, cut, content.length - cut);
        verifier.finish();
        for (int i = 0; i < 2; i++) {
            ContentVerifier resumed = checkpoint.resume();
            assertEquals(content.length - cut, resumed.remaining());
            for (int j = cut; j < content.length; j++) {
                resumed.update(content[j]);
            }
            resumed.finish();
            assertEquals(State.VERIFIED, resumed.state());
        }
        assertThrows(IllegalStateException.class, verifier::checkpoint);
    }

    @Property(tries = 300)
    void anyMixOfUpdatesHashesTheBytesInTheirOrder(
            @ForAll @Size(max = 200) List<@IntRange(max = 3000) Integer> pieces, @ForAll long seed)
            throws VerificationException {
        byte[] content = new byte[pieces.stream().mapToInt(Integer::intValue).sum()];
        Random random = new Random(seed);
        random.nextBytes(content);
        ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        int at = 0;
        for (int length : pieces) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    for (int i = 0; i < length; i++) {
                        verifier.update(content[at + i]);
                    }
                }
                case 1 -> verifier.update(content, at, length);
                case 2 -> verifier.update(ByteBuffer.wrap(content, at, length));
                case 3 ->
                    verifier.update(ByteBuffer.wrap(content, at, length).slice().asReadOnlyBuffer());
                default ->
                    verifier.update(ByteBuffer.allocateDirect(length)
                            .put(content, at, length)
                            .flip());
            }
            at += length;
        }
        verifier.finish();
        assertEquals(State.VERIFIED, verifier.state());
    }

    /**
     * The model has two numbers, what is allowed and what was given. Many calls give nothing, or exactly what is left,
     * or one byte more, because what is gathered and what is hashed at once meet there. A verifier that is over is
     * asked once more, and the next one continues the calls.
     */
    @Property(tries = 1000)
    void anySequenceOfCallsLeavesTheStateThatItsBytesDeserve(
            @ForAll @Size(max = 60) List<Call> calls,
            @ForAll @IntRange(max = 9000) int size,
            @ForAll boolean exact,
            @ForAll long seed)
            throws VerificationException {
        byte[] content = new byte[20_000];
        Random random = new Random(seed);
        random.nextBytes(content);
        Digest digest = Digest.sha256Of(Arrays.copyOf(content, size));
        int allowed = exact ? size : size + 10;
        ContentVerifier verifier = null;
        int given = 0;
        State state = State.NOT_FINISHED;
        for (Call call : calls) {
            if (verifier == null) {
                verifier = exact ? ContentVerifier.of(digest, size) : ContentVerifier.ofAtMost(digest, allowed);
                given = 0;
                state = State.NOT_FINISHED;
            }
            ContentVerifier asked = verifier;
            boolean finish = call == Call.FINISH;
            int length = call.length(allowed - given, random);
            Update next = finish ? ContentVerifier::finish : anyUpdate(content, given, length, random);
            Executable run = () -> next.of(asked);
            if (state != State.NOT_FINISHED) {
                assertThrows(IllegalStateException.class, run);
                verifier = null;
            } else if (!finish && given + length > allowed) {
                assertEquals(
                        Reason.TOO_LONG,
                        assertThrows(VerificationException.class, run).reason());
                state = State.FAILED;
            } else if (finish && given != size) {
                assertThrows(VerificationException.class, run);
                state = State.FAILED;
            } else {
                assertDoesNotThrow(run);
                given += length;
                state = finish ? State.VERIFIED : state;
            }
            assertEquals(state, asked.state());
            assertEquals(given, asked.count());
            assertEquals(allowed - given, asked.remaining());
        }
    }

    /** What a call of the model does: all but one give content, so much of it. */
    private enum Call {
        FINISH,
        NOTHING,
        FEW,
        SOME,
        BLOCKS,
        HALF_OF_WHAT_IS_LEFT,
        ALL_THAT_IS_LEFT,
        ONE_MORE_THAN_IS_LEFT;

        int length(int left, Random random) {
            return switch (this) {
                case FINISH, NOTHING -> 0;
                case FEW -> random.nextInt(64);
                case SOME -> random.nextInt(300);
                case BLOCKS -> 64 * random.nextInt(80);
                case HALF_OF_WHAT_IS_LEFT -> left / 2;
                case ALL_THAT_IS_LEFT -> left;
                case ONE_MORE_THAN_IS_LEFT -> left + 1;
            };
        }
    }

    private static Update anyUpdate(byte[] content, int from, int length, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> verifier -> verifier.update(ByteBuffer.wrap(content, from, length));
            case 1 ->
                verifier -> verifier.update(ByteBuffer.allocateDirect(length)
                        .put(content, from, length)
                        .flip());
            case 2 -> length == 1 ? verifier -> verifier.update(content[from]) : allAtOnce(content, from, length);
            default -> allAtOnce(content, from, length);
        };
    }

    private static Update allAtOnce(byte[] content, int from, int length) {
        return verifier -> verifier.update(content, from, length);
    }

    @Test
    void refusesBytesThatAreNotInTheArrayAndGoesOn() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(DIGEST, CONTENT.length);
        verifier.update(CONTENT, 0, 3);
        for (int[] range : new int[][] {{-1, 1}, {0, -1}, {7, 1}, {4, 4}, {0, 8}, {Integer.MAX_VALUE, 2}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> verifier.update(CONTENT, range[0], range[1]));
        }
        assertEquals(3, verifier.count());
        verifier.update(CONTENT, 3, 4);
        verifier.finish();
    }

    @Property(tries = 200)
    void anySplitGivesTheSameVerdictAsTheWhole(
            @ForAll @Size(max = 70_000) byte[] content, @ForAll @IntRange(min = 1, max = 40_000) int piece)
            throws VerificationException {
        Digest digest = Digest.sha256Of(content);
        ContentVerifier byArray = ContentVerifier.of(digest, content.length);
        ContentVerifier byHeapBuffer = ContentVerifier.of(digest, content.length);
        ContentVerifier byDirectBuffer = ContentVerifier.of(digest, content.length);
        for (int at = 0; at < content.length; at += piece) {
            int length = Math.min(piece, content.length - at);
            byArray.update(content, at, length);
            byHeapBuffer.update(ByteBuffer.wrap(content, at, length));
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(length).put(content, at, length).flip();
            byDirectBuffer.update(direct);
            assertEquals(0, direct.remaining());
        }
        byArray.finish();
        byHeapBuffer.finish();
        byDirectBuffer.finish();
    }

    @Property(tries = 200)
    void anySingleChangedByteIsRefused(
            @ForAll @Size(min = 1, max = 1000) byte[] content, @ForAll int position, @ForAll byte change)
            throws VerificationException {
        byte[] changed = content.clone();
        int at = Math.floorMod(position, content.length);
        changed[at] ^= change == 0 ? 1 : change;
        ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), content.length);
        verifier.update(changed, 0, changed.length);
        assertThrows(VerificationException.class, verifier::finish);
    }

    @Test
    void aFailureCanBeSerialized() throws IOException, ClassNotFoundException {
        byte[] content = {1, 2, 3};
        ContentVerifier verifier = ContentVerifier.of(Digest.sha256Of(content), 3);
        verifier.update(new byte[3], 0, 3);
        var thrown = assertThrows(VerificationException.class, verifier::finish);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thrown);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            var read = (VerificationException) in.readObject();
            assertEquals(Digest.sha256Of(content), read.expected());
            assertEquals(Optional.of(Digest.sha256Of(new byte[3])), read.actual());
        }
    }
}
