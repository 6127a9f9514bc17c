package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies that broke off, and the next ones, which know of the first only what lies in the layout. */
class ResumedCopyTest {
    private static final Reference IMAGE = Reference.parse("registry.example.org/a:1");

    @TempDir
    Path folder = Path.of("");

    private final MemoryRegistry registry = new MemoryRegistry();
    private final String text = "0123456789".repeat(30_000);
    private final byte[] content = text.getBytes(StandardCharsets.UTF_8);
    private final Descriptor layer = Descriptor.ofContent("application/vnd.oci.image.layer.v1.tar", content);
    private final RegistryClient client = registry.client().withHttp(http -> http.withRetries(RetryPolicy.never()));

    ResumedCopyTest() {
        registry.repository("a").image("1", text);
    }

    private void copy(RegistryClient from) throws IOException {
        try (ImageSource source = from.image(IMAGE)) {
            ImageCopier.create()
                    .copy(
                            source,
                            OciLayoutWriter.create(folder, Clock.systemUTC()).destination("1"));
        }
    }

    private void copyThatBreaksAfter(int bytes) {
        registry.interceptOnce(request -> isLayer(request)
                ? MemoryRegistry.answer(200, Map.of(), BrokenStream.after(Arrays.copyOf(content, bytes)))
                : null);
        var e = assertThrows(RegistryException.class, () -> copy(client));
        assertEquals(Reason.UNREACHABLE, e.reason());
        assertFalse(Files.exists(blob()));
    }

    private boolean isLayer(Request request) {
        return request.uri().getPath().endsWith("/blobs/" + layer.digest());
    }

    private Path blob() {
        return folder.resolve("blobs/sha256").resolve(layer.digest().encoded());
    }

    private List<String> ranges() {
        return registry.requests().stream()
                .filter(this::isLayer)
                .map(request -> String.join(",", request.headers().getOrDefault("Range", List.of("-"))))
                .toList();
    }

    private List<Path> partial() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("quarantine"))) {
            return files.filter(file -> file.toString().endsWith(".partial")).toList();
        }
    }

    @Test
    void goesOnWhereTheCopyBeforeBrokeOff() throws IOException {
        copyThatBreaksAfter(100_000);
        assertEquals(1, partial().size());
        copy(client);
        assertEquals(List.of("-", "bytes=100000-299999"), ranges());
        assertArrayEquals(content, Files.readAllBytes(blob()));
        assertEquals(List.of(), partial());
    }

    /** What a registry, or a store to which it leads, may answer to a request for a part. */
    enum Store {
        GIVES_ALL,
        HAS_NO_SUCH_PART,
        HAS_NO_SUCH_PART_OF_SO_MANY,
        IS_ELSEWHERE,
        IS_ELSEWHERE_AND_DENIES_ONCE;

        boolean gives() {
            return this == GIVES_ALL || this == IS_ELSEWHERE;
        }
    }

    private @Nullable Response answer(Store store, Request request) {
        boolean isPart = request.headers().containsKey("Range");
        return switch (store) {
            case GIVES_ALL -> isPart ? MemoryRegistry.answer(200, Map.of(), content) : null;
            case HAS_NO_SUCH_PART -> isPart ? MemoryRegistry.answer(416, Map.of()) : null;
            case HAS_NO_SUCH_PART_OF_SO_MANY ->
                isPart ? MemoryRegistry.answer(416, Map.of("Content-Range", "bytes */" + content.length)) : null;
            case IS_ELSEWHERE, IS_ELSEWHERE_AND_DENIES_ONCE ->
                MemoryRegistry.answer(307, Map.of("Location", "https://cdn.example.com/layer"));
        };
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhateverTheStoreAnswers(Store store) throws IOException {
        copyThatBreaksAfter(100_000);
        registry.intercept(request -> isLayer(request) ? answer(store, request) : null);
        List<Integer> given = new ArrayList<>();
        registry.intercept(request -> {
            if (!request.uri().getHost().equals("cdn.example.com")) {
                return null;
            }
            boolean denies = store == Store.IS_ELSEWHERE_AND_DENIES_ONCE && given.isEmpty();
            Response answer =
                    denies ? MemoryRegistry.answer(403, Map.of()) : MemoryRegistry.content(request, content, Map.of());
            given.add(answer.status());
            return answer;
        });
        copy(client);
        List<String> part = List.of("-", "bytes=100000-299999");
        List<String> all = List.of("-", "bytes=100000-299999", "-");
        assertEquals(store.gives() ? part : all, ranges());
        List<Integer> elsewhere = switch (store) {
            case IS_ELSEWHERE -> List.of(206);
            case IS_ELSEWHERE_AND_DENIES_ONCE -> List.of(403, 200);
            default -> List.of();
        };
        assertEquals(elsewhere, given);
        assertArrayEquals(content, Files.readAllBytes(blob()));
        assertEquals(List.of(), partial());
    }

    @Test
    void asksForNothingThatIsThereWhole() throws IOException {
        copyThatBreaksAfter(100_000);
        Files.write(partial().get(0), content);
        copy(client);
        assertEquals(List.of("-"), ranges());
        assertArrayEquals(content, Files.readAllBytes(blob()));
    }

    @Test
    void asksForAllAgainIfWhatWasKeptIsWrong() throws IOException {
        copyThatBreaksAfter(100_000);
        Files.write(partial().get(0), new byte[200_000]);
        copy(client);
        assertEquals(List.of("-", "bytes=200000-299999", "-"), ranges());
        assertArrayEquals(content, Files.readAllBytes(blob()));
        assertEquals(List.of(), partial());
    }

    @Test
    void keepsNothingOfContentThatIsWrong() throws IOException {
        registry.existing("a").replaceBlob(layer.digest(), new byte[content.length]);
        var e = assertThrows(VerificationException.class, () -> copy(client));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        assertEquals(List.of(), partial());
        assertEquals(List.of("-"), ranges());
    }

    @Test
    void takesFromTheRegistryWhatAMirrorHasWrong() throws IOException {
        registry.intercept(request -> request.uri().getHost().startsWith("mirror") && isLayer(request)
                ? MemoryRegistry.answer(200, Map.of(), new byte[content.length])
                : null);
        Mirror mirror = Mirror.of(URI.create("https://mirror.example.net"));
        copy(client.withMirrors("registry.example.org", List.of(mirror)));
        assertArrayEquals(content, Files.readAllBytes(blob()));
        List<String> hosts = registry.requests().stream()
                .filter(this::isLayer)
                .map(request -> request.uri().getHost())
                .toList();
        assertEquals(List.of("mirror.example.net", "registry.example.org"), hosts);
        assertTrue(registry.log().stream().anyMatch(line -> line.endsWith("?ns=registry.example.org")));
    }
}
