package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.store.StoreFolders;
import dev.tallyclerk.trust.tuf.TestRepository;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryAccessTest {
    private static final Reference IMAGE = Reference.parse("registry.example.org/team/app:1.0");
    private static final byte[] MANIFEST = {'{', '}'};
    private static final String GUN = "docker.io/acme/app";
    private static final Instant WHEN_PUBLISHED = Instant.parse("2026-11-25T00:00:00Z");

    private final TestRepository repository = new TestRepository();

    @TempDir
    private Path folder;

    /** Access as a new process has it, which knows only what the folder has. */
    private RepositoryAccess access(Instant now) {
        HttpSettings offline = HttpSettings.of(request -> {
            throw new IOException("no request is expected");
        });
        return RepositoryAccess.of(offline, StoreFolders.in(folder.resolve("stores")))
                .withClock(Clock.fixed(now, ZoneOffset.UTC));
    }

    private byte[] publish() throws IOException {
        repository.publish();
        Path metadata = Files.createDirectories(folder.resolve("metadata"));
        for (Map.Entry<String, byte[]> file : repository.files.entrySet()) {
            Files.write(metadata.resolve(file.getKey()), file.getValue());
        }
        return Objects.requireNonNull(repository.files.get("1.root.json"));
    }

    @Test
    void whatIsTrustedOfATufRepositoryIsRememberedByTheNextProcess() throws IOException {
        repository.addTarget(IMAGE.toString(), MANIFEST);
        byte[] root = publish();
        URI metadata = folder.resolve("metadata").toUri();
        byte[] older = Files.readAllBytes(folder.resolve("metadata/timestamp.json"));
        publish();
        assertEquals(
                Digest.sha256Of(MANIFEST),
                access(TestRepository.NOW)
                        .resolver(metadata, root, Optional.empty())
                        .resolve(IMAGE)
                        .digest());
        Files.write(folder.resolve("metadata/timestamp.json"), older);
        DigestResolutionException e = assertThrows(
                DigestResolutionException.class,
                () -> access(TestRepository.NOW)
                        .resolver(metadata, root, Optional.empty())
                        .resolve(IMAGE));
        assertEquals(Reason.NOT_TRUSTED, e.reason());
    }

    @Test
    void aTargetCanBeNamedInsteadOfTheImage() throws IOException {
        repository.addTarget("app", MANIFEST);
        byte[] root = publish();
        assertEquals(
                Digest.sha256Of(MANIFEST),
                access(TestRepository.NOW)
                        .resolver(folder.resolve("metadata").toUri(), root, Optional.of("app"))
                        .resolve(IMAGE)
                        .digest());
    }

    @Test
    void metadataInARegistryNeedsAccessToIt() {
        DigestResolutionException e = assertThrows(
                DigestResolutionException.class,
                () -> access(TestRepository.NOW)
                        .resolver(URI.create("docker://registry.example.org/metadata:1"), MANIFEST, Optional.empty())
                        .resolve(IMAGE));
        assertEquals(Reason.UNAVAILABLE, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("registry.example.org/metadata:1"), e.getMessage());
    }

    private URI collection(String state) throws IOException, URISyntaxException {
        Path saved = folder.resolve("collection");
        Path source =
                Path.of(Objects.requireNonNull(RepositoryAccessTest.class.getResource("/testdata/notary/dct/" + state))
                        .toURI());
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = saved.resolve(source.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.write(copy, Files.readAllBytes(file));
            }
        }
        return saved.toUri();
    }

    @Test
    void whatIsTrustedOfACollectionIsRememberedByTheNextProcess() throws Exception {
        NotaryRootTrust trust = NotaryRootTrust.firstUse();
        access(WHEN_PUBLISHED)
                .client(GUN, collection("06-alice-removed"), trust)
                .update();
        URI older = collection("05-witness");
        NotaryException e = assertThrows(
                NotaryException.class,
                () -> access(WHEN_PUBLISHED).client(GUN, older, trust).update());
        assertEquals(NotaryException.Reason.ROLLBACK, e.reason());
    }

    @Test
    void everySpellingOfAnAddressHasOneFolder() {
        StoreFolders stores = StoreFolders.in(folder);
        for (String spelling : List.of("https://T.example.org:443/m", "HTTPS://t.example.org/x/../m/")) {
            assertEquals(stores.ofTuf(URI.create("https://t.example.org/m")), stores.ofTuf(URI.create(spelling)));
        }
        List<Path> different = List.of(
                stores.ofTuf(URI.create("http://t.example.org/m")),
                stores.ofTuf(URI.create("https://t.example.org/M")),
                stores.ofNotary(GUN, Optional.empty(), true),
                stores.ofNotary(GUN, Optional.empty(), false),
                stores.ofNotary(GUN, Optional.of(folder.toUri()), true),
                stores.ofNotary(GUN + "x", Optional.empty(), true));
        assertEquals(different.size(), different.stream().distinct().count());
    }
}
