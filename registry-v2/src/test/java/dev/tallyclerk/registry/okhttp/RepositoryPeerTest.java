package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.ManifestClaim;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.TestImages;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository of a real docker-registry, filled by a real skopeo, says. */
class RepositoryPeerTest {
    @TempDir
    Path folder = Path.of("");

    private final Transport transport = OkHttpTransport.of(new OkHttpClient());
    private final RegistryClient client = RegistryClient.of(transport);
    private DockerRegistry registry;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        String skopeo = Peers.require("skopeo").toString();
        registry = DockerRegistry.start(folder);
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        for (String name : new String[] {"team/app:1", "team/app:2", "team/other:latest"}) {
            Peers.run(
                    folder,
                    skopeo,
                    "copy",
                    "--dest-tls-verify=false",
                    "oci:" + layout + ":1.0",
                    "docker://" + registry.host() + "/" + name);
        }
    }

    @AfterEach
    void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    private Repository repository(String path) {
        return client.repository(Reference.parse(registry.host() + "/" + path));
    }

    @Test
    void hasItsManifestsAndSaysWhatTheyAre() throws IOException {
        Repository repository = repository("team/app");
        Manifest manifest = repository.manifest("1").orElseThrow();
        assertEquals(manifest, repository.manifest(manifest.digest()).orElseThrow());
        ManifestClaim claim = new ManifestClaim(manifest.mediaType(), manifest.digest(), manifest.size());
        assertEquals(Optional.of(claim), repository.manifestClaim("1"));
        assertEquals(Optional.of(claim), repository.manifestClaim(manifest.digest()));
        assertTrue(repository.manifest("3").isEmpty());
        assertTrue(repository.manifestClaim("3").isEmpty());
        assertTrue(repository.manifest(Digest.sha256Of(new byte[0])).isEmpty());
        assertTrue(repository("team/none").manifest("1").isEmpty());
    }

    @Test
    void listsItsTagsAndTheRegistryItsRepositories() throws IOException {
        assertEquals(Set.of("1", "2"), Set.copyOf(repository("team/app").tags()));
        assertEquals(List.of("team/app", "team/other"), client.repositories(registry.host()));
        var pages = client.repositoryPages(registry.host(), 1);
        assertEquals(Optional.of(List.of("team/app")), pages.next());
        assertEquals(Optional.of(List.of("team/other")), pages.next());
        var e = assertThrows(
                RegistryException.class, () -> repository("team/none").tags());
        assertEquals(HttpException.Reason.NOT_FOUND, e.reason());
        assertEquals(List.of("NAME_UNKNOWN"), e.codes());
    }

    @Test
    void givesABlobFromTheMiddleAndGoesOnWhereItsConnectionBroke() throws IOException {
        ImageManifest manifest =
                (ImageManifest) repository("team/app").manifest("1").orElseThrow();
        Descriptor layer = manifest.layers().get(0);
        byte[] content = Files.readAllBytes(registry.blob(layer.digest().encoded()));
        try (InputStream in = repository("team/app").unverifiedBlob(layer, 100).orElseThrow()) {
            assertArrayEquals(Arrays.copyOfRange(content, 100, content.length), in.readAllBytes());
        }
        AtomicInteger answers = new AtomicInteger();
        Transport breaking = request -> {
            Response response = transport.send(request);
            boolean blob = request.uri().getPath().contains("/blobs/");
            return blob && answers.getAndIncrement() < 3 ? broken(response) : response;
        };
        Repository broken = RegistryClient.of(breaking).repository(Reference.parse(registry.host() + "/team/app"));

        try (InputStream in = broken.blob(layer).orElseThrow()) {
            assertArrayEquals(content, in.readAllBytes());
        }
        assertEquals(4, answers.get());
        assertTrue(broken.hasBlob(layer.digest()));
        assertFalse(broken.hasBlob(Digest.sha256Of(new byte[] {1})));
    }

    /** The same response, whose body breaks after its first bytes. */
    private static Response broken(Response response) {
        Map<String, List<String>> headers = Map.of("Content-Range", response.headers("Content-Range"));
        return new Response(response.status(), headers, new FilterInputStream(response.body()) {
            private int left = 40;

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("connection reset");
                }
                int n = super.read(bytes, offset, Math.min(length, left));
                left -= Math.max(0, n);
                return n;
            }
        });
    }

    @Test
    void hasItsReferrersUnderATag() throws IOException, InterruptedException {
        Repository repository = repository("team/app");
        Digest image = repository.manifest("1").orElseThrow().digest();
        assertEquals(List.of(), repository.referrers(image));

        Descriptor referrer = Descriptor.of(
                        MediaType.OCI_MANIFEST,
                        image,
                        repository.manifest("1").orElseThrow().size())
                .withArtifactType("application/vnd.example.sbom");
        Manifest index = ImageIndex.builder().manifest(referrer).build();
        Path layout = Files.createDirectories(folder.resolve("index"));
        TestImages.writeLayout(layout);
        Files.write(layout.resolve("blobs/sha256").resolve(index.digest().encoded()), index.bytes());
        Files.writeString(
                layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + index.mediaType() + "\",\"digest\":\""
                        + index.digest() + "\",\"size\":" + index.size()
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"r\"}}]}");
        Peers.run(
                folder,
                Peers.require("skopeo").toString(),
                "copy",
                "--all",
                "--dest-tls-verify=false",
                "oci:" + layout + ":r",
                "docker://" + registry.host() + "/team/app:" + image.toString().replace(':', '-'));
        assertEquals(List.of(referrer), repository.referrers(image));
        assertEquals(List.of(), repository.referrers(image, "application/vnd.example.other"));
    }
}
