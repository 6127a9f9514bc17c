package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final TestSession test = new TestSession();

    @AfterEach
    void forgetInterrupts() {
        assertFalse(Thread.interrupted());
    }

    /** A body that does something before each of its bytes, of which there is no end. */
    private static InputStream endless(Runnable before) {
        return new InputStream() {
            @Override
            public int read() {
                before.run();
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                bytes[offset] = (byte) read();
                return 1;
            }
        };
    }

    private static Reason reasonOfReading(CallResponse answer) {
        return assertThrows(
                        RegistryException.class,
                        () -> answer.body().transferTo(java.io.OutputStream.nullOutputStream()))
                .reason();
    }

    @Test
    void leavesEachRequestOnlyTheTimeThatIsLeft() throws IOException {
        test.network
                .name("cdn.example.com", "93.184.215.20")
                .serve("https://cdn.example.com", request -> answer(200, "content"));
        test.serving(request -> {
            test.waits.pass(Duration.ofSeconds(30));
            return answer(307, "", "Location", "https://cdn.example.com/");
        });
        test.text();
        assertEquals(
                List.of(Duration.ofMinutes(2), Duration.ofSeconds(90)),
                test.network.requests().stream().map(Request::timeout).toList());
    }

    @Test
    void leavesAProviderOfCredentialsOnlyTheTimeThatIsLeft() {
        List<Duration> times = new ArrayList<>();
        Cancellation cancellation = Cancellation.create();
        CredentialProvider slow = new CredentialProvider() {
            @Override
            public Credentials credentialsFor(String registry) {
                throw new AssertionError("asked without a time");
            }

            @Override
            public Credentials credentialsFor(String registry, Duration time, Cancellation given) throws IOException {
                times.add(time);
                test.waits.pass(time);
                cancellation.cancel();
                assertTrue(given.isCancelled());
                throw new IOException("cancelled");
            }
        };
        test.with(s -> s.withCredentials(slow).withHttp(http -> http.withCancellation(cancellation)));
        test.serving(request -> {
            test.waits.pass(Duration.ofSeconds(30));
            return answer(401, "", "WWW-Authenticate", "Basic realm=\"r\"");
        });
        assertEquals(Reason.CANCELLED, test.failure().reason());
        assertEquals(List.of(Duration.ofSeconds(90)), times);
    }

    @Test
    void looksUpNoNameForACallThatIsOver() {
        Cancellation cancellation = Cancellation.create();
        cancellation.cancel();
        test.with(s -> s.withHttp(http -> http.withCancellation(cancellation))
                .withHttp(http -> http.withNameResolver(host -> {
                    throw new AssertionError("asked for " + host);
                })));
        assertEquals(Reason.CANCELLED, test.failure().reason());
    }

    @Test
    void contentMayTakeTheTimeForBlobsAndNoCallMoreThanItsOwnTime() throws IOException {
        test.serving(request -> answer(200, ""));
        test.text(test.pull().ofContent());
        test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofSeconds(7))))
                .text(test.pull().ofContent());
        test.text();
        test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofDays(1_000_000))))
                .text();
        assertEquals(
                List.of(Duration.ofHours(1), Duration.ofSeconds(7), Duration.ofSeconds(7), Duration.ofMinutes(2)),
                test.network.requests().stream().map(Request::timeout).toList());
    }

    @Test
    void countsEverythingTogetherAndDoesNotWaitInVain() {
        test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofSeconds(10))))
                .serving(request -> {
                    test.waits.pass(Duration.ofSeconds(3));
                    return answer(503, "", "Retry-After", "3");
                });
        HttpException e = test.failure();
        assertEquals(Reason.TIMED_OUT, e.reason());
        assertEquals(
                Reason.SERVER_ERROR,
                assertInstanceOf(RegistryException.class, e.getCause()).reason());
        assertEquals(2, test.network.requests().size());
        assertEquals(List.of(Duration.ofSeconds(3)), test.waits.sleeps());
    }

    @Test
    void aFailureAfterTheTimeIsThatTheTimeIsOver() {
        test.serving(request -> {
            test.waits.pass(Duration.ofMinutes(2));
            throw new InterruptedIOException("timeout");
        });
        assertEquals(Reason.TIMED_OUT, test.failure().reason());
        assertEquals(1, test.network.requests().size());
    }

    @Test
    void aBodyThatDripsEndsWithTheTime() throws IOException {
        test.serving(request -> answer(200, endless(() -> test.waits.pass(Duration.ofSeconds(1)))));
        try (CallResponse answer = test.execute(test.pull())) {
            assertEquals(Reason.TIMED_OUT, reasonOfReading(answer));
        }
        test.serving(request -> answer(500, endless(() -> test.waits.pass(Duration.ofSeconds(1)))));
        assertEquals(Reason.TIMED_OUT, test.failure().reason());
    }

    @Test
    void isCancelledBeforeDuringAWaitAndWhileABodyIsRead() throws IOException {
        Cancellation cancellation = Cancellation.create();
        test.with(s -> s.withHttp(http -> http.withCancellation(cancellation)));
        test.waits.duringSleep(cancellation::cancel);
        test.serving(request -> answer(503, ""));
        assertEquals(Reason.CANCELLED, test.failure().reason());
        assertEquals(1, test.network.requests().size());
        assertEquals(List.of(), test.waits.sleeps());
        assertEquals(Reason.CANCELLED, test.failure().reason());
        assertEquals(1, test.network.requests().size());

        Cancellation later = Cancellation.create();
        test.with(s -> s.withHttp(http -> http.withCancellation(later)))
                .serving(request -> answer(200, endless(later::cancel)));
        try (CallResponse answer = test.execute(test.pull())) {
            assertEquals(Reason.CANCELLED, reasonOfReading(answer));
        }
    }

    @Test
    void saysThatItWasCancelledWhateverTheTransportMakesOfIt() {
        Cancellation cancellation = Cancellation.create();
        test.with(s -> s.withHttp(http -> http.withCancellation(cancellation))).serving(request -> {
            cancellation.cancel();
            throw new IOException("Socket closed");
        });
        HttpException e = test.failure();
        assertEquals(Reason.CANCELLED, e.reason());
        assertEquals("the call to registry.example.org was cancelled", e.getMessage());
    }

    @Test
    void anInterruptEndsTheCallAndStaysVisible() throws IOException {
        test.waits.duringSleep(Thread.currentThread()::interrupt);
        test.serving(request -> answer(503, ""));
        assertEquals(Reason.CANCELLED, test.failure().reason());
        assertTrue(Thread.interrupted());
        assertEquals(1, test.network.requests().size());

        test.serving(request -> answer(200, endless(Thread.currentThread()::interrupt)));
        try (CallResponse answer = test.execute(test.pull())) {
            assertEquals(Reason.CANCELLED, reasonOfReading(answer));
        }
        assertTrue(Thread.interrupted());

        Thread.currentThread().interrupt();
        assertEquals(Reason.CANCELLED, test.failure().reason());
        assertTrue(Thread.interrupted());
    }

    @Test
    void aBodyFailsWithTheOneException() throws IOException {
        InputStream broken = new SequenceInputStream(InputStream.nullInputStream(), endless(() -> {})) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("reset");
            }
        };
        test.serving(request -> answer(200, broken));
        CallResponse answer = test.execute(test.pull());
        assertEquals(Reason.UNREACHABLE, reasonOfReading(answer));
        answer.close();
        assertThrows(RegistryException.class, () -> answer.body().read());
        List<String> left = new ArrayList<>(test.heard);
        assertEquals(List.of(), left);
    }

    @Test
    void aCallThatMakesSeveralHasItsTimeForAllOfThem() throws IOException {
        test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofSeconds(10)))
                .withHttp(http -> http.withRetries(RetryPolicy.never())));
        test.serving(request -> {
            test.waits.pass(Duration.ofSeconds(4));
            String next = "</v2/a/b/tags/list?last=" + test.network.requests().size() + ">; rel=next";
            return request.uri().getPath().endsWith("/list")
                    ? answer(200, "{\"tags\":[\"t\"]}", "Link", next)
                    : answer(request.method().equals("HEAD") ? 405 : 416, "");
        });
        Repository repository = new Repository(test.session(), "a/b");
        assertEquals(
                Reason.TIMED_OUT,
                assertThrows(RegistryException.class, repository::tags).reason());
        assertEquals(3, test.network.requests().size());

        byte[] content = new byte[100];
        Descriptor blob = Descriptor.ofContent("a/b", content);
        assertThrows(RegistryException.class, () -> repository.unverifiedBlob(blob, 50));
        assertEquals(
                List.of(Duration.ofSeconds(10), Duration.ofSeconds(6), Duration.ofSeconds(2)),
                test.network.requests().stream().skip(3).map(Request::timeout).toList());
    }

    @Test
    void aPushThatHasToChangeAnIndexHasItsTimeForAllOfThat() throws IOException {
        test.with(s -> s.withHttp(http -> http.withTimeout(Duration.ofSeconds(1))));
        test.serving(request -> {
            test.waits.pass(Duration.ofMillis(800));
            return answer(request.method().equals("PUT") ? 201 : 404, "");
        });
        Descriptor subject = Descriptor.ofContent(MediaType.OCI_MANIFEST, new byte[1]);
        RepositoryWriter writer = new RepositoryWriter(test.session(), "a/b");
        assertEquals(
                Reason.TIMED_OUT,
                assertThrows(
                                RegistryException.class,
                                () -> writer.pushManifest(
                                        ImageIndex.builder().subject(subject).build()))
                        .reason());
        assertEquals(2, test.network.requests().size());
    }
}
