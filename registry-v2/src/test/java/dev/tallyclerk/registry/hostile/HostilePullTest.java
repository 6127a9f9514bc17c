package dev.tallyclerk.registry.hostile;

import static dev.tallyclerk.registry.hostile.Pull.pinned;
import static dev.tallyclerk.registry.hostile.Pull.tagged;
import static dev.tallyclerk.registry.hostile.ServedImage.path;
import static dev.tallyclerk.registry.hostile.ServedImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Sink;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a hostile registry can do to a client that pulls. Each test is a case in which one of skopeo, crane, oras, jib
 * and oras-java was seen to fail.
 *
 * <p>The client has credentials for every server that asks for them. Each case says how it ends, what was asked for,
 * which servers received the credentials, and how much was read: one layer is larger by far than what the buffers above
 * a socket hold, so that to read it twice is too much.
 */
class HostilePullTest {
    private static final long MANY = 512L << 20;
    private static final byte[] CHUNK = new byte[64 * 1024];

    private static final String MANIFEST = "/v2/team/app/manifests/1";
    private static final int LAYER_BYTES = 1 << 20;

    private final ServedImage image = ServedImage.of(LAYER_BYTES, 100, 2_000);

    @TempDir
    Path folder = Path.of("");

    /** {@return a pull by the client that is tested} */
    Pull pull() {
        return Pull.into(folder);
    }

    /** {@return an honest registry, but for one path} */
    private HostileServer serve(String path, HostileServer.Handler instead) throws IOException {
        return HostileServer.start(exchange -> {
            if (exchange.request().path().equals(path)) {
                instead.handle(exchange);
            } else {
                image.handle(exchange);
            }
        });
    }

    private HostileServer serveManifest(String document) throws IOException {
        return serveManifest(document, MediaType.OCI_MANIFEST);
    }

    /** {@return a registry that has another document under the tag, and under its digest} */
    private HostileServer serveManifest(String document, String contentType) throws IOException {
        Digest digest = Digest.sha256Of(utf8(document));
        return HostileServer.start(exchange -> {
            if (exchange.request().path().startsWith("/v2/team/app/manifests/")) {
                exchange.answerText(200, document, "Content-Type: " + contentType, "Docker-Content-Digest: " + digest);
            } else {
                image.handle(exchange);
            }
        });
    }

    private static String get(String path) {
        return "GET " + path;
    }

    /** {@return what is asked for a whole image: the manifest, and its blobs in the order of their digests} */
    private List<String> wholeLog() {
        return Stream.concat(
                        Stream.of(MANIFEST),
                        image.blobs().stream().map(ServedImage::path).sorted())
                .map(HostilePullTest::get)
                .toList();
    }

    /** {@return what is asked for until the large layer, and with it} */
    private List<String> logToTheLayer() {
        List<String> whole = wholeLog();
        return whole.subList(0, whole.indexOf(get(path(image.layer(0)))) + 1);
    }

    /** {@return the log with a request before it that was refused because it was made by nobody} */
    private static List<String> afterAChallenge(List<String> log) {
        return Stream.concat(Stream.of(get(MANIFEST)), log.stream()).toList();
    }

    /** {@return the size of all that there is of the image} */
    private long all() {
        return image.manifest().length
                + image.blobs().stream().mapToLong(Descriptor::size).sum();
    }

    @Test
    void anHonestRegistryIsPulledFrom() throws IOException {
        try (HostileServer server = HostileServer.start(image)) {
            Pull pull = pullAsUser();
            assertEquals(image.digest(), pull.run(tagged(server)).root().digest());
            pull.assertPublished(image);
            pull.assertAskedAnonymously(server, all(), wholeLog());
        }
    }

    /** Case "pinned"; CVE-2025-24882. */
    @Test
    void anotherManifestForADigestIsRefusedWhateverTheHeaderSays() throws IOException {
        ServedImage other = ServedImage.other(LAYER_BYTES, 100, 2_000);
        String path = "/v2/team/app/manifests/" + image.digest();
        for (String header : List.of("Docker-Content-Digest: " + image.digest(), "X: y")) {
            try (HostileServer server = serve(
                    path,
                    exchange -> exchange.answer(
                            200, other.manifest(), "Content-Type: " + MediaType.OCI_MANIFEST, header))) {
                Pull pull = pullAsUser();
                assertEquals(
                        VerificationException.Reason.DIGEST_MISMATCH,
                        pull.verificationFailure(pinned(server, image.digest())));
                pull.assertAskedAnonymously(server, other.manifest().length, List.of(get(path)));
            }
        }
    }

