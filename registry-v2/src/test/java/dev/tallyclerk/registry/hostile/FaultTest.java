package dev.tallyclerk.registry.hostile;

import static dev.tallyclerk.registry.hostile.Pull.tagged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.RefusingPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What can break between a client and an honest registry: the pull ends right, or with one typed error, inside its
 * deadline, and nothing is published that is not right.
 */
class FaultTest {
    /** For what does not end by itself. */
    private static final Duration SHORT = Duration.ofMillis(250);

    /** Only a pull that hangs reaches it. */
    private static final Duration HANGS = Duration.ofSeconds(60);

    /** No pull that keeps to its {@link #SHORT} time reaches it. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String TOKEN = "{\"token\":\"t\",\"expires_in\":300}";

    private static final Set<Reason> BROKEN = EnumSet.of(Reason.UNREACHABLE, Reason.TIMED_OUT);

    private final ServedImage image = ServedImage.of(29_000, 100, 2_000);

    @TempDir
    Path folder = Path.of("");

    /** After which byte of an answer something happens. */
    enum Where {
        NOTHING,
        HEADERS,
        BODY_START,
        BODY_MIDDLE,
        LAST_BYTE
    }

    /** What happens. */
    enum How {
        RESET,
        END,
        HALF_CLOSE,
        STALL,
        SLOW;

        void happen(Exchange exchange, byte[] rest) throws IOException {
            switch (this) {
                case RESET -> exchange.reset();
                case END -> {} // the server closes it
                case HALF_CLOSE -> exchange.halfClose();
                case STALL -> exchange.stall();
                case SLOW -> exchange.drip(rest, Duration.ofMillis(50));
            }
        }

        /** {@return whether the client learns at once that no more will come} */
        boolean isPlain() {
            return this != STALL && this != SLOW;
        }
    }

    private static Stream<Arguments> faults() {
        List<Arguments> out = new ArrayList<>();
        for (String what : List.of("manifest", "layer")) {
            for (Where where : Where.values()) {
                for (How how : How.values()) {
                    if (where != Where.LAST_BYTE || how != How.SLOW) { // which is whole, a little late
                        out.add(Arguments.of(what, where, how));
                    }
                }
            }
        }
        for (String what : List.of("config", "token")) {
            for (Where where : List.of(Where.NOTHING, Where.BODY_MIDDLE)) {
                for (How how : How.values()) {
                    out.add(Arguments.of(what, where, how));
                }
            }
        }
        return out.stream();
    }

    private Descriptor config() {
        return image.blobs().get(3);
    }

    private String path(String what) {
        return switch (what) {
            case "manifest" -> "/v2/team/app/manifests/1";
            case "config" -> ServedImage.path(config());
            case "token" -> "/token";
            default -> ServedImage.path(image.layer(0));
        };
    }

    private byte[] body(String what) {
        return switch (what) {
            case "manifest" -> image.manifest();
            case "config" -> image.content(config());
            case "token" -> ServedImage.utf8(TOKEN);
            default -> image.content(image.layer(0));
        };
    }

    /** Answers as an honest registry does, which wants a token where one is what breaks. */
    private void answer(Exchange exchange, String what) throws IOException {
        if (exchange.request().path().equals("/token")) {
            exchange.answerText(200, TOKEN);
        } else if (!what.equals("token")
                || exchange.request().header("Authorization").equals(Optional.of("Bearer t"))) {
            image.handle(exchange);
        } else {
            exchange.answer(
                    401,
                    "WWW-Authenticate: Bearer realm=\"http://"
                            + exchange.request().header("Host").orElse("") + "/token\",service=\"s\"");
        }
    }

    /** Answers as far as said, and then breaks. */
    private void breakOff(Exchange exchange, String what, Where where, How how) throws IOException {
        byte[] body = body(what);
        byte[] head = Exchange.headOf(200, "Content-Type: " + MediaType.OCI_MANIFEST, "Content-Length: " + body.length);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(body);
        int at = switch (where) {
            case NOTHING -> 0;
            case HEADERS -> head.length / 2;
            case BODY_START -> head.length;
            case BODY_MIDDLE -> head.length + body.length / 2;
            case LAST_BYTE -> head.length + body.length - 1;
        };
        exchange.send(Arrays.copyOf(all.toByteArray(), at));
        how.happen(exchange, Arrays.copyOfRange(all.toByteArray(), at, all.size()));
    }

