package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import dev.tallyclerk.registry.layout.ImageCopier;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.transport.Transport;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies that broke off, and the next ones, which know of the first only what lies in the layout. */
class ResumedCopyTest {
    private static final Reference IMAGE = Reference.parse("registry.example.org/a:1");

    @TempDir
    Path folder = Path.of("");

    private final MemoryRegistry registry = new MemoryRegistry();
    private final String text = "0123456789".repeat(30_000);
    private final byte[] content = text.getBytes(StandardCharsets.UTF_8);
    private final Descriptor layer = Descriptor.ofContent("application/vnd.oci.image.layer.v1.tar", content);
    private final RegistryClient client = registry.client().withRetries(RetryPolicy.never());

    ResumedCopyTest() {
        registry.repository("a").image("1", text);
    }

    private void copy(RegistryClient from) throws IOException {
        try (ImageSource source = from.image(IMAGE)) {
            ImageCopier.create()
                    .copy(source, OciLayoutWriter.at(folder, Instant.now()).destination("1"));
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

    private boolean isLayer(Transport.Request request) {
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
        Mirror mirror = Mirror.at(URI.create("https://mirror.example.net"));
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
