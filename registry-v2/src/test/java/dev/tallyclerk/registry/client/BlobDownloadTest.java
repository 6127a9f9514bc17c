package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobDownloadTest {
    private static final String CDN = "cdn.example.net";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final byte[] content = content(200_000);
    private final Descriptor blob = registry.repository("a/b").blob("text/plain", content);
    private final Repository repository = registry.client().repository(Reference.parse("registry.example.org/a/b"));

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        return content;
    }

    private byte[] read(Descriptor wanted) throws IOException {
        try (InputStream in = repository.blob(wanted).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    private byte[] read() throws IOException {
        return read(blob);
    }

    private VerifyingInputStream byDigest() throws IOException {
        return repository.blob(blob.digest()).orElseThrow();
    }

    /** Registries answer HEAD with 404 or 405, or not at all, for blobs that they have. */
    @Test
    void fetchesByDigestAloneWithoutAskingForTheSizeFirst() throws IOException {
        registry.intercept(request -> {
            if (request.method().equals("HEAD")) {
                throw new IOException("silent");
            }
            return null;
        });
        try (VerifyingInputStream in = byDigest()) {
            assertEquals(OptionalLong.of(content.length), in.remaining());
            assertArrayEquals(until(100), in.readNBytes(100));
            assertEquals(OptionalLong.of(content.length - 100), in.remaining());
            in.readAllBytes();
            assertEquals(OptionalLong.of(0), in.remaining());
        }
        assertEquals(1, registry.requests().size());
        assertTrue(repository.blob(Digest.sha256Of(new byte[] {9})).isEmpty());
    }

    @Test
    void aBlobByDigestIsResumedAndHeldBackIfTheAnswerSaysItsSize() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        registry.intercept(request -> isBlob(request) && asked.getAndIncrement() == 0
                ? MemoryRegistry.answer(
                        200,
                        Map.of("Content-Length", String.valueOf(content.length)),
                        BrokenStream.after(until(100_000)))
                : null);
        assertArrayEquals(content, byDigest().readAllBytes());
        assertEquals(List.of("-", "bytes=100000-199999"), ranges());
        byte[] wrong = content.clone();
        wrong[0] ^= 1;
        registry.intercept(
                request -> MemoryRegistry.answer(200, Map.of("Content-Length", String.valueOf(wrong.length)), wrong));
        VerifyingInputStream in = byDigest();
        assertEquals(wrong.length - 64 * 1024, in.readNBytes(wrong.length - 64 * 1024).length);
        assertThrows(VerificationException.class, in::read);
    }

    @Test
    void aBlobByDigestWithoutASizeIsVerifiedAtItsEnd() throws IOException {
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), content));
        try (VerifyingInputStream in = byDigest()) {
            assertEquals(OptionalLong.empty(), in.remaining());
            assertArrayEquals(content, in.readAllBytes());
        }
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), until(content.length - 1)));
        assertThrows(VerificationException.class, () -> byDigest().readAllBytes());
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), BrokenStream.after(until(1000))));
        assertEquals(
                Reason.UNREACHABLE,
                assertThrows(RegistryException.class, () -> byDigest().readAllBytes())
                        .reason());
    }

    private Reason refusal() {
        return assertThrows(RegistryException.class, this::read).reason();
    }

    private byte[] until(int end) {
        return Arrays.copyOf(content, end);
    }

    private static boolean isBlob(Request request) {
        return request.uri().getPath().contains("/blobs/");
    }

    private static Optional<String> range(Request request) {
        return Optional.ofNullable(request.headers().get("Range")).map(values -> values.get(0));
    }

    private List<String> ranges() {
        return registry.requests().stream()
                .map(request -> range(request).orElse("-"))
                .toList();
    }

    /** The first answer breaks after so many bytes. */
    private void breakAfter(int bytes) {
        registry.interceptOnce(request ->
                isBlob(request) ? MemoryRegistry.answer(200, Map.of(), BrokenStream.after(until(bytes))) : null);
    }

    @Test
    void inventsNoByteWhereTheTransportGivesNone() throws IOException {
        InputStream lazy = new FilterInputStream(new ByteArrayInputStream(content)) {
            private boolean gives;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                gives = !gives;
                return gives ? super.read(buffer, offset, length) : 0;
            }
        };
        registry.interceptOnce(request -> isBlob(request) ? MemoryRegistry.answer(200, Map.of(), lazy) : null);
        try (InputStream in = repository.unverifiedBlob(blob, 0).orElseThrow()) {
            for (byte expected : content) {
                assertEquals(expected & 0xff, in.read());
            }
            assertEquals(-1, in.read());
        }
    }

    @Test
    void givesABlobAndNothingForOneThatIsNotThere() throws IOException {
        assertArrayEquals(content, read());
        assertTrue(repository
                .blob(Descriptor.ofContent("text/plain", new byte[] {1}))
                .isEmpty());
        Descriptor empty = registry.repository("a/b").blob("text/plain", new byte[0]);
        assertEquals(0, read(empty).length);
        assertEquals(List.of("-", "-", "-"), ranges());
        assertTrue(repository.hasBlob(blob.digest()));
        assertFalse(repository.hasBlob(Descriptor.empty().digest()));
    }

    @Test
    void asksForASizeWhereOnlyTheDigestIsKnown() throws IOException {
        assertEquals(OptionalLong.of(content.length), repository.blobSize(blob.digest()));
        assertEquals(
                OptionalLong.empty(), repository.blobSize(Descriptor.empty().digest()));
        registry.interceptOnce(request -> MemoryRegistry.answer(200, Map.of(), new byte[0]));
        RegistryException silent = assertThrows(RegistryException.class, () -> repository.blobSize(blob.digest()));
        assertEquals(HttpException.Reason.PROTOCOL, silent.reason());
    }

    /** As where a request that sends what is read here is given up, and its thread goes on for a while. */
    @Test
    void asksForNothingMoreWhereItIsClosedInTheMiddleOfARead() throws IOException {
        InputStream[] download = new InputStream[1];
        registry.interceptOnce(request -> isBlob(request)
                ? MemoryRegistry.answer(200, Map.of(), new FilterInputStream(new ByteArrayInputStream(content)) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        download[0].close();
                        throw new IOException("closed");
                    }
                })
                : null);
        download[0] = repository.unverifiedBlob(blob, 0).orElseThrow();
        assertThrows(IOException.class, () -> download[0].read());
        assertEquals(List.of("-"), ranges());
    }

    @Test
    void closesTheRestThatComesWhenItIsClosedAlready() throws IOException {
        boolean[] closed = {false};
        InputStream[] download = new InputStream[1];
        breakAfter(70_000);
        download[0] = repository.unverifiedBlob(blob, 0).orElseThrow();
        registry.interceptOnce(request -> {
            download[0].close();
            return MemoryRegistry.answer(200, Map.of(), new FilterInputStream(new ByteArrayInputStream(content)) {
                @Override
                public void close() {
                    closed[0] = true;
                }
            });
        });
        assertThrows(IOException.class, () -> download[0].readAllBytes());
        assertTrue(closed[0]);
        assertEquals(2, registry.requests().size());
    }

    @Test
    void asksForTheRestOfABrokenBodyByAClosedRange() throws IOException {
        breakAfter(70_000);
        assertArrayEquals(content, read());
        assertEquals(List.of("-", "bytes=70000-199999"), ranges());
    }

    @Test
    void goesOnAfterABodyThatEndsTooEarlyWithoutAnError() throws IOException {
        registry.interceptOnce(request -> isBlob(request) ? MemoryRegistry.answer(200, Map.of(), until(70_000)) : null);
        assertArrayEquals(content, read());
        assertEquals(List.of("-", "bytes=70000-199999"), ranges());
    }

    @Test
    void takesAShorterRangeThanItAskedForAndAsksForTheNext() throws IOException {
        breakAfter(50_000);
        registry.intercept(
                request -> range(request).isPresent() && request.uri().getHost().startsWith("registry")
                        ? shorter(request, 60_000)
                        : null);
        assertArrayEquals(content, read());
        assertEquals(List.of("-", "bytes=50000-199999", "bytes=110000-199999", "bytes=170000-199999"), ranges());
    }

    @Test
    void givesUpOnWhoGivesNextToNothingAtATime() {
        breakAfter(50_000);
        registry.intercept(request -> range(request).isPresent() ? shorter(request, 100) : null);
        assertEquals(Reason.UNREACHABLE, refusal());
        assertEquals(RetryPolicy.defaults().attempts(), registry.requests().size());
    }

    private Response shorter(Request request, int most) {
        int first = Integer.parseInt(range(request).orElseThrow().replaceAll("bytes=|-.*", ""));
        int last = Math.min(content.length, first + most) - 1;
        // What follows the range is none of the blob's, and is not read.
        int surplus = last == content.length - 1 ? 0 : 7;
        byte[] body = Arrays.copyOf(Arrays.copyOfRange(content, first, last + 1), last + 1 - first + surplus);
        return MemoryRegistry.answer(206, Map.of("Content-Range", "bytes " + first + "-" + last + "/*"), body);
    }

    @Test
    void discardsThePrefixWhereTheRangeIsIgnored() throws IOException {
        breakAfter(70_000);
        registry.intercept(
                request -> range(request).isPresent() ? MemoryRegistry.answer(200, Map.of(), content) : null);
        assertArrayEquals(content, read());
        assertEquals(2, registry.requests().size());
    }

    @Test
    void asksForTheWholeWhereARangeIsNotUnderstood() throws IOException {
        for (Map<String, String> headers : List.of(
                Map.<String, String>of(), Map.of("Content-Range", "bytes */200000"), Map.of("Content-Range", "x"))) {
            breakAfter(70_000);
            registry.intercept(request -> range(request).isPresent() ? MemoryRegistry.answer(416, headers) : null);
            assertArrayEquals(content, read());
        }
    }

    @Test
    void aBlobThatIsShorterThanPromisedIsTooShort() {
        registry.existing("a/b").replaceBlob(blob.digest(), until(199_999));
        var e = assertThrows(VerificationException.class, this::read);
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
        // Also where the answer does not say how long it is.
        registry.intercept(
                request -> range(request).isEmpty() ? MemoryRegistry.answer(200, Map.of(), until(199_999)) : null);
        e = assertThrows(VerificationException.class, this::read);
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), until(199_999)));
        e = assertThrows(VerificationException.class, this::read);
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
    }

    @Test
    void aSizeThatNoBlobHasIsNoErrorOfArithmetic() {
        Descriptor huge = Descriptor.of(blob.mediaType(), blob.digest(), Long.MAX_VALUE);
        var e = assertThrows(VerificationException.class, () -> read(huge));
        assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
        assertEquals(content.length, e.actualSize());
    }

    @Test
    void readsOneByteMoreThanPromisedAtMost() throws IOException {
        AtomicInteger given = new AtomicInteger();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                int at = given.getAndIncrement();
                return at < content.length ? content[at] & 0xff : 1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    bytes[offset + i] = (byte) read();
                }
                return length;
            }
        };
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), endless));
        var e = assertThrows(VerificationException.class, this::read);
        assertEquals(VerificationException.Reason.TOO_LONG, e.reason());
        assertEquals(content.length + 1, given.get());
        given.set(0);
        try (InputStream in = repository.unverifiedBlob(blob, 0).orElseThrow()) {
            assertEquals(content.length + 1, in.readAllBytes().length);
        }
        assertEquals(content.length + 1, given.get());
    }

    @Test
    void aConnectionThatBreaksAfterTheLastByteDoesNoHarm() throws IOException {
        breakAfter(200_000);
        assertArrayEquals(content, read());
        assertEquals(1, registry.requests().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes 0-199999/200000",
                "bytes 69999-199999/200000",
                "bytes 70001-199999/200000",
                "bytes 70000-199998/199999",
                "bytes 70000-200000/200001",
                "bytes 70000-199999/300000",
                "bytes 70000-69999/200000",
                "bytes */200000",
                "items 70000-199999/200000"
            })
    void asksForTheWholeWhereAnotherPartComesThanItAskedFor(String contentRange) throws IOException {
        breakAfter(70_000);
        registry.intercept(request -> range(request).isPresent()
                ? MemoryRegistry.answer(
                        206, Map.of("Content-Range", contentRange), Arrays.copyOfRange(content, 70_000, 200_000))
                : null);
        assertArrayEquals(content, read());
        assertEquals(List.of("-", "bytes=70000-199999", "-"), ranges());
    }

    @Test
    void refusesAPartOfWhatItAskedForAsAWhole() {
        registry.intercept(
                request -> MemoryRegistry.answer(206, Map.of("Content-Range", "bytes 0-199999/200000"), content));
        assertEquals(Reason.PROTOCOL, refusal());
    }

    @Test
    void asksTheRegistryForANewAddressWhenOneHasExpired() throws IOException {
        AtomicInteger signed = new AtomicInteger();
        registry.intercept(request -> {
            if (!request.uri().getHost().equals(CDN)) {
                return MemoryRegistry.answer(
                        307, Map.of("Location", "https://" + CDN + "/blob?signature=" + signed.incrementAndGet()));
            }
            return switch (Objects.requireNonNull(request.uri().getQuery())) {
                case "signature=1" -> MemoryRegistry.answer(200, Map.of(), BrokenStream.after(until(70_000)));
                case "signature=2" -> MemoryRegistry.error(403, "EXPIRED");
                case "signature=3" -> MemoryRegistry.error(400, "EXPIRED");
                default -> MemoryRegistry.content(request, content, Map.of());
            };
        });
        assertArrayEquals(content, read());
        assertEquals(4, signed.get());
        assertEquals(
                List.of("1", "2", "3", "4"),
                registry.requests().stream()
                        .filter(request -> request.uri().getHost().equals(CDN))
                        .map(request -> request.uri().getQuery().replace("signature=", ""))
                        .toList());
    }

    @Test
    void givesUpAfterAsManyAttemptsWithoutGainAsThePolicySays() {
        AtomicInteger asked = new AtomicInteger();
        registry.intercept(request -> {
            asked.incrementAndGet();
            return range(request).isEmpty()
                    ? MemoryRegistry.answer(200, Map.of(), BrokenStream.after(until(70_000)))
                    : MemoryRegistry.answer(
                            206, Map.of("Content-Range", "bytes 70000-199999/200000"), BrokenStream.after(new byte[0]));
        });
        assertEquals(Reason.UNREACHABLE, refusal());
        assertEquals(RetryPolicy.defaults().attempts(), asked.get());
    }

    @Test
    void everyGainAllowsAsManyAttemptsAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        registry.intercept(request -> {
            asked.incrementAndGet();
            Response whole = MemoryRegistry.content(request, content, Map.of());
            byte[] some = whole.body().readNBytes(10_000);
            return MemoryRegistry.answer(
                    whole.status(),
                    whole.header("Content-Range")
                            .map(value -> Map.of("Content-Range", value))
                            .orElse(Map.of()),
                    BrokenStream.after(some));
        });
        assertArrayEquals(content, read());
        assertEquals(20, asked.get());
    }

    @Test
    void aGainThatCostsMoreThanItGivesIsNone() {
        AtomicInteger asked = new AtomicInteger();
        registry.intercept(request -> MemoryRegistry.answer(
                200, Map.of(), BrokenStream.after(until(70_000 + 1000 * asked.getAndIncrement()))));
        assertEquals(Reason.UNREACHABLE, refusal());
        assertEquals(RetryPolicy.defaults().attempts(), asked.get());
    }

    @Test
    void aBlobThatIsGoneMeanwhileIsAFailure() {
        breakAfter(70_000);
        registry.intercept(request -> range(request).isPresent() ? MemoryRegistry.error(404, "BLOB_UNKNOWN") : null);
        assertEquals(Reason.NOT_FOUND, refusal());
    }

    @Test
    void aRefusalMeanwhileIsAFailure() {
        breakAfter(70_000);
        registry.intercept(request -> range(request).isPresent() ? MemoryRegistry.error(401, "UNAUTHORIZED") : null);
        assertEquals(Reason.UNAUTHORIZED, refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 501})
    void beginsAnewWhereThereIsNoAnswerForTheRest(int status) throws IOException {
        registry.intercept(request -> range(request).isPresent() ? MemoryRegistry.error(status, "UNKNOWN") : null);
        try (InputStream in = repository.unverifiedBlob(blob, 150_000).orElseThrow()) {
            assertArrayEquals(Arrays.copyOfRange(content, 150_000, 200_000), in.readAllBytes());
        }
        assertEquals("-", ranges().get(ranges().size() - 1));
    }

    @Test
    void beginsInTheMiddleForWhoHasTheBeginning() throws IOException {
        try (InputStream in = repository.unverifiedBlob(blob, 150_000).orElseThrow()) {
            assertArrayEquals(Arrays.copyOfRange(content, 150_000, 200_000), in.readAllBytes());
        }
        assertEquals(List.of("bytes=150000-199999"), ranges());
        try (InputStream in = repository.unverifiedBlob(blob, 200_000).orElseThrow()) {
            assertEquals(-1, in.read());
        }
        assertEquals(1, registry.requests().size());
        assertThrows(IndexOutOfBoundsException.class, () -> repository.unverifiedBlob(blob, 200_001));
        assertThrows(IndexOutOfBoundsException.class, () -> repository.unverifiedBlob(blob, -1));
        registry.existing("a/b").replaceBlob(blob.digest(), until(100));
        try (InputStream in = repository.unverifiedBlob(blob, 150_000).orElseThrow()) {
            assertEquals(-1, in.read(), "there is nothing so far behind");
        }
    }

    @Test
    void givesNothingOnceItIsClosed() throws IOException {
        InputStream in = repository.unverifiedBlob(blob, 0).orElseThrow();
        in.close();
        assertThrows(IOException.class, in::read);
        in.close();
    }

    @Property(tries = 200)
    void whateverBreaksAndWhereTheContentIsTheSame(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int size, @ForAll boolean ranges)
            throws IOException {
        Random random = new Random(seed);
        byte[] bytes = content(size);
        MemoryRegistry breaking = new MemoryRegistry();
        breaking.repository("a").blob("text/plain", bytes);
        breaking.intercept(request -> {
            Response whole = ranges
                    ? MemoryRegistry.content(request, bytes, Map.of())
                    : MemoryRegistry.answer(200, Map.of(), bytes);
            byte[] some = whole.body().readNBytes(1 + random.nextInt(size));
            Map<String, String> headers = whole.header("Content-Range")
                    .map(value -> Map.of("Content-Range", value))
                    .orElse(Map.of());
            return random.nextBoolean()
                    ? MemoryRegistry.answer(whole.status(), headers, BrokenStream.after(some))
                    : MemoryRegistry.answer(whole.status(), headers, some);
        });
        Repository from = breaking.client()
                .withHttp(http -> http.withRetries(RetryPolicy.defaults()
                        .withAttempts(1000)
                        .withFirstWait(Duration.ZERO)
                        .withLongestWait(Duration.ZERO)))
                .repository(Reference.parse("registry.example.org/a"));
        Descriptor wanted = Descriptor.ofContent("text/plain", bytes);
        try (InputStream in = from.blob(wanted).orElseThrow()) {
            assertArrayEquals(bytes, in.readAllBytes());
        } catch (VerificationException e) {
            // Two answers in a row that end where the first did say that there is no more.
            assertEquals(VerificationException.Reason.TOO_SHORT, e.reason());
        }
    }

    /** It ignores the range, so that what is there already has to be read past, which breaks off too. */
    @Test
    void asksAgainWhereWhatItDoesNotWantBreaksOff() throws IOException {
        for (int end : new int[] {1, 50_000, 99_999}) {
            registry.interceptOnce(request ->
                    isBlob(request) ? MemoryRegistry.answer(200, Map.of(), BrokenStream.after(until(end))) : null);
            try (InputStream rest = repository.unverifiedBlob(blob, 100_000).orElseThrow()) {
                assertArrayEquals(Arrays.copyOfRange(content, 100_000, content.length), rest.readAllBytes());
            }
        }
    }
}
