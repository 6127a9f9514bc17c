package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TufClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetchers of files that are in memory. */
class MemoryFetcherTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @Test
    void aWholeRepositoryIsReadFromMemory(@TempDir Path folder) throws Exception {
        TestRepository repository = new TestRepository();
        repository.addTarget("app/1.0", CONTENT);
        repository.publish();
        TufClient client = TufClient.of(
                        MetadataFetcher.ofFiles(repository.files), MetadataStore.inMemory(), repository.rootFile(1))
                .withTargets(TargetFetcher.ofFiles(repository.targetFiles))
                .withClock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC));
        FreshMetadata metadata = client.refresh();
        Path file = folder.resolve("app");
        assertTrue(metadata.download(metadata.requireTarget("app/1.0"), file));
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
    }

    @Test
    void whatIsNotThereIsNotAvailable() throws IOException {
        assertEquals(Optional.empty(), MetadataFetcher.ofFiles(Map.of()).fetch("2.root.json", 10));
        assertEquals(Optional.empty(), TargetFetcher.ofFiles(Map.of()).open("app/1.0"));
    }

    @Test
    void aFileLongerThanWantedIsNotGiven() throws IOException {
        MetadataFetcher fetcher = MetadataFetcher.ofFiles(Map.of("a", CONTENT));
        assertArrayEquals(CONTENT, fetcher.fetch("a", CONTENT.length).orElseThrow());
        var e = assertThrows(BodyTooLargeException.class, () -> fetcher.fetch("a", CONTENT.length - 1));
        assertEquals(CONTENT.length - 1, e.maxBytes());
    }

    @Test
    void nobodyCanChangeTheFilesAfterwards() throws IOException {
        byte[] given = CONTENT.clone();
        Map<String, byte[]> files = new HashMap<>(Map.of("a", given));
        MetadataFetcher metadata = MetadataFetcher.ofFiles(files);
        TargetFetcher targets = TargetFetcher.ofFiles(files);
        given[0] = 0;
        files.clear();
        metadata.fetch("a", 100).orElseThrow()[0] = 0;
        assertArrayEquals(CONTENT, metadata.fetch("a", 100).orElseThrow());
        try (InputStream in = targets.open("a").orElseThrow()) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
    }
}
