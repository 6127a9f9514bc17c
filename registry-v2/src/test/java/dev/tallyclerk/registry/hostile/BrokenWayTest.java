package dev.tallyclerk.registry.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.UploadPolicy;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.FaultyProxy;
import dev.tallyclerk.testing.FaultyProxy.Fault;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A real docker-registry behind a network that breaks: pulls and pushes end right, or with one error in time. */
class BrokenWayTest {
    private static final Duration HANGS = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(250);
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static DockerRegistry registry;
    private static final ServedImage IMAGE = ServedImage.of(200_000, 100, 30_000);

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void start(@TempDir Path storage) throws IOException {
        registry = DockerRegistry.start(storage);
        push(Pull.into(storage).client(), registry.host() + "/team/app:1");
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    /** Pushes the image by way of an honest registry of our own. */
    private static void push(RegistryClient client, String name) throws IOException {
        try (HostileServer server = HostileServer.start(IMAGE);
                ImageSource image = Pull.into(Path.of("unused")).client().image(Reference.parse(Pull.tagged(server)))) {
            ImageCopier.create().copy(image, client.destination(Reference.parse(name)));
        }
    }

    private static Stream<Arguments> faults() {
        List<Arguments> out = new ArrayList<>();
        for (boolean toServer : List.of(true, false)) {
            for (long after : List.of(0L, 100L, 1_000L, 20_000L, 190_000L)) {
                for (Fault fault : Fault.values()) {
                    out.add(Arguments.of(toServer, after, fault));
                }
            }
        }
        return out.stream();
    }

    /** {@return a pull by the client that is tested} */
    Pull pull() {
        return Pull.into(folder);
    }

    private Pull pull(Fault fault) {
        Pull pull = pull();
        return fault == Fault.STALL
                ? pull.with(client -> client.withHttp(http -> http.withLimits(
                        HttpLimits.defaults().withMaxCallTime(SHORT).withMaxContentTime(SHORT))))
                : pull;
    }

    /** Not every client sends a request over the connection of the one before. */
    private static FaultyProxy proxy(boolean toServer, long after, Fault fault) throws IOException {
        return FaultyProxy.startCountingAll(registry.port(), toServer, after, fault);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPullGoesOn(boolean toServer, long after, Fault fault) throws IOException {
        try (FaultyProxy proxy = proxy(toServer, after, fault)) {
            Pull pull = pull(fault);
            boolean pulled = assertTimeoutPreemptively(HANGS, () -> {
                try {
                    pull.run(proxy.host() + "/team/app:1");
                    pull.assertPublished(IMAGE);
                    return true;
                } catch (RegistryException e) {
                    assertMayFail(e, toServer, fault);
                    pull.assertNothingPublished();
                    return false;
                }
            });
            assumeNoPause(pulled, fault, proxy);
            if (toServer && after > 2_000) {
                assertEquals(1, proxy.left(), "a pull sends little");
            } else {
                assertHappened(proxy);
            }
        }
    }

    private static void assertHappened(FaultyProxy proxy) {
        assertEquals(0, proxy.left(), "the fault has not happened");
    }

    /** A quarter of a second goes by without any fault too, where a machine has other things to do. */
    private static void assumeNoPause(boolean ended, Fault fault, FaultyProxy proxy) {
        assumeFalse(!ended && fault == Fault.STALL && proxy.left() > 0, "this machine was too slow for the test");
    }

    /** Each form with each place that is reached, and each fault with one form. */
    private static Stream<Arguments> pushes() {
        return Stream.of(Form.values())
                .flatMap(form -> faults().filter(fault -> (boolean) fault.get()[0] || (long) fault.get()[1] <= 1_000)
                        .filter(fault -> form == Form.CHUNKED || fault.get()[2] == Fault.RESET)
                        .map(fault -> Arguments.of(form, fault.get()[0], fault.get()[1], fault.get()[2])));
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void aPushGoesOn(Form form, boolean toServer, long after, Fault fault) throws IOException {
        String repository = "/push/n" + NAMES.incrementAndGet();
        try (FaultyProxy proxy = proxy(toServer, after, fault)) {
            RegistryClient client = pull(fault)
                    .client()
                    .withUploads(UploadPolicy.defaults()
                            .withForm(form)
                            .withChunkBytes(50_000)
                            .withCancelTime(SHORT));
            boolean pushed = assertTimeoutPreemptively(HANGS, () -> {
                try {
                    push(client, proxy.host() + repository + ":1");
                    return true;
                } catch (RegistryException e) {
                    assertMayFail(e, toServer, fault);
                    return false;
                }
            });
            assumeNoPause(pushed, fault, proxy);
            assertHappened(proxy);
            if (pushed) {
                Pull.into(folder).run(registry.host() + repository + ":1");
                Pull.into(folder).assertPublished(IMAGE);
            } else {
                assertIsNotThere(repository + ":1");
                assertIsNotThere(repository + "@" + IMAGE.digest());
            }
        }
    }

    private void assertIsNotThere(String name) throws IOException {
        var e = Pull.into(folder).failure(ImageException.class, registry.host() + name);
        assertEquals(ImageException.Reason.NOT_FOUND, e.reason(), name);
    }

    /** What does not end by itself ends in time; and a server may answer half of a request that ends. */
    private static void assertMayFail(RegistryException e, boolean toServer, Fault fault) {
        if (fault == Fault.STALL) {
            assertEquals(Reason.TIMED_OUT, e.reason(), e.toString());
        } else {
            assertTrue(fault == Fault.END && toServer && e.status() == 400, e.toString());
        }
    }

    @Test
    void aNetworkThatStaysBrokenIsOneError() throws IOException {
        for (Fault fault : List.of(Fault.RESET, Fault.END)) {
            try (FaultyProxy proxy = FaultyProxy.start(registry.port(), false, 1_000, fault, Integer.MAX_VALUE)) {
                assertEquals(Reason.UNREACHABLE, pull().registryFailure(proxy.host() + "/team/app:1"));
            }
        }
    }
}
