package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.FaultyFront;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry that fails in every way, the running program before it, and what skopeo, curl and the disk have then. */
class UpstreamFaultTest {
    private static final int SIZE = 1_000_000;
    private static final String APP = "/v2/team/app";
    private static final String TIMES = "times: {tag: 0s, missing: 0s}\n";
    private static final String PATIENCE = "    document-time: 1s\n    silence: 500ms\n";

    @TempDir
    Path folder;

    private DockerRegistry registry;
    private FaultyFront front;
    private PushedImage image;

    @BeforeEach
    void start() throws IOException {
        registry = DockerRegistry.start(folder);
        front = FaultyFront.start(registry.host());
        image = PushedImage.push(registry, folder, "1.0", 1, SIZE);
    }

    @AfterEach
    void stop() throws IOException {
        front.close();
        registry.close();
    }

    private RunningProxy proxy() throws IOException, ConfigException {
        return RunningProxy.start(folder, TIMES + RunningProxy.upstream(front.host()) + PATIENCE);
    }

    private int run(String program, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Peers.require(program).toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> program + " did not end");
        return process.exitValue();
    }

    private int skopeo(RunningProxy proxy, String name, String to) throws IOException, InterruptedException {
        return run(
                "skopeo",
                "copy",
                "--retry-times=0",
                "--src-tls-verify=false",
                "docker://" + proxy.host() + "/team/app" + name,
                "dir:" + to);
    }

    private int curl(RunningProxy proxy, String path, String to) throws IOException, InterruptedException {
        return run("curl", "-sSf", "-o", to, "http://" + proxy.host() + path);
    }

    /** Hashes every file that is trusted. */
    private void assertNothingIsWrongOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache/content/blobs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertEquals(
                        file.getFileName().toString(),
                        Digest.sha256Of(Files.readAllBytes(file)).encoded());
            }
        }
    }

    private static boolean isBlob(Exchange exchange) {
        return exchange.request().target().contains("/blobs/");
    }

    private static byte[] changed(byte[] body) {
        byte[] wrong = body.clone();
        wrong[wrong.length / 3] ^= 1;
        return wrong;
    }

    private static void answer(Exchange exchange, HttpResponse<byte[]> whole, byte[] body) throws IOException {
        exchange.answer(
                whole.statusCode(),
                body,
                "Content-Type: " + whole.headers().firstValue("content-type").orElse(""),
                "Docker-Content-Digest: "
                        + whole.headers().firstValue("docker-content-digest").orElse(""));
    }

    /** Sends half of an answer. */
    private static void half(Exchange exchange, HttpResponse<byte[]> whole) throws IOException {
        byte[] body = whole.body();
        exchange.head(
                whole.statusCode(),
                "Content-Length: " + body.length,
                "Content-Range: " + whole.headers().firstValue("content-range").orElse("none"));
        exchange.send(Arrays.copyOf(body, body.length / 2));
    }

    private static void status(Exchange exchange, int status) throws IOException {
        exchange.answerText(status, "{}", "Retry-After: 3600");
    }

    /** What is done to blobs, or to manifests. */
    private enum Fault {
        BYTE_CHANGED(true),
        TOO_LONG(true),
        TOO_SHORT(true),
        CUT(true),
        STALLED(true),
        BLOB_429(true),
        BLOB_500(true),
        BLOB_503(true),
        MANIFEST_CHANGED(false),
        MANIFEST_LONGER(false),
        MANIFEST_STALLED(false),
        MANIFEST_429(false),
        MANIFEST_500(false),
        MANIFEST_503(false);

        private final boolean isOfBlobs;

        Fault(boolean isOfBlobs) {
            this.isOfBlobs = isOfBlobs;
        }

        /** skopeo asks again by itself after the time that it is told to wait. */
        private boolean isWaitedFor() {
            return this == BLOB_429 || this == MANIFEST_429;
        }

        boolean handle(Exchange exchange, FaultyFront.Answer ask) throws IOException {
            if (isBlob(exchange) != isOfBlobs || exchange.request().method().equals("HEAD")) {
                return false;
            }
            HttpResponse<byte[]> whole = ask.ask();
            byte[] body = whole.body();
            switch (this) {
                case BYTE_CHANGED, MANIFEST_CHANGED -> answer(exchange, whole, changed(body));
                case TOO_LONG -> answer(exchange, whole, Arrays.copyOf(body, body.length + 1));
                case TOO_SHORT -> answer(exchange, whole, Arrays.copyOf(body, body.length - 1));
                case CUT -> {
                    half(exchange, whole);
                    exchange.reset();
                }
                case STALLED -> {
                    half(exchange, whole);
                    exchange.stall();
                }
                case MANIFEST_LONGER -> {
                    byte[] longer = Arrays.copyOf(body, body.length + 1);
                    longer[body.length] = ' ';
                    answer(exchange, whole, longer);
                }
                case MANIFEST_STALLED -> exchange.stall();
                case BLOB_429, MANIFEST_429 -> status(exchange, 429);
                case BLOB_500, MANIFEST_500 -> status(exchange, 500);
                default -> status(exchange, 503);
            }
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void isAnErrorToBothClientsAndNothingWrongIsLeft(Fault fault) throws Exception {
        front.set(fault::handle);
        try (RunningProxy proxy = proxy()) {
            int manifest = curl(proxy, APP + "/manifests/1.0", "manifest");
            assertEquals(fault.isOfBlobs, manifest == 0, proxy::log);
            if (!fault.isWaitedFor()) {
                assertNotEquals(0, skopeo(proxy, ":1.0", "tag"));
            }
            if (fault.isOfBlobs) {
                assertNotEquals(0, curl(proxy, image.blobPath(), "blob"));
                Path got = folder.resolve("blob");
                assertFalse(Files.exists(got) && Files.size(got) >= image.bytes().length, "it is not whole");
            } else {
                assertNotEquals(0, curl(proxy, APP + "/manifests/" + image.manifest(), "manifest"));
            }
            assertFalse(Files.exists(folder.resolve("tag").resolve(image.layer().encoded())));
            assertNothingIsWrongOnDisk();

            front.set((exchange, answer) -> false);
            assertEquals(0, skopeo(proxy, ":1.0", "after"), () -> proxy.log());
            assertNothingIsWrongOnDisk();
        }
    }

    @Test
    void oneCutOrOneBadAnswerIsNotSeenByClients() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        front.set((exchange, answer) -> {
            int number = asked.getAndIncrement();
            if (isBlob(exchange) && number % 2 == 0) {
                half(exchange, answer.ask());
                exchange.reset();
                return true;
            }
            return false;
        });
        try (RunningProxy proxy = proxy()) {
            assertEquals(0, skopeo(proxy, ":1.0", "tag"), proxy::log);
            assertArrayEquals(
                    image.bytes(),
                    Files.readAllBytes(
                            folder.resolve("tag").resolve(image.layer().encoded())));
            assertNothingIsWrongOnDisk();
        }
    }

    @Test
    void whatIsCachedIsGivenWhileTheUpstreamHangsAndAMovedTagIsSeenAfterwards() throws Exception {
        try (RunningProxy proxy = proxy()) {
            assertEquals(0, skopeo(proxy, ":1.0", "first"));
            front.set((exchange, answer) -> {
                exchange.stall();
                return true;
            });
            assertEquals(0, skopeo(proxy, ":1.0", "hanging"), proxy::log);
            assertEquals(0, curl(proxy, APP + "/manifests/" + image.manifest(), "manifest"));
            assertEquals(0, curl(proxy, image.blobPath(), "blob"));
            assertArrayEquals(image.bytes(), Files.readAllBytes(folder.resolve("blob")));

            PushedImage moved = PushedImage.push(registry, folder, "1.0", 2, 1000);
            front.set((exchange, answer) -> false);
            assertEquals(0, skopeo(proxy, ":1.0", "moved"));
            assertArrayEquals(
                    moved.bytes(),
                    Files.readAllBytes(
                            folder.resolve("moved").resolve(moved.layer().encoded())));
            assertNothingIsWrongOnDisk();
        }
    }
}