    /** {@return a pull by the client that is tested} */
    Pull pull() {
        return Pull.into(folder);
    }

    private Pull pull(How how) {
        return how.isPlain()
                ? pull()
                : pull().with(client -> client.withHttp(http -> http.withLimits(
                        HttpLimits.defaults().withMaxCallTime(SHORT).withMaxContentTime(SHORT))));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void oneFaultIsNone(String what, Where where, How how) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().equals(path(what)) && requests.getAndIncrement() == 0) {
                breakOff(exchange, what, where, how);
            } else {
                answer(exchange, what);
            }
        })) {
            Pull pull = pull(how);
            assertTimeoutPreemptively(how.isPlain() ? HANGS : SOON, () -> {
                if (how.isPlain()) {
                    pull.run(tagged(server));
                    pull.assertPublished(image);
                } else {
                    assertEquals(Reason.TIMED_OUT, pull.registryFailure(tagged(server)));
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultThatDoesNotGoAwayIsOneError(String what, Where where, How how) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().equals(path(what))) {
                requests.incrementAndGet();
                breakOff(exchange, what, where, how);
            } else {
                answer(exchange, what);
            }
        })) {
            Pull pull = pull(how);
            Reason reason =
                    assertTimeoutPreemptively(how.isPlain() ? HANGS : SOON, () -> pull.registryFailure(tagged(server)));
            assertTrue(BROKEN.contains(reason), reason.toString());
            if (!how.isPlain()) {
                assertEquals(Reason.TIMED_OUT, reason);
                assertTrue(requests.get() <= 1, "nothing is asked when the time is over");
            }
        }
    }

    /** Each takes more than half of the time that there is for all. */
    @Test
    void attemptsShareOneDeadline() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            exchange.drip(new byte[] {'H', 'T', 'T'}, SHORT.dividedBy(5));
            exchange.reset();
        })) {
            Pull pull = pull(How.SLOW);
            assertEquals(Reason.TIMED_OUT, assertTimeoutPreemptively(SOON, () -> pull.registryFailure(tagged(server))));
            assertTrue(
                    server.log().size() < RetryPolicy.defaults().attempts(),
                    server.log().toString());
        }
    }

    @Test
    void aFewFailuresOfTheRegistryAreOvercome() throws IOException {
        Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
        try (HostileServer server = HostileServer.start(exchange -> {
            int earlier = requests.computeIfAbsent(exchange.request().path(), path -> new AtomicInteger())
                    .getAndIncrement();
            if (earlier < 4) {
                exchange.answer(new int[] {500, 502, 503, 504}[earlier]);
            } else {
                image.handle(exchange);
            }
        })) {
            Pull pull = pull();
            pull.run(tagged(server));
            pull.assertPublished(image);
        }
    }

    @Test
    void aRegistryThatAlwaysFailsIsGivenUp() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> exchange.answer(500))) {
            assertEquals(Reason.SERVER_ERROR, pull().registryFailure(tagged(server)));
            assertEquals(5, server.log().size(), server.log().toString());
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /** {@return what a verifier says of an image of one such layer, whose transfer breaks off once} */
    private ImageVerification verify(byte[] layer, byte[] uncompressed) throws IOException {
        byte[] config = ServedImage.utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[\"" + Digest.sha256Of(uncompressed) + "\"]}}");
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                + "\",\"config\":{\"mediaType\":\"" + ServedImage.CONFIG + "\",\"digest\":\"" + Digest.sha256Of(config)
                + "\",\"size\":" + config.length + "},\"layers\":[{\"mediaType\":\"" + ServedImage.LAYER
                + "+gzip\",\"digest\":\"" + Digest.sha256Of(layer) + "\",\"size\":" + layer.length + "}]}";
        AtomicInteger requests = new AtomicInteger();
        try (HostileServer server = HostileServer.start(exchange -> {
                    String path = exchange.request().path();
                    if (path.contains("/manifests/")) {
                        exchange.answerText(200, manifest, "Content-Type: " + MediaType.OCI_MANIFEST);
                    } else if (path.endsWith(Digest.sha256Of(config).toString())) {
                        exchange.answer(200, config);
                    } else if (requests.getAndIncrement() == 0) {
                        exchange.head(200, "Content-Length: " + layer.length);
                        exchange.send(Arrays.copyOf(layer, layer.length / 2));
                        exchange.reset();
                    } else {
                        exchange.answer(200, layer); // whole, whatever range was asked for
                    }
                });
                ImageSource source = pull().client().image(Reference.parse(tagged(server)))) {
            return ImageVerifier.create().verify(source);
        }
    }

    private byte[] archive() {
        byte[] file = image.content(image.layer(0));
        return new TestTar()
                .entry(TestTar.Header.of("file", '0').size(file.length), file)
                .finish();
    }

    @Test
    void aCompressedLayerThatBreaksOffOnTheWayIsVerifiedWhole() throws IOException {
        byte[] content = archive();
        ImageVerification verification = verify(gzip(content), content);
        assertEquals(ImageVerification.Verdict.VERIFIED, verification.verdict(), verification.problems()::toString);
    }

    @Test
    void aCompressedLayerThatWasCutBeforeItCameToTheRegistryIsNone() throws IOException {
        byte[] content = archive();
        byte[] whole = gzip(content);
        for (int cut : new int[] {1, 8, 100, whole.length - 5}) {
            ImageVerification verification = verify(Arrays.copyOf(whole, whole.length - cut), content);
            assertEquals(ImageVerification.Verdict.FAILED, verification.verdict());
            assertEquals(
                    ContentResult.Reason.MALFORMED_LAYER,
                    verification
                            .problems()
                            .get(0)
                            .result()
                            .<ContentResult.Reason>fold(
                                    verified -> ContentResult.Reason.NOT_READ,
                                    ContentResult.Failed::reason,
                                    ContentResult.Unverifiable::reason),
                    cut + " bytes less");
        }
    }

    /** {@return a pull by the client that is tested, for which no name has an address} */
    Pull pullWithoutNames() {
        return pullWithNames(host -> {
            throw new UnknownHostException(host);
        });
    }

    /** {@return a pull by the client that is tested, for which names have other addresses than the system says} */
    Pull pullWithNames(Dns names) {
        return Pull.into(folder, new OkHttpClient.Builder(), names);
    }

    @Test
    void aNameWithoutAnAddressIsOneError() throws IOException {
        // RFC 6761: a name that nobody has, wherever it is asked for.
        assertEquals(Reason.UNREACHABLE, pullWithoutNames().registryFailure("registry.invalid/team/app:1"));
    }

    @Test
    void aNameWithoutAnAddressIsLookedUpAsOftenAsARequestIsMade() throws IOException {
        AtomicInteger lookups = new AtomicInteger();
        Pull pull = pullWithNames(host -> {
            lookups.incrementAndGet();
            throw new UnknownHostException(host);
        });
        assertEquals(Reason.UNREACHABLE, pull.registryFailure("registry.invalid/team/app:1"));
        assertEquals(RetryPolicy.defaults().attempts(), lookups.get());
    }

    @Test
    void aNameThatIsNotFoundAtFirstIsAskedForAgain() throws IOException {
        AtomicInteger lookups = new AtomicInteger();
        Pull pull = pullWithNames(host -> {
            if (lookups.incrementAndGet() <= 2) {
                throw new UnknownHostException(host);
            }
            return List.of(Pull.loopback());
        });
        try (HostileServer server = HostileServer.start(image)) {
            pull.run("registry.invalid:" + server.port() + "/team/app:1");
            pull.assertPublished(image);
        }
        assertTrue(lookups.get() > 2, lookups + " lookups");
    }

    @Test
    void aRegistryThatIsNotThereIsOneError() throws IOException {
        try (RefusingPort refusing = RefusingPort.open()) {
            assertEquals(Reason.UNREACHABLE, pull().registryFailure(refusing.host() + "/team/app:1"));
        }
    }

    @Test
    void aCallerThatCancelsHearsOfIt() throws IOException {
        // The cancellation comes from the server's thread, when the request has surely come.
        var cancellation = Cancellation.create();
        try (HostileServer server = HostileServer.start(exchange -> {
            cancellation.cancel();
            exchange.stall();
        })) {
            Pull pull = pull();
            var repository =
                    pull.client().repository(Reference.parse(tagged(server))).withCancellation(cancellation);
            assertTimeoutPreemptively(HANGS, () -> {
                var e = assertThrows(RegistryException.class, () -> repository.manifest("1"));
                assertEquals(Reason.CANCELLED, e.reason());
            });
        }
    }
}
