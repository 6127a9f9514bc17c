package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.TransportKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recipe for asynchronous calls in the Javadoc of {@link RegistryClient}. */
@Timeout(60)
class AsynchronousCallTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private CompletableFuture<List<String>> tags(
            RegistryClient client, Reference reference, Cancellation cancellation) {
        Repository repository = client.withCancellation(cancellation).repository(reference);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return repository.tags();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                executor);
    }

    @ParameterizedTest
    @EnumSource
    void cancellationEndsTheCallAndFreesItsThread(TransportKind kind) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (HostileServer server = HostileServer.start(exchange -> {
            reached.countDown();
            exchange.stall();
        })) {
            Reference reference = Reference.parse("127.0.0.1:" + server.port() + "/team/app");
            Cancellation cancellation = Cancellation.create();
            CompletableFuture<List<String>> tags = tags(RegistryClient.of(kind.make()), reference, cancellation);
            reached.await();

            cancellation.cancel();

            ExecutionException failure = assertThrows(ExecutionException.class, tags::get);
            UncheckedIOException cause = assertInstanceOf(UncheckedIOException.class, failure.getCause());
            HttpException cancelled = assertInstanceOf(HttpException.class, cause.getCause());
            assertEquals(Reason.CANCELLED, cancelled.reason());
            assertEquals("free", executor.submit(() -> "free").get(30, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerCompletesTheFuture(TransportKind kind) throws Exception {
        try (HostileServer server = HostileServer.start(
                exchange -> exchange.answerText(200, "{\"name\":\"team/app\",\"tags\":[\"v1\"]}"))) {
            Reference reference = Reference.parse("127.0.0.1:" + server.port() + "/team/app");
            assertEquals(
                    List.of("v1"),
                    tags(RegistryClient.of(kind.make()), reference, Cancellation.create())
                            .get());
        }
    }
}
