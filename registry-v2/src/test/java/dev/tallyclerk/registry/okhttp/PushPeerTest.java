package dev.tallyclerk.registry.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.RepositoryWriter;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.client.UploadPolicy;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.FaultyProxy;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** We write to a real docker-registry, and a real skopeo reads what we wrote, byte for byte. */
class PushPeerTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
    private static final String TYPE = "application/octet-stream";

    @TempDir
    Path folder = Path.of("");

    private @Nullable DockerRegistry started;
    private final RegistryClient client = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()));
    private final byte[] content = new byte[1_500_000];
    private Descriptor blob = Descriptor.empty();

    @BeforeEach
    void start() throws IOException {
        started = DockerRegistry.start(folder);
        new Random(1).nextBytes(content);
        blob = Descriptor.ofContent(TYPE, content);
    }

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    private DockerRegistry registry() {
        return Objects.requireNonNull(started);
    }

    private Reference reference(String name) {
        return Reference.parse(registry().host() + "/" + name);
    }

    private RepositoryWriter writer(String path) {
        return client.repository(reference(path)).writer();
    }

    private static Stream<Arguments> transportsAndForms() {
        return Stream.of(OkHttpTransport.of(new OkHttpClient()), JdkTransport.of(HttpClient.newHttpClient()))
                .flatMap(transport -> Arrays.stream(Form.values()).map(form -> Arguments.of(transport, form)));
    }

    private RepositoryWriter writer(Transport transport, Form form) {
        return RegistryClient.of(transport)
                .withUploads(UploadPolicy.defaults().withForm(form).withChunkBytes(400_000))
                .repository(reference("team/app"))
                .writer();
    }

    private String skopeo(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Peers.require("skopeo").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Peers.run(folder, command);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Reason reason(Executable call) {
        return assertThrows(RegistryException.class, call).reason();
    }

    @ParameterizedTest
    @MethodSource("transportsAndForms")
    void takesBlobsInEveryForm(Transport transport, Form form) throws IOException {
        RepositoryWriter writer = writer(transport, form);
        assertEquals(BlobOutcome.SENT, writer.pushBlob(blob, RequestBody.of(content)));
        assertEquals(BlobOutcome.ALREADY_THERE, writer.pushBlob(blob, RequestBody.of(content)));
        assertArrayEquals(
                content, Files.readAllBytes(registry().blob(blob.digest().encoded())));
        Descriptor nothing = Descriptor.ofContent(TYPE, new byte[0]);
        assertEquals(BlobOutcome.SENT, writer.pushBlob(nothing, RequestBody.none()));
    }

    @ParameterizedTest
    @MethodSource("transportsAndForms")
    void isNeverSentTheWholeOfWrongContent(Transport transport, Form form) throws IOException {
        RepositoryWriter writer = writer(transport, form);
        content[7] ^= 1;
        Descriptor wrong = Descriptor.ofContent(TYPE, content);
        var e = assertThrows(VerificationException.class, () -> writer.pushBlob(blob, RequestBody.of(content)));
        assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        for (Descriptor either : List.of(blob, wrong)) {
            assertFalse(Files.exists(registry().blob(either.digest().encoded())));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC, 100",
        "MONOLITHIC, 900",
        "MONOLITHIC, 700000",
        "CHUNKED, 100",
        "CHUNKED, 300000",
        "CHUNKED, 390000"
    })
    void goesOnAfterConnectionsThatBreakOnTheWayToTheRegistry(Form form, long after) throws IOException {
        try (FaultyProxy proxy = FaultyProxy.start(registry().port(), true, after, FaultyProxy.Fault.RESET, 2)) {
            BlobOutcome outcome = RegistryClient.of(OkHttpTransport.of(new OkHttpClient()))
                    .withUploads(UploadPolicy.defaults().withForm(form).withChunkBytes(400_000))
                    .withHttp(http -> http.withRetries(
                            RetryPolicy.defaults().withFirstWait(Duration.ZERO).withLongestWait(Duration.ZERO)))
                    .repository(Reference.parse(proxy.host() + "/team/app"))
                    .writer()
                    .pushBlob(blob, RequestBody.of(content));
            assertEquals(BlobOutcome.SENT, outcome);
            assertEquals(0, proxy.left(), "both broke");
        }
        assertArrayEquals(
                content, Files.readAllBytes(registry().blob(blob.digest().encoded())));
    }

    @Test
    void mountsABlobOfAnotherRepository() throws IOException {
        writer("base").pushBlob(blob, RequestBody.of(content));
        assertEquals(BlobOutcome.MOUNTED, writer("team/app").pushBlob(blob, RequestBody.of(content), "base"));
        assertEquals(BlobOutcome.SENT, writer("other").pushBlob(blob, RequestBody.of(content), "not/there"));
    }

    @Test
    void takesADigestOfAnotherAlgorithm() throws IOException {
        Descriptor sha512 = Descriptor.of(TYPE, Digest.of(DigestAlgorithm.SHA512, content), content.length);
        assertEquals(BlobOutcome.SENT, writer("team/app").pushBlob(sha512, RequestBody.of(content)));
        assertEquals(BlobOutcome.ALREADY_THERE, writer("team/app").pushBlob(sha512, RequestBody.of(content)));
    }

    private Descriptor pushImage(String path) throws IOException {
        Path layout = TestImages.writeLayout(Files.createTempDirectory(folder, "layout"));
        try (OciLayout images = OciLayout.open(layout);
                ImageSource image = images.requireImage("1.0")) {
            return ImageCopier.create()
                    .copy(image, client.destination(reference(path)))
                    .root();
        }
    }

    @Test
    void deletesManifestsAndBlobsAndNoTags() throws IOException {
        Descriptor image = pushImage("team/app:1");
        RepositoryWriter writer = writer("team/app");
        writer.pushBlob(blob, RequestBody.of(content));
        writer.deleteBlob(blob.digest());
        assertEquals(Reason.NOT_FOUND, reason(() -> writer.deleteBlob(blob.digest())));
        assertEquals(Reason.UNSUPPORTED, reason(() -> writer.deleteTag("1")));
        writer.deleteManifest(image.digest());
        assertEquals(Reason.NOT_FOUND, reason(() -> writer.deleteManifest(image.digest())));
        var e = assertThrows(
                ImageException.class,
                () -> client.image(reference("team/app:1")).resolve());
        assertEquals(ImageException.Reason.NOT_FOUND, e.reason());
    }

    @Test
    void refusesAManifestWhoseBlobsAreNotThere() throws IOException {
        Manifest manifest = ImageManifest.builder(blob).layer(blob).build();
        assertEquals(Reason.REJECTED, reason(() -> writer("team/app").pushManifest(manifest, "1")));
    }

    @Test
    void listsReferrersUnderTheTagOfTheirSubject() throws IOException {
        Descriptor subject = pushImage("team/app:1");
        RepositoryWriter writer = writer("team/app");
        writer.pushBlob(Descriptor.empty(), RequestBody.of(utf8("{}")));
        writer.pushBlob(blob, RequestBody.of(content));
        for (String type : List.of("application/vnd.example.a", "application/vnd.example.b")) {
            Manifest artifact = ImageManifest.builder(Descriptor.empty())
                    .artifactType(type)
                    .layer(blob)
                    .annotation("type", type)
                    .subject(Descriptor.of(subject.mediaType(), subject.digest(), subject.size()))
                    .build();
            Descriptor pushed = writer.pushManifest(artifact);
            writer.pushManifest(artifact, "signature");
            List<Descriptor> entries = referrers(subject);
            assertEquals(pushed.digest(), entries.get(entries.size() - 1).digest());
            assertEquals(type, entries.get(entries.size() - 1).artifactType().orElseThrow());
        }
        List<Descriptor> entries = referrers(subject);
        assertEquals(2, entries.size());
        writer.deleteManifest(entries.get(0).digest());
        assertEquals(entries.subList(1, 2), referrers(subject));
    }

    /** The registry says of what it was not asked for by its type that it is not there. */
    @Test
    void doesNotReplaceAnImageUnderTheTagOfReferrers() throws IOException {
        Descriptor subject = pushImage("team/app:1");
        String tag = subject.digest().toString().replace(':', '-');
        RepositoryWriter writer = writer("team/app");
        writer.pushBlob(Descriptor.empty(), RequestBody.of(utf8("{}")));
        writer.pushBlob(blob, RequestBody.of(content));
        Descriptor theirs = writer.pushManifest(
                ImageManifest.builder(Descriptor.empty())
                        .artifactType("application/vnd.example.theirs")
                        .layer(blob)
                        .build(),
                tag);
        Manifest artifact = ImageManifest.builder(Descriptor.empty())
                .artifactType("application/vnd.example.a")
                .layer(blob)
                .subject(Descriptor.of(subject.mediaType(), subject.digest(), subject.size()))
                .build();
        assertEquals(Reason.PROTOCOL, reason(() -> writer.pushManifest(artifact)));
        assertEquals(
                theirs.digest(),
                client.image(reference("team/app:" + tag)).resolve().digest());
    }

    private List<Descriptor> referrers(Descriptor subject) throws IOException {
        String tag = subject.digest().toString().replace(':', '-');
        try (ImageSource index = client.image(reference("team/app:" + tag))) {
            Manifest manifest =
                    index.manifest(index.resolve(), DocumentLimits.defaults()).orElseThrow();
            assertEquals(MediaType.OCI_INDEX, manifest.mediaType());
            return ((ImageIndex) manifest).manifests();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox-gzip", "ed-gzip", "ed-plain", "ed-zstd", "ed-mixed", "multiarch"})
    void skopeoPullsWhatWePushedByteForByte(String name) throws IOException, InterruptedException {
        Digest digest;
        Path source = SharedData.require("registry/fixtures/layouts/" + name);
        try (OciLayout layout = OciLayout.open(source)) {
            digest = layout.index().manifests().get(0).digest();
            CopyResult result =
                    ImageCopier.create().copy(layout.image(digest), client.destination(reference("team/app:1")));
            assertEquals(digest, result.root().digest());
        }
        Path back = folder.resolve("back");
        skopeo(
                "copy",
                "--quiet",
                "--all",
                "--preserve-digests",
                "--src-tls-verify=false",
                "docker://" + registry().host() + "/team/app:1",
                "oci:" + back + ":1");
        try (OciLayout layout = OciLayout.open(back)) {
            assertEquals(digest, layout.index().manifests().get(0).digest());
        }
        assertHasAllOf(source, back);
    }

    /** Asserts that a layout has every blob of another one, in which none is that its image does not need. */
    private static void assertHasAllOf(Path source, Path back) throws IOException {
        try (OciLayout original = OciLayout.open(source)) {
            for (Digest blob : original.blobs()) {
                assertArrayEquals(
                        Files.readAllBytes(source.resolve("blobs/sha256/" + blob.encoded())),
                        Files.readAllBytes(back.resolve("blobs/sha256/" + blob.encoded())),
                        blob.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"busybox-gzip", "ed-gzip", "ed-plain", "ed-zstd", "ed-mixed", "multiarch"})
    void copiesWhatSkopeoPushedBetweenRepositoriesAndIntoALayout(String name) throws IOException, InterruptedException {
        Path source = SharedData.require("registry/fixtures/layouts/" + name);
        skopeo(
                "copy",
                "--quiet",
                "--all",
                "--preserve-digests",
                "--dest-tls-verify=false",
                "oci:" + source,
                "docker://" + registry().host() + "/team/app:1");
        Path back = folder.resolve("back");
        try (ImageSource image = client.image(reference("team/app:1"))) {
            CopyResult mounted = ImageCopier.create().copy(image, client.destination(reference("other/app:2")));
            assertEquals(0, mounted.copied().size());
            ImageCopier.create()
                    .copy(
                            image,
                            OciLayoutWriter.create(back, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("1"));
        }
        try (OciLayout layout = OciLayout.open(back);
                OciLayout original = OciLayout.open(source);
                ImageSource copied = client.image(reference("other/app:2"))) {
            Digest digest = original.index().manifests().get(0).digest();
            assertEquals(digest, layout.index().manifests().get(0).digest());
            assertEquals(digest, copied.resolve().digest());
            for (ImageSource image : List.of(layout.requireImage("1"), copied)) {
                assertEquals(
                        Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
            }
            Path mounted = folder.resolve("mounted");
            ImageCopier.create()
                    .copy(
                            copied,
                            OciLayoutWriter.create(mounted, Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination("2"));
            assertHasAllOf(source, mounted);
        }
        assertHasAllOf(source, back);
    }
}
