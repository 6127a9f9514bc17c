package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A repository with several mirrors: TAP 4, "Downloading metadata and target files". */
class MirrorsTest {
    private static final byte[] FILE = {1, 2};

    private final List<String> asked = new ArrayList<>();

    private MetadataFetcher mirror(String name, byte[]... files) {
        return (fileName, maxBytes) -> {
            asked.add(name);
            return files.length == 0 ? Optional.empty() : Optional.of(files[0]);
        };
    }

    private MetadataFetcher failing(String name, IOException failure) {
        return (fileName, maxBytes) -> {
            asked.add(name);
            throw failure;
        };
    }

    private static Optional<byte[]> fetch(MetadataFetcher... mirrors) throws IOException {
        return MetadataFetcher.ofMirrors(List.of(mirrors)).fetch("timestamp.json", 10);
    }

    @Test
    void theFirstMirrorThatHasTheFileIsTheLastThatIsAsked() throws IOException {
        IOException down = new IOException("connection refused");
        assertArrayEquals(
                FILE,
                fetch(mirror("a"), failing("b", down), mirror("c", FILE), mirror("d", FILE))
                        .orElseThrow());
        assertEquals(List.of("a", "b", "c"), asked);
    }

    @Test
    void aFileIsAbsentIfNoMirrorHasItAndOneCanSaySo() throws IOException {
        assertEquals(Optional.empty(), fetch(mirror("a"), mirror("b")));
        assertEquals(Optional.empty(), fetch(failing("a", new IOException("down")), mirror("b")));
        assertEquals(Optional.empty(), fetch(mirror("a"), failing("b", new IOException("down"))));
    }

    @Test
    void mirrorsOfWhichNoneCanAnswerAreAFailure() {
        IOException one = new BodyTooLargeException("timestamp.json", 10);
        IOException two = new IOException("down");
        IOException thrown =
                assertThrows(IOException.class, () -> fetch(failing("a", one), failing("b", two), failing("c", one)));
        assertSame(one, thrown);
        assertEquals(List.of(two), List.of(thrown.getSuppressed()));
    }

    @Test
    void anInterruptAsksNobodyElse() {
        MetadataFetcher interrupted = (fileName, maxBytes) -> {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        };
        assertThrows(InterruptedIOException.class, () -> fetch(mirror("a"), interrupted, mirror("c", FILE)));
        assertTrue(Thread.interrupted());
        assertEquals(List.of("a"), asked);
    }

    @Test
    void targetsComeFromTheFirstMirrorThatHasThem() throws IOException {
        TargetFetcher down = path -> {
            throw new IOException("down");
        };
        TargetFetcher there = TargetFetcher.ofFiles(Map.of("app", FILE));
        TargetFetcher mirrors = TargetFetcher.ofMirrors(List.of(TargetFetcher.ofFiles(Map.of()), down, there));
        try (InputStream content = mirrors.open("app").orElseThrow()) {
            assertArrayEquals(FILE, content.readAllBytes());
        }
        assertEquals(Optional.empty(), mirrors.open("other"));
    }

    @Test
    void aRepositoryHasAMirror() {
        assertThrows(IllegalArgumentException.class, () -> MetadataFetcher.ofMirrors(List.of()));
        assertThrows(IllegalArgumentException.class, () -> TargetFetcher.ofMirrors(List.of()));
    }
}