    /** Case "schema1". */
    @Test
    void anUnsignedManifestOfSchema1ForADigestIsRefused() throws IOException {
        String schema1 =
                "{\"schemaVersion\":1,\"name\":\"team/app\",\"tag\":\"1\",\"architecture\":\"amd64\",\"fsLayers\":[],"
                        + "\"history\":[]}";
        for (String type : List.of(MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED)) {
            try (HostileServer server = serveManifest(schema1, type)) {
                Pull pull = pullAsUser();
                assertEquals(
                        VerificationException.Reason.DIGEST_MISMATCH,
                        pull.verificationFailure(pinned(server, image.digest())));
                pull.assertAskedAnonymously(
                        server, schema1.length(), List.of(get("/v2/team/app/manifests/" + image.digest())));
            }
        }
    }

    private byte[] spoiled() {
        byte[] content = image.content(image.layer(0));
        content[content.length / 2] ^= 1;
        return content;
    }

    /** Case "blob", where an image is copied. */
    @Test
    void otherBytesOfTheRightSizeAreRefused() throws IOException {
        try (HostileServer server = serve(path(image.layer(0)), exchange -> exchange.answer(200, spoiled()))) {
            Pull pull = pullAsUser();
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, pull.verificationFailure(tagged(server)));
            pull.assertAskedAnonymously(server, all(), logToTheLayer());
        }
    }

    /** Case "blob", where the caller reads: all at once, and byte by byte. */
    @Test
    void aStreamOfOtherBytesNeverEnds() throws IOException {
        Pull pull = pullAsUser();
        String path = path(image.layer(0));
        try (HostileServer server = serve(path, exchange -> exchange.answer(200, spoiled()));
                ImageSource source = pull.client().image(Reference.parse(tagged(server)))) {
            try (InputStream all = source.blob(image.layer(0)).orElseThrow()) {
                var e = assertThrows(VerificationException.class, all::readAllBytes);
                assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
            }
            pull.assertAskedAnonymously(server, LAYER_BYTES, List.of(get(path)));
            try (InputStream single = source.blob(image.layer(0)).orElseThrow()) {
                AtomicInteger count = new AtomicInteger();
                var e = assertThrows(VerificationException.class, () -> {
                    while (single.read() >= 0) {
                        count.incrementAndGet();
                    }
                });
                assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
                assertTrue(count.get() < image.layer(0).size(), "the last byte is never given");
            }
            pull.assertAskedAnonymously(server, 2 * LAYER_BYTES, List.of(get(path), get(path)));
        }
    }

    /** Case "blobpad". */
    @Test
    void tenBytesTooManyAreRefused() throws IOException {
        byte[] content = image.content(image.layer(0));
        try (HostileServer server = serve(
                path(image.layer(0)), exchange -> exchange.answer(200, Arrays.copyOf(content, content.length + 10)))) {
            Pull pull = pullAsUser();
            assertEquals(VerificationException.Reason.TOO_LONG, pull.verificationFailure(tagged(server)));
            pull.assertAskedAnonymously(server, all(), logToTheLayer());
        }
    }

    /** Case "over". */
    @Test
    void aLayerThatNeverEndsIsReadToItsPromisedSizeOnly() throws IOException {
        byte[] content = image.content(image.layer(0));
        try (HostileServer server = serve(path(image.layer(0)), exchange -> {
            exchange.head(200, "Content-Type: application/octet-stream");
            exchange.send(content);
            exchange.sendRepeatedly(CHUNK, MANY);
        })) {
            Pull pull = pullAsUser();
            assertEquals(VerificationException.Reason.TOO_LONG, pull.verificationFailure(tagged(server)));
            pull.assertAskedAnonymously(server, all(), logToTheLayer());
        }
    }

    /** Case "bigmanifest"; CVE-2023-25153, CVE-2020-1702 and similar. */
    @Test
    void aManifestThatNeverEndsIsReadToTheLimitOnly() throws IOException {
        for (String length : List.of("Content-Length: " + MANY, "X: y")) {
            try (HostileServer server = serve(MANIFEST, exchange -> {
                exchange.head(200, "Content-Type: " + MediaType.OCI_MANIFEST, length);
                exchange.sendRepeatedly(CHUNK, MANY);
            })) {
                Pull pull = pullAsUser();
                assertEquals(HttpException.Reason.LIMIT_EXCEEDED, pull.registryFailure(tagged(server)));
                pull.assertAskedAnonymously(server, 4 << 20, List.of(get(MANIFEST)));
            }
        }
    }

    /** Case "trunc". */
    @Test
    void aBodyThatIsCutGoesOnWhereItWasCut() throws IOException {
        byte[] content = image.content(image.layer(0));
        AtomicInteger requests = new AtomicInteger();
        try (HostileServer server = serve(path(image.layer(0)), exchange -> {
            if (requests.getAndIncrement() == 0) {
                exchange.head(200, "Content-Length: " + content.length);
                exchange.send(Arrays.copyOf(content, 700_000));
            } else {
                image.handle(exchange);
            }
        })) {
            Pull pull = pullAsUser();
            pull.run(tagged(server));
            pull.assertPublished(image);
            List<String> log = new ArrayList<>(wholeLog());
            log.add(logToTheLayer().size(), get(path(image.layer(0))));
            pull.assertAskedAnonymously(server, all(), log);
            List<String> ranges = server.requests().stream()
                    .filter(request -> request.path().equals(path(image.layer(0))))
                    .map(request -> request.header("Range").orElse(""))
                    .toList();
            // The closed form, because there are registries that answer 416 to the open one.
            assertEquals(List.of("", "bytes=700000-" + (LAYER_BYTES - 1)), ranges);
        }
    }

    /** Case "dupkeys". */
    @Test
    void aMemberTwiceIsRefused() throws IOException {
        String twice = image.manifestText().replaceFirst("\\}$", ",\"layers\":[]}");
        try (HostileServer server = serveManifest(twice)) {
            Pull pull = pullAsUser();
            assertEquals(MalformedDocumentException.Reason.DUPLICATE_MEMBER, pull.documentFailure(tagged(server)));
            pull.assertAskedAnonymously(server, twice.length(), List.of(get(MANIFEST)));
        }
    }

    /** Case "dupcase"; CVE-2021-41190. */
    @Test
    void aMemberInTwoCasesIsRefused() throws IOException {
        String twice = image.manifestText().replaceFirst("\\}$", ",\"Layers\":[]}");
        try (HostileServer server = serveManifest(twice)) {
            Pull pull = pullAsUser();
            assertEquals(MalformedDocumentException.Reason.CASE_VARIANT_MEMBER, pull.documentFailure(tagged(server)));
            pull.assertAskedAnonymously(server, twice.length(), List.of(get(MANIFEST)));
        }
    }

    /** Case "ambig"; CVE-2021-41190. */
    @Test
    void aManifestThatIsAnIndexTooIsRefused() throws IOException {
        String both = image.manifestText().replaceFirst("\\}$", ",\"manifests\":[]}");
        for (String type : List.of(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX)) {
            try (HostileServer server = serveManifest(both, type)) {
                Pull pull = pullAsUser();
                assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, pull.documentFailure(tagged(server)), type);
                pull.assertAskedAnonymously(server, both.length(), List.of(get(MANIFEST)));
            }
        }
    }

    /** Case "ctype"; CVE-2021-41190. */
    @Test
    void aManifestThatIsAnnouncedAsAnIndexIsRefused() throws IOException {
        String silent = image.manifestText().replace("\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",", "");
        for (String document : List.of(image.manifestText(), silent)) {
            try (HostileServer server = serveManifest(document, MediaType.OCI_INDEX)) {
                Pull pull = pullAsUser();
                assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, pull.documentFailure(tagged(server)));
                pull.assertAskedAnonymously(server, document.length(), List.of(get(MANIFEST)));
            }
        }
    }

    /**
     * Case "digestpath"; CVE-2024-3727. The registry knows who asks, which is what made such a request worth something:
     * it is shown that for the manifest, and is asked for nothing after that.
     */
    @Test
    void aDigestThatIsAPathIsRefused() throws IOException {
        for (Descriptor blob : image.blobs()) {
            String document =
                    image.manifestText().replace(blob.digest().toString(), "sha256:../../../../../etc/passwd");
            try (HostileServer server = serveWithBasic(
                    MANIFEST,
                    exchange -> exchange.answerText(200, document, "Content-Type: " + MediaType.OCI_MANIFEST))) {
                Pull pull = pullAsUser();
                assertEquals(MalformedDocumentException.Reason.BAD_VALUE, pull.documentFailure(tagged(server)));
                pull.assertAsked(server, document.length(), List.of(get(MANIFEST), get(MANIFEST)));
                assertEquals(
                        List.of(false, true),
                        server.requests().stream()
                                .map(request -> request.header("Authorization").isPresent())
                                .toList());
            }
        }
    }

    /** {@return a registry that fails the first request for each path so, and is honest then} */
    private HostileServer serveAfter(int status, String... headers) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        return HostileServer.start(exchange -> {
            if (requests.getAndIncrement() % 2 == 0) {
                exchange.answer(status, headers);
            } else {
                image.handle(exchange);
            }
        });
    }

    private List<String> wholeLogWithEachTwice() {
        return wholeLog().stream().flatMap(line -> Stream.of(line, line)).toList();
    }

    /**
     * Case "retry429". After no time, so that nobody waits; that the time is kept shows RetriesTest, with waits of its
     * own.
     */
    @Test
    void aRegistryThatWantsFewerRequestsIsAskedAgain() throws IOException {
        try (HostileServer server = serveAfter(429, "Retry-After: 0")) {
            Pull pull = pullAsUser();
            pull.run(tagged(server));
            pull.assertPublished(image);
            pull.assertAskedAnonymously(server, all(), wholeLogWithEachTwice());
        }
    }

    /** Case "retry503". */
    @Test
    void aRegistryThatIsOverloadedIsAskedAgain() throws IOException {
        try (HostileServer server = serveAfter(503)) {
            Pull pull = pullAsUser();
            pull.run(tagged(server));
            pull.assertPublished(image);
            pull.assertAskedAnonymously(server, all(), wholeLogWithEachTwice());
        }
    }

    /** {@return a registry that wants Basic credentials, and does something else for one path then} */
    private HostileServer serveWithBasic(String path, HostileServer.Handler then) throws IOException {
        return HostileServer.start(exchange -> {
            if (exchange.request().header("Authorization").isEmpty()) {
                exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
            } else if (exchange.request().path().equals(path)) {
                then.handle(exchange);
            } else {
                image.handle(exchange);
            }
        });
    }

    private Pull pullAsUser() {
        return pull().with(client -> client.withCredentialsForEveryRegistry(Credentials.of("user", "geheim")));
    }

    /** Case "redirect"; GHSA-vh4v-2xq2-g5cg, CVE-2026-49349, CVE-2021-41092. */
    @Test
    void aRedirectToAnotherPortOfTheSameHostTakesNoCredentialsWithIt() throws IOException {
        try (Sink sink = Sink.start(exchange -> exchange.answer(200, image.content(image.layer(0))), "geheim");
                HostileServer server = serveWithBasic(
                        path(image.layer(0)),
                        exchange -> exchange.answer(307, "Location: " + sink.uri("/blob?sig=x")))) {
            Pull pull = pullAsUser();
            pull.run(tagged(server));
            pull.assertPublished(image);
            pull.assertAsked(server, all(), afterAChallenge(wholeLog()));
            assertEquals(List.of("GET /blob?sig=x"), sink.log());
            sink.assertSawNoCredentials();
        }
    }

    /** The same; the target of the redirect asks for credentials. */
    @Test
    void whoeverARedirectLeadsToGetsNoCredentialsByAskingForThem() throws IOException {
        try (Sink sink = Sink.start("geheim");
                HostileServer server = serveWithBasic(
                        path(image.layer(0)), exchange -> exchange.answer(307, "Location: " + sink.uri("/blob")))) {
            Pull pull = pullAsUser();
            assertEquals(HttpException.Reason.UNAUTHORIZED, pull.registryFailure(tagged(server)));
            pull.assertAsked(server, all() - LAYER_BYTES, afterAChallenge(logToTheLayer()));
            assertEquals(List.of("GET /blob"), sink.log(), "the path is no registry's");
            sink.assertSawNoCredentials();
        }
    }

    /** Case "bearer realm"; CVE-2026-48978, CVE-2026-33540. */
    @Test
    void aTokenServiceOnAnotherOriginGetsNoPassword() throws IOException {
        try (Sink sink = Sink.start("geheim");
                HostileServer server = HostileServer.start(exchange -> exchange.answer(
                        401, "WWW-Authenticate: Bearer realm=\"" + sink.uri("/token") + "\",service=\"s\""))) {
            Pull pull = pullAsUser();
            assertEquals(HttpException.Reason.UNSAFE_LOCATION, pull.registryFailure(tagged(server)));
            pull.assertAskedAnonymously(server, 0, List.of(get(MANIFEST)));
            sink.assertSawNoCredentials();
        }
    }
}
