package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.HostGate;
import dev.tallyclerk.internal.call.HostGate.Permit;
import dev.tallyclerk.internal.call.Lane;
import dev.tallyclerk.internal.call.Waits;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.testing.FakeWaits;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HostGateTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CallSettings settings =
            CallSettings.of(HttpSettings.of(request -> answer(200, "")), new Failures(RegistryException::new));

    private Deadline deadline() {
        return settings.deadline("registry.example.org", false);
    }

    /** Until it waits for a place. */
    private static void awaitWaiting(Thread thread) {
        long start = System.nanoTime();
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.WAITING) {
            assertTrue(
                    System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30),
                    () -> "never waits: " + thread.getState());
            Thread.onSpinWait();
        }
    }

    @Test
    void admitsInTheOrderOfArrival() throws HttpException, InterruptedException {
        HostGate gate = new HostGate(1);
        Permit first = gate.enter("a", deadline());
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    Permit permit = gate.enter("a", deadline());
                    order.add(number);
                    permit.close();
                } catch (HttpException e) {
                    throw new AssertionError(e);
                }
            });
            thread.start();
            awaitWaiting(thread);
            threads.add(thread);
        }
        gate.enter("b", deadline()).close();
        first.close();
        first.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(0, 1, 2, 3, 4), order);
        assertEquals(0, gate.hosts());
    }

    @Test
    void whoGivesUpLeavesNoGap() throws HttpException {
        HostGate gate = new HostGate(1);
        FakeWaits waits = new FakeWaits();
        Permit first = gate.enter("a", deadline());
        Deadline late = settings.withWaits(waits).deadline("registry.example.org", false);
        assertEquals(
                Reason.TIMED_OUT,
                assertThrows(RegistryException.class, () -> gate.enter("a", late))
                        .reason());
        Cancellation cancellation = Cancellation.create();
        waits.duringSleep(cancellation::cancel);
        Deadline cancelled = settings.withWaits(waits)
                .withHttp(settings.http().withCancellation(cancellation))
                .deadline("registry.example.org", false);
        assertEquals(
                Reason.CANCELLED,
                assertThrows(RegistryException.class, () -> gate.enter("a", cancelled))
                        .reason());
        // Admitted and cancelled in one moment.
        Cancellation both = Cancellation.create();
        waits.duringSleep(() -> {
            first.close();
            both.cancel();
        });
        Deadline torn = settings.withWaits(waits)
                .withHttp(settings.http().withCancellation(both))
                .deadline("registry.example.org", false);
        assertThrows(RegistryException.class, () -> gate.enter("a", torn));
        assertEquals(0, gate.hosts());
        gate.enter("a", deadline()).close();
    }

    @Property(tries = 20)
    void neverLetsTooManyInAndAlwaysEverybodyInTheEnd(
            @ForAll @IntRange(min = 1, max = 4) int most,
            @ForAll @IntRange(min = 1, max = 12) int threads,
            @ForAll long seed)
            throws InterruptedException, ExecutionException {
        HostGate gate = new HostGate(most);
        ConcurrentHashMap<String, AtomicInteger> inside = new ConcurrentHashMap<>();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Random random = new Random(seed + i);
                results.add(executor.submit(() -> {
                    for (int round = 0; round < 50; round++) {
                        visit(gate, inside, most, random);
                    }
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            executor.shutdown();
        }
        assertEquals(0, gate.hosts());
    }

    private void visit(HostGate gate, ConcurrentHashMap<String, AtomicInteger> inside, int most, Random random)
            throws HttpException {
        String host = random.nextBoolean() ? "a" : "b";
        boolean hurried = random.nextInt(4) == 0;
        Deadline deadline = hurried
                ? settings.withHttp(settings.http().withTimeout(Duration.ofNanos(1 + random.nextInt(50_000))))
                        .deadline("registry.example.org", false)
                : deadline();
        AtomicInteger here = inside.computeIfAbsent(host, name -> new AtomicInteger());
        try {
            Permit permit = gate.enter(host, deadline);
            assertTrue(here.incrementAndGet() <= most);
            Thread.onSpinWait();
            here.decrementAndGet();
            permit.close();
        } catch (HttpException e) {
            assertEquals(Reason.TIMED_OUT, e.reason());
            assertTrue(hurried);
        }
    }

    @Test
    void aPlaceIsFreeWhenABodyHasEndedBrokenOrWasClosed() throws IOException {
        TestSession test = new TestSession()
                .with(s ->
                        s.withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(1))));
        HostGate gate = test.settings().calls().gate();
        test.serving(request -> answer(200, "content"));
        CallResponse read = test.execute(test.pull());
        assertEquals(1, gate.hosts());
        test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofSeconds(1))));
        assertEquals(Reason.TIMED_OUT, test.failure().reason());
        read.body().readAllBytes();
        assertEquals(0, gate.hosts());
        test.execute(test.pull()).close();
        assertEquals(0, gate.hosts());
        test.serving(request -> answer(200, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("reset");
            }
        }));
        CallResponse broken = test.execute(test.pull());
        assertThrows(RegistryException.class, () -> broken.body().read());
        assertEquals(0, gate.hosts());
        test.serving(request -> {
            throw new IllegalStateException("a broken transport");
        });
        assertThrows(IllegalStateException.class, () -> test.execute(test.pull()));
        assertEquals(0, gate.hosts());
    }

    @Test
    void onePlaceIsEnoughForChallengesTokensAndRedirects() {
        TestSession test = new TestSession()
                .withCredentials(Credentials.of("u", "p"))
                .with(s ->
                        s.withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(1))));
        test.serving(request -> switch (request.uri().getPath()) {
            case "/token" -> answer(307, "", "Location", "/token2");
            case "/token2" -> answer(200, "{\"token\":\"t\"}");
            case "/end" -> answer(200, "content");
            default ->
                request.headers().containsKey("Authorization")
                        ? answer(307, "", "Location", "/end")
                        : answer(401, "why", "WWW-Authenticate", "Bearer realm=\"https://registry.example.org/token\"");
        });
        assertEquals("content", assertTimeoutPreemptively(LONG, () -> test.text()));
        assertEquals(0, test.settings().calls().gate().hosts());
    }

    /** As a copy within one registry does. */
    @Test
    void whoReadsContentCanWriteAndAskForTokensMeanwhile() throws IOException {
        TestSession test = new TestSession()
                .with(s ->
                        s.withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(1))));
        test.serving(request -> {
            if (request.uri().getPath().equals("/token")) {
                return answer(200, "{\"token\":\"t\",\"expires_in\":0}");
            }
            return request.headers().containsKey("Authorization")
                    ? answer(200, "content")
                    : answer(401, "", "WWW-Authenticate", "Bearer realm=\"https://registry.example.org/token\"");
        });
        try (CallResponse content = test.execute(test.pull().ofContent())) {
            RequestBody body = RequestBody.once(7, content.body());
            Call put = Call.writing("PUT", test.uri("a/b/blobs/uploads/1"), Scope.push("a/b"), body, 200)
                    .ofContent();
            try (CallResponse written = test.execute(put)) {
                assertEquals("content", test.text());
                assertEquals(200, written.status());
            }
            test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofSeconds(1))));
            assertEquals(Reason.TIMED_OUT, test.failure(test.pull().ofContent()).reason());
        }
        assertEquals(0, test.settings().calls().gate().hosts());
    }

    @Test
    void aListenerThatFailsHoldsNoPlace() {
        TestSession test = new TestSession()
                .with(s -> s.withListener(new RegistryListener() {
                    @Override
                    public void warned(String registry, String text) {
                        throw new IllegalStateException("listener");
                    }
                }));
        boolean[] closed = new boolean[1];
        test.serving(request -> answer(
                200,
                new ByteArrayInputStream(new byte[1]) {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                },
                "Warning",
                "299 - \"x\""));
        assertThrows(IllegalStateException.class, () -> test.execute(test.pull()));
        assertTrue(closed[0]);
        assertEquals(0, test.settings().calls().gate().hosts());
    }

    /** Each reads what it sends from the same host, and keeps that open from one part to the next. */
    @Test
    @Timeout(60)
    void twoUploadsInPartsDoNotWaitForEachOther() throws Exception {
        byte[] content = new byte[10];
        Descriptor blob = Descriptor.ofContent("application/octet-stream", content);
        TestSession test = new TestSession()
                .with(s -> TestSession.withWaits(s, Waits.real())
                        .withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(1)))
                        .withHttp(http -> http.withTimeout(Duration.ofSeconds(30)))
                        .withUploads(UploadPolicy.defaults()
                                .withForm(UploadPolicy.Form.CHUNKED)
                                .withChunkBytes(4)));
        Runnable push = () -> {
            try {
                SentContent sent = SentContent.of(
                        blob,
                        () -> Optional.of(VerifyingInputStream.of(
                                test.execute(test.pull().ofContent()).body(), blob.digest(), blob.size())));
                new RepositoryWriter(test.session(), "a/b").push(blob, sent, null);
                sent.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        Thread second = new Thread(push);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        second.setUncaughtExceptionHandler((thread, e) -> failed.set(e));
        AtomicBoolean started = new AtomicBoolean();
        test.serving(request -> {
            try (InputStream body = request.body().open()) {
                body.readAllBytes();
            }
            if (request.method().equals("PATCH") && started.compareAndSet(false, true)) {
                second.start();
                awaitWaiting(second);
            }
            return switch (request.method()) {
                case "POST", "PATCH" -> answer(202, "", "Location", "/v2/a/b/blobs/uploads/1");
                case "PUT" -> answer(201, "");
                case "GET" -> answer(200, new ByteArrayInputStream(content));
                default -> answer(404, "");
            };
        });
        push.run();
        second.join();
        assertNull(failed.get());
        assertEquals(0, test.settings().calls().gate().hosts());
    }

    @Test
    void anUploadThatAMountHasBegunIsEndedWhereThereIsNoPlaceToGoOn() throws IOException {
        TestSession test = new TestSession()
                .with(s -> s.withHttp(
                                http -> http.withLimits(HttpLimits.defaults().withMaxRequestsPerHost(1)))
                        .withHttp(http -> http.withRetries(RetryPolicy.never())));
        HostGate.Permit[] taken = new HostGate.Permit[1];
        List<String> asked = new ArrayList<>();
        test.serving(request -> {
            asked.add(request.method() + " " + request.uri().getPath());
            return request.method().equals("POST")
                    ? answer(202, "", "Location", "/v2/a/b/blobs/uploads/1")
                    : answer(request.method().equals("DELETE") ? 204 : 404, "");
        });
        byte[] content = new byte[1];
        Descriptor blob = Descriptor.ofContent("a/b", content);
        BlobUpload upload = new BlobUpload(test.session(), "a/b", blob);
        assertFalse(upload.mount("c"));
        taken[0] = test.settings()
                .calls()
                .gate()
                .enter(Lane.WRITING.at("registry.example.org"), test.session().deadline(true));
        SentContent sent = SentContent.of(blob, RequestBody.of(content));
        assertEquals(
                Reason.TIMED_OUT,
                assertThrows(RegistryException.class, () -> upload.send(sent)).reason());
        assertEquals(List.of("POST /v2/a/b/blobs/uploads/", "DELETE /v2/a/b/blobs/uploads/1"), asked);
        taken[0].close();
    }
}
