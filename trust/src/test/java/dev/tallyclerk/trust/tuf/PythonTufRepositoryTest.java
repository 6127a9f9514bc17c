package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories made by python-tuf; see the README beside them. */
class PythonTufRepositoryTest {
    @TempDir
    Path cache;

    @ParameterizedTest
    @ValueSource(strings = {"small", "rsa-2of3", "mixed", "sigstore-like", "no-consistent", "canonical"})
    void everyTargetIsWhatThePythonClientSays(String name) throws Exception {
        everyTargetIsWhatIsExpected(folder(name));
    }

    /** Those that are too large to be copied. */
    @ParameterizedTest
    @ValueSource(strings = {"flat-10k", "bins-10k", "nested-terminating", "small", "rsa-2of3", "mixed"})
    void everyTargetOfTheSharedRepositoriesIsWhatThePythonClientSays(String name) throws Exception {
        everyTargetIsWhatIsExpected(SharedData.require("tuf/" + name));
    }

    private void everyTargetIsWhatIsExpected(Path folder) throws Exception {
        JsonCursor expected = json(folder.resolve("expected.json"));
        FreshMetadata metadata =
                client(folder, expected, MetadataStore.inDirectory(cache)).refresh();

        assertEquals(
                expected.required("root_version").integer(1, 100),
                metadata.trusted().root().version());
        Map<String, JsonCursor> targets = expected.required("targets").members();
        assertTrue(targets.size() >= 5);
        for (Map.Entry<String, JsonCursor> entry : targets.entrySet()) {
            JsonCursor target = entry.getValue();
            TargetInfo found = metadata.target(entry.getKey()).orElseThrow();
            assertEquals(target.required("role").string(), found.role());
            assertEquals(target.required("length").integer(0, 1_000), found.length());
            assertEquals(digests(target.required("hashes")), new HashSet<>(found.digests()));
            assertTrue(metadata.target(entry.getKey() + "x").isEmpty());
            assertTrue(metadata.target("/" + entry.getKey()).isEmpty());
        }
        long topLevel = targets.values().stream().filter(this::isTopLevel).count();
        assertEquals(
                topLevel, metadata.trusted().targets().orElseThrow().targets().size());
    }

    private boolean isTopLevel(JsonCursor target) {
        try {
            return target.required("role").string().equals("targets");
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2of3", "mixed", "no-consistent"})
    void theStoreHasTheReceivedBytesAndASecondRefreshUsesThem(String name) throws Exception {
        Path folder = folder(name);
        JsonCursor expected = json(folder.resolve("expected.json"));
        MetadataStore store = MetadataStore.inDirectory(cache);
        TrustedMetadata first = client(folder, expected, store).refresh().trusted();
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("metadata/timestamp.json")),
                store.load(StoredName.TIMESTAMP, 100_000).orElseThrow());
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("metadata/" + first.root().version() + ".root.json")),
                store.load(StoredName.ROOT, 100_000).orElseThrow());

        TrustedMetadata second = client(folder, expected, store).refresh().trusted();

        assertEquals(first.root(), second.root());
        assertEquals(first.targets(), second.targets());
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "rsa-2of3", "mixed", "no-consistent", "canonical", "sigstore-like"})
    void keyIdsAreTheHashesThatThePythonClientComputes(String name) throws Exception {
        Path folder = folder(name);
        JsonCursor expected = json(folder.resolve("expected.json"));
        client(folder, expected, MetadataStore.inMemory())
                .withKeyIds(KeyIds.RECOMPUTED)
                .refresh();
    }

    private static TufClient client(Path folder, JsonCursor expected, MetadataStore store) throws Exception {
        OffsetDateTime made = OffsetDateTime.parse(expected.required("now").string());
        return TufClient.of(
                        MetadataFetcher.ofFolder(folder.resolve("metadata")),
                        store,
                        Files.readAllBytes(folder.resolve("initial_root.json")))
                .withClock(Clock.fixed(made.toInstant(), ZoneOffset.UTC));
    }

    private static Set<Digest> digests(JsonCursor hashes) throws Exception {
        Set<Digest> digests = new HashSet<>();
        for (Map.Entry<String, String> entry : hashes.stringMap().entrySet()) {
            digests.add(new Digest(DigestAlgorithm.of(entry.getKey()), entry.getValue()));
        }
        return digests;
    }

    private static JsonCursor json(Path file) throws Exception {
        return JsonCursor.parse(Files.readAllBytes(file), JsonLimits.ofBytes(10_000_000));
    }

    private static Path folder(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(PythonTufRepositoryTest.class.getResource("/testdata/tuf/" + name))
                .toURI());
    }
}
