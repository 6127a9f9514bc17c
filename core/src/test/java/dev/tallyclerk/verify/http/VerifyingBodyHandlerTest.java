package dev.tallyclerk.verify.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.ContentVerifier.State;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VerifyingBodyHandlerTest {
    private static final byte[] CONTENT = new byte[500_000];
    private static final int UNKNOWN = -1;

    static {
        new Random(5).nextBytes(CONTENT);
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        threads.shutdown();
    }

    @Test
    void aBodyThatBreaksOffFailsAsTheClientSays() throws VerificationException {
        IOException broken = new IOException("reset");
        var subscriber = VerifyingBodySubscriber.of(BodySubscribers.ofByteArray(), Digest.sha256Of(CONTENT), 10);
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(broken);
        var e = assertThrows(
                CompletionException.class,
                () -> subscriber.getBody().toCompletableFuture().join());
        assertSame(broken, e.getCause());
        assertEquals(State.NOT_FINISHED, subscriber.state());
    }

    @Test
    void givesTheBodyThatWasPromised() throws Exception {
        assertArrayEquals(CONTENT, get(CONTENT, verifying(BodyHandlers.ofByteArray())));
        Path file = folder.resolve("body");
        get(CONTENT, verifying(BodyHandlers.ofFile(file)));
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        try (InputStream in = get(CONTENT, verifying(BodyHandlers.ofInputStream()))) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
    }

    @Test
    void aRequestForWrongContentFails() {
        assertEquals(Reason.DIGEST_MISMATCH, refusal(changed(0), verifying(BodyHandlers.ofByteArray())));
        assertEquals(Reason.DIGEST_MISMATCH, refusal(changed(CONTENT.length - 1), verifying(BodyHandlers.ofString())));
        assertEquals(Reason.TOO_LONG, refusal(resized(1), verifying(BodyHandlers.ofByteArray())));
        assertEquals(Reason.TOO_SHORT, refusal(resized(-1), verifying(BodyHandlers.discarding())));
        assertEquals(Reason.TOO_SHORT, refusal(new byte[0], verifying(BodyHandlers.ofByteArray())));
    }

    @Test
    void aLengthThatCannotBeRightIsRefusedWhileTheServerStillWaits() throws Exception {
        BodyHandler<byte[]> whole = verifying(BodyHandlers.ofByteArray());
        assertEquals(Reason.TOO_LONG, refusalOfHead(CONTENT.length + 1, whole).reason());
        assertEquals(Reason.TOO_SHORT, refusalOfHead(CONTENT.length - 1, whole).reason());
        var most = ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), CONTENT.length);
        BodyHandler<byte[]> loose = VerifyingBodyHandler.of(BodyHandlers.ofByteArray(), most.checkpoint(), 0);
        assertEquals(Reason.TOO_LONG, refusalOfHead(CONTENT.length + 1, loose).reason());
        assertArrayEquals(CONTENT, get(CONTENT, loose));
    }

    /** As from a server that does not know of ranges. */
    @Test
    void theWholeContentWhereItsRestWasAskedForIsRefusedWhileTheServerStillWaits() throws Exception {
        var begun = ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
        begun.update(CONTENT, 0, 200_000);
        BodyHandler<byte[]> rest = VerifyingBodyHandler.of(BodyHandlers.ofByteArray(), begun.checkpoint(), 1000);
        VerificationException e = refusalOfHead(CONTENT.length, rest);
        assertEquals(Reason.TOO_LONG, e.reason());
        assertEquals(CONTENT.length, e.expectedSize());
        assertEquals(200_000L + CONTENT.length, e.actualSize());
    }

    @Test
    void aLengthThatIsNotTheContentsIsNotLookedAt() throws Exception {
        List<String> other = List.of("10");
        for (Map<String, List<String>> headers : List.<Map<String, List<String>>>of(
                Map.of("content-length", other, "content-encoding", List.of("gzip")),
                Map.of("content-length", other, "transfer-encoding", List.of("chunked")),
                Map.of("content-length", List.of("10", "11")),
                Map.of("content-length", List.of("9".repeat(30))),
                Map.of("content-length", List.of("-1")))) {
            assertArrayEquals(CONTENT, body(CONTENT, headers), headers.toString());
        }
        // As in the answer to HEAD.
        assertArrayEquals(new byte[0], body(new byte[0], Map.of("content-length", other)));
    }

    private static ResponseInfo info(Map<String, List<String>> headers, HttpClient.Version version) {
        return new ResponseInfo() {
            @Override
            public int statusCode() {
                return 200;
            }

            @Override
            public HttpHeaders headers() {
                return HttpHeaders.of(headers, (name, value) -> true);
            }

            @Override
            public HttpClient.Version version() {
                return version;
            }
        };
    }

    /** The client keeps what a handler throws there, and loses what a subscriber gets that has cancelled. */
    @Test
    void aWrongLengthOverALaterVersionIsThrownAtOnce() throws VerificationException {
        var handler = VerifyingBodyHandler.of(BodyHandlers.ofByteArray(), Digest.sha256Of(new byte[1000]), 1000);
        for (String length : List.of("999", "1001")) {
            var e = assertThrows(
                    UncheckedIOException.class,
                    () -> handler.apply(info(Map.of("Content-Length", List.of(length)), HttpClient.Version.HTTP_2)));
            assertInstanceOf(VerificationException.class, e.getCause());
        }
        handler.apply(info(Map.of("Content-Length", List.of("1000")), HttpClient.Version.HTTP_2));
    }

    /** {@return the body as a client would give it that believes no header} */
    private static byte[] body(byte[] content, Map<String, List<String>> headers) throws VerificationException {
        var handler = VerifyingBodyHandler.of(BodyHandlers.ofByteArray(), Digest.sha256Of(content), content.length);
        BodySubscriber<byte[]> body = handler.apply(info(headers, HttpClient.Version.HTTP_1_1));
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        });
        body.onNext(List.of(ByteBuffer.wrap(content)));
        body.onComplete();
        return body.getBody().toCompletableFuture().join();
    }

    @Test
    void aStreamNeverGivesTheHoldBackOfWrongContent() throws Exception {
        for (byte[] wrong : new byte[][] {changed(0), resized(1), resized(-1)}) {
            var got = new ByteArrayOutputStream();
            try (InputStream in = get(wrong, verifying(BodyHandlers.ofInputStream()))) {
                assertThrows(IOException.class, () -> in.transferTo(got));
            }
            assertTrue(got.size() <= CONTENT.length - ContentVerifier.DEFAULT_HOLD_BACK, got.size() + " bytes came");
        }
    }

    @Test
    void aConnectionThatBreaksIsNoVerdict() {
        var subscriber = new AtomicReference<VerifyingBodySubscriber<byte[]>>();
        BodyHandler<byte[]> handler = response -> {
            subscriber.set(assertVerifiable(() -> VerifyingBodySubscriber.of(
                    BodySubscribers.ofByteArray(), Digest.sha256Of(CONTENT), CONTENT.length)));
            return subscriber.get();
        };
        var e = assertThrows(IOException.class, () -> exchange(CONTENT.length, resized(-1000), handler));
        assertTrue(verdict(e) == null, e.toString());
        assertEquals(State.NOT_FINISHED, subscriber.get().state());
    }

    @Test
    void oneHandlerServesSeveralRequests() throws Exception {
        BodyHandler<byte[]> handler = verifying(BodyHandlers.ofByteArray());
        assertEquals(Reason.DIGEST_MISMATCH, refusal(changed(7), handler));
        assertArrayEquals(CONTENT, get(CONTENT, handler));
        assertArrayEquals(CONTENT, get(CONTENT, handler));
    }

    @Test
    void verifiesTheRestOfContentWhoseBeginningIsThere() throws Exception {
        var begun = ContentVerifier.of(Digest.sha256Of(CONTENT), CONTENT.length);
        begun.update(CONTENT, 0, 200_000);
        byte[] rest = Arrays.copyOfRange(CONTENT, 200_000, CONTENT.length);
        BodyHandler<byte[]> handler = VerifyingBodyHandler.of(BodyHandlers.ofByteArray(), begun.checkpoint(), 1000);
        assertArrayEquals(rest, get(rest, handler));
        rest[3]++;
        assertEquals(Reason.DIGEST_MISMATCH, refusal(rest, handler));
    }

    @Test
    void refusesWhatNoBodyCouldBeVerifiedWith() throws Exception {
        BodyHandler<byte[]> bytes = BodyHandlers.ofByteArray();
        var e = assertThrows(
                VerificationException.class, () -> VerifyingBodyHandler.of(bytes, Digest.parse("md5:abcdef"), 1));
        assertEquals(Reason.UNSUPPORTED_ALGORITHM, e.reason());
        var sizeless = ContentVerifier.ofAtMost(Digest.sha256Of(CONTENT), 1).checkpoint();
        assertThrows(IllegalArgumentException.class, () -> VerifyingBodyHandler.of(bytes, sizeless, 1));
        assertThrows(IllegalArgumentException.class, () -> VerifyingBodyHandler.of(bytes, sizeless, -1));
    }

    private static <T> BodyHandler<T> verifying(BodyHandler<T> handler) {
        return assertVerifiable(() -> VerifyingBodyHandler.of(handler, Digest.sha256Of(CONTENT), CONTENT.length));
    }

    private static <T> T assertVerifiable(ThrowingSupplier<T> supplier) {
        return assertDoesNotThrow(supplier);
    }

    private static byte[] changed(int at) {
        byte[] content = CONTENT.clone();
        content[at]++;
        return content;
    }

    private static byte[] resized(int by) {
        return Arrays.copyOf(CONTENT, CONTENT.length + by);
    }

    /** {@return why the body is refused, whether its length is announced or not} */
    private Reason refusal(byte[] body, BodyHandler<?> handler) {
        Reason announced = refusal(() -> get(body, handler)).reason();
        assertEquals(announced, refusal(() -> exchange(UNKNOWN, body, handler)).reason());
        return announced;
    }

    private static VerificationException refusal(Executable request) {
        var e = assertThrows(IOException.class, request);
        VerificationException verdict = verdict(e);
        if (verdict == null) {
            throw new AssertionError(e);
        }
        return verdict;
    }

    private static @Nullable VerificationException verdict(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof VerificationException verdict) {
                return verdict;
            }
        }
        return null;
    }

    private <T> T get(byte[] body, BodyHandler<T> handler) throws Exception {
        return exchange(body.length, body, handler);
    }

    /** One request to a server that promises one length, if it is known, and sends these bytes. */
    private <T> T exchange(int length, byte[] body, BodyHandler<T> handler) throws Exception {
        String announced = length == UNKNOWN ? "" : "Content-Length: " + length + "\r\n";
        return exchange(
                socket -> {
                    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n" + announced + "\r\n";
                    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().write(body);
                    socket.shutdownOutput();
                },
                handler);
    }

    /** {@return the verdict on a response of which only the head comes, while its server waits} */
    private VerificationException refusalOfHead(long length, BodyHandler<?> handler) {
        return refusal(() -> exchange(
                socket -> {
                    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
                    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                },
                handler));
    }

    @FunctionalInterface
    private interface Answer {
        void send(Socket socket) throws IOException;
    }

    private <T> T exchange(Answer answer, BodyHandler<T> handler) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<?> serving = threads.submit(() -> serve(server, answer));
            URI uri = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                    + server.getLocalPort() + "/blob");
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(threads)
                    .build();
            HttpResponse<T> response;
            try {
                response = client.send(HttpRequest.newBuilder(uri).build(), handler);
            } catch (IOException e) {
                serving.get(); // ends when the client hangs up
                throw e;
            }
            assertEquals(200, response.statusCode());
            if (!(response.body() instanceof InputStream)) {
                serving.get();
            }
            return response.body();
        } catch (CompletionException e) {
            throw new AssertionError("the client hides the cause", e);
        }
    }

    private static Void serve(ServerSocket server, Answer answer) throws IOException {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            int last = 0;
            while (last != 0x0d0a0d0a) {
                last = last << 8 | in.read();
            }
            answer.send(socket);
            in.read();
        } catch (IOException e) {
            // The client may hang up on a wrong body.
        }
        return null;
    }
}
