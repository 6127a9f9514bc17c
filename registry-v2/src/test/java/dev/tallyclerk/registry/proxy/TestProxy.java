package dev.tallyclerk.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.client.MemoryRegistry;
import dev.tallyclerk.registry.client.MemoryRepository;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A proxy of a registry in memory, with a clock that stands still until a test moves it. */
final class TestProxy implements AutoCloseable {
    static final String HOST = "registry.example.org";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    final MemoryRegistry registry = new MemoryRegistry();
    final MovingClock clock = new MovingClock();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final List<ProxyEvent> events = new CopyOnWriteArrayList<>();
    final Path folder;
    final ContentStore store;
    PullThrough proxy;

    private TestProxy(Path folder) throws IOException {
        this.folder = folder;
        this.store = ContentStore.of(folder.resolve("content"), clock).withFsync(false);
        this.proxy = empty().withDefaultUpstream(upstream());
    }

    static TestProxy create(Path folder) throws IOException {
        return new TestProxy(folder);
    }

    /** {@return a proxy without upstreams over the same folders, as after a restart} */
    PullThrough empty() throws IOException {
        return PullThrough.of(store, folder.resolve("index"), threads, clock).withListener(events::add);
    }

    Upstream upstream() {
        return Upstream.of(HOST, registry.client());
    }

    MemoryRepository repository() {
        return registry.repository("team/app");
    }

    /** {@return an archive of that seed's bytes, which nothing compresses} */
    static byte[] layer(long seed, int size) {
        byte[] content = new byte[size / 2];
        new Random(seed).nextBytes(content);
        StringBuilder hex = new StringBuilder();
        for (byte each : content) {
            hex.append(Character.forDigit(each >> 4 & 15, 16)).append(Character.forDigit(each & 15, 16));
        }
        return new TestTar().file("data" + seed, hex.toString()).finish();
    }

    /** Puts an image of such layers into a repository and tags it. */
    static Descriptor image(MemoryRepository repository, String tag, byte[]... layers) {
        StringBuilder ids = new StringBuilder();
        for (byte[] layer : layers) {
            ids.append(ids.isEmpty() ? "\"" : ",\"")
                    .append(Digest.sha256Of(layer))
                    .append('"');
        }
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"User\":\"1000\"},\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}";
        var builder =
                ImageManifest.builder(repository.blob(MediaType.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8)));
        for (byte[] layer : layers) {
            builder.layer(repository.blob(LAYER, layer));
        }
        return repository.tag(
                tag, repository.manifest(MediaType.OCI_MANIFEST, builder.build().bytes()));
    }

    /** An answer that has been read to its end. */
    static final class Read {
        private final byte[] body;
        private final ProxyAnswer answer;

        Read(byte[] body, ProxyAnswer answer) {
            this.body = body;
            this.answer = answer;
        }

        int status() {
            return answer.status();
        }

        byte[] body() {
            return body;
        }

        ProxyAnswer answer() {
            return answer;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return answer.headers().getOrDefault(name, "");
        }
    }

    Read get(String target) throws IOException {
        return read(ProxyRequest.of("GET", target));
    }

    Read head(String target) throws IOException {
        return read(ProxyRequest.of("HEAD", target));
    }

    Read read(ProxyRequest request) throws IOException {
        return read(proxy, request);
    }

    static Read read(PullThrough proxy, ProxyRequest request) throws IOException {
        try (ProxyAnswer answer = proxy.answer(request)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            answer.writeTo(out);
            return new Read(out.toByteArray(), answer);
        }
    }

    /** {@return how often the registry was asked so} */
    long asked(String method, String path) {
        return registry.requests().stream()
                .filter(request -> request.method().equals(method)
                        && request.uri().getPath().contains(path))
                .count();
    }

    long count(ProxyEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }

    /** Ends the fetches, and checks that they have left no file open. */
    @Override
    public void close() {
        close(threads, folder);
    }

    /** Ends the fetches of a proxy in a folder, and checks that they have left no file open. */
    static void close(ExecutorService threads, Path folder) {
        threads.shutdownNow();
        try {
            assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES), "a fetch does not end");
            assertEquals(List.of(), openFiles(folder));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the open files in a folder; none where the system does not tell} */
    static List<Path> openFiles(Path folder) throws IOException {
        Path all = Path.of("/proc/self/fd");
        List<Path> open = new ArrayList<>();
        if (Files.isDirectory(all)) {
            Path real = folder.toRealPath();
            try (DirectoryStream<Path> links = Files.newDirectoryStream(all)) {
                for (Path link : links) {
                    try {
                        Path file = Files.readSymbolicLink(link);
                        if (file.startsWith(real)) {
                            open.add(file);
                        }
                    } catch (NoSuchFileException e) {
                        // Closed meanwhile, such as by another test.
                    }
                }
            }
        }
        return open;
    }

    /** {@return the parts of content that broken fetches have left, to be resumed} */
    static List<Path> parts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("content/quarantine"))) {
            return files.toList();
        }
    }

    /** Stands still until it is moved. */
    static final class MovingClock extends Clock {
        private volatile Instant now = Instant.parse("2020-01-01T00:00:00Z");

        void move(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
