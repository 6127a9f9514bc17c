package dev.tallyclerk.registry.hostile;

import static dev.tallyclerk.registry.hostile.Pull.pinned;
import static dev.tallyclerk.registry.hostile.Pull.tagged;
import static dev.tallyclerk.registry.hostile.ServedImage.path;
import static dev.tallyclerk.registry.hostile.ServedImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.Credentials;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.Sink;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a hostile registry can do to a client that pulls. Each test is a case in which one of skopeo, crane, oras, jib
 * and oras-java was seen to fail.
 */
class HostilePullTest {
    private static final long MANY = 512L << 20;
    private static final byte[] CHUNK = new byte[64 * 1024];

    private final ServedImage image = ServedImage.of(29_000, 100, 2_000);

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

    private static boolean anyBlobAsked(HostileServer server) {
        return server.log().stream().anyMatch(line -> line.contains("/blobs/"));
    }

    @Test
    void anHonestRegistryIsPulledFrom() throws IOException {
        try (HostileServer server = HostileServer.start(image)) {
            Pull pull = pull();
            assertEquals(image.digest(), pull.run(tagged(server)).root().digest());
            pull.assertPublished(image);
        }
    }

    @Test
    void anotherManifestForADigestIsRefusedWhateverTheHeaderSays() throws IOException {
        ServedImage other = ServedImage.other(29_000, 100, 2_000);
        String path = "/v2/team/app/manifests/" + image.digest();
        for (String header : List.of("Docker-Content-Digest: " + image.digest(), "X: y")) {
            try (HostileServer server = serve(
                    path,
                    exchange -> exchange.answer(
                            200, other.manifest(), "Content-Type: " + MediaType.OCI_MANIFEST, header))) {
                Pull pull = pull();
                assertEquals(
                        VerificationException.Reason.DIGEST_MISMATCH,
                        pull.verificationFailure(pinned(server, image.digest())));
                assertFalse(anyBlobAsked(server), server.log().toString());
            }
        }
    }

    @Test
    void anUnsignedManifestOfSchema1ForADigestIsRefused() throws IOException {
        String schema1 =
                "{\"schemaVersion\":1,\"name\":\"team/app\",\"tag\":\"1\",\"architecture\":\"amd64\",\"fsLayers\":[],"
                        + "\"history\":[]}";
        for (String type : List.of(MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED)) {
            try (HostileServer server = serveManifest(schema1, type)) {
                assertEquals(
                        VerificationException.Reason.DIGEST_MISMATCH,
                        pull().verificationFailure(pinned(server, image.digest())));
                assertFalse(anyBlobAsked(server), server.log().toString());
            }
        }
    }

    private byte[] spoiled() {
        byte[] content = image.content(image.layer(0));
        content[content.length / 2] ^= 1;
        return content;
    }

    @Test
    void otherBytesOfTheRightSizeAreRefused() throws IOException {
        try (HostileServer server = serve(path(image.layer(0)), exchange -> exchange.answer(200, spoiled()))) {
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, pull().verificationFailure(tagged(server)));
        }
    }

    @Test
    void aStreamOfOtherBytesNeverEnds() throws IOException {
        try (HostileServer server = serve(path(image.layer(0)), exchange -> exchange.answer(200, spoiled()));
                ImageSource source = pull().client().image(Reference.parse(tagged(server)))) {
            try (InputStream all = source.blob(image.layer(0)).orElseThrow()) {
                var e = assertThrows(VerificationException.class, all::readAllBytes);
                assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
            }
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
        }
    }

    @Test
    void tenBytesTooManyAreRefused() throws IOException {
        byte[] content = image.content(image.layer(0));
        try (HostileServer server = serve(
                path(image.layer(0)), exchange -> exchange.answer(200, Arrays.copyOf(content, content.length + 10)))) {
            assertEquals(VerificationException.Reason.TOO_LONG, pull().verificationFailure(tagged(server)));
        }
    }

    @Test
    void aLayerThatNeverEndsIsReadToItsPromisedSizeOnly() throws IOException {
        byte[] content = image.content(image.layer(0));
        try (HostileServer server = serve(path(image.layer(0)), exchange -> {
            exchange.head(200, "Content-Type: application/octet-stream");
            exchange.send(content);
            exchange.sendRepeatedly(CHUNK, MANY);
        })) {
            Pull pull = pull();
            assertEquals(VerificationException.Reason.TOO_LONG, pull.verificationFailure(tagged(server)));
            pull.assertReadAtMost(content.length, server);
        }
    }

    @Test
    void aManifestThatNeverEndsIsReadToTheLimitOnly() throws IOException {
        for (String length : List.of("Content-Length: " + MANY, "X: y")) {
            try (HostileServer server = serve("/v2/team/app/manifests/1", exchange -> {
                exchange.head(200, "Content-Type: " + MediaType.OCI_MANIFEST, length);
                exchange.sendRepeatedly(CHUNK, MANY);
            })) {
                Pull pull = pull();
                assertEquals(RegistryException.Reason.LIMIT_EXCEEDED, pull.registryFailure(tagged(server)));
                pull.assertReadAtMost(4 << 20, server);
            }
        }
    }

    @Test
    void aBodyThatIsCutGoesOnWhereItWasCut() throws IOException {
        byte[] content = image.content(image.layer(0));
        AtomicInteger requests = new AtomicInteger();
        try (HostileServer server = serve(path(image.layer(0)), exchange -> {
            if (requests.getAndIncrement() == 0) {
                exchange.head(200, "Content-Length: " + content.length);
                exchange.send(Arrays.copyOf(content, 20_000));
            } else {
                image.handle(exchange);
            }
        })) {
            Pull pull = pull();
            pull.run(tagged(server));
            pull.assertPublished(image);
            List<String> ranges = server.requests().stream()
                    .filter(request -> request.path().equals(path(image.layer(0))))
                    .map(request -> request.header("Range").orElse(""))
                    .toList();
            // The closed form, because there are registries that answer 416 to the open one.
            assertEquals(List.of("", "bytes=20000-28999"), ranges);
        }
    }

    @Test
    void aMemberTwiceIsRefused() throws IOException {
        String twice = image.manifestText().replaceFirst("\\}$", ",\"layers\":[]}");
        try (HostileServer server = serveManifest(twice)) {
            assertEquals(MalformedDocumentException.Reason.DUPLICATE_MEMBER, pull().documentFailure(tagged(server)));
            assertFalse(anyBlobAsked(server), server.log().toString());
        }
    }

    @Test
    void aMemberInTwoCasesIsRefused() throws IOException {
        String twice = image.manifestText().replaceFirst("\\}$", ",\"Layers\":[]}");
        try (HostileServer server = serveManifest(twice)) {
            assertEquals(MalformedDocumentException.Reason.CASE_VARIANT_MEMBER, pull().documentFailure(tagged(server)));
            assertFalse(anyBlobAsked(server), server.log().toString());
        }
    }

    @Test
    void aManifestThatIsAnIndexTooIsRefused() throws IOException {
        String both = image.manifestText().replaceFirst("\\}$", ",\"manifests\":[]}");
        for (String type : List.of(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX)) {
            try (HostileServer server = serveManifest(both, type)) {
                assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, pull().documentFailure(tagged(server)), type);
                assertFalse(anyBlobAsked(server), server.log().toString());
            }
        }
    }

    @Test
    void aManifestThatIsAnnouncedAsAnIndexIsRefused() throws IOException {
        String silent = image.manifestText().replace("\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",", "");
        for (String document : List.of(image.manifestText(), silent)) {
            try (HostileServer server = serveManifest(document, MediaType.OCI_INDEX)) {
                assertEquals(MalformedDocumentException.Reason.AMBIGUOUS, pull().documentFailure(tagged(server)));
                assertFalse(anyBlobAsked(server), server.log().toString());
            }
        }
    }

    @Test
    void aDigestThatIsAPathIsRefused() throws IOException {
        String path =
                image.manifestText().replace(image.layer(0).digest().toString(), "sha256:../../../../../../etc/passwd");
        try (HostileServer server = serveManifest(path)) {
            assertEquals(MalformedDocumentException.Reason.BAD_VALUE, pull().documentFailure(tagged(server)));
            assertTrue(
                    server.log().stream().noneMatch(line -> line.contains("..")),
                    server.log().toString());
            assertFalse(anyBlobAsked(server), server.log().toString());
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

    /** After no time, so that nobody waits; that the time is kept shows RetriesTest, with waits of its own. */
    @Test
    void aRegistryThatWantsFewerRequestsIsAskedAgain() throws IOException {
        try (HostileServer server = serveAfter(429, "Retry-After: 0")) {
            Pull pull = pull();
            pull.run(tagged(server));
            pull.assertPublished(image);
        }
    }

    @Test
    void aRegistryThatIsOverloadedIsAskedAgain() throws IOException {
        try (HostileServer server = serveAfter(503)) {
            Pull pull = pull();
            pull.run(tagged(server));
            pull.assertPublished(image);
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

    @Test
    void aRedirectToAnotherPortOfTheSameHostTakesNoCredentialsWithIt() throws IOException {
        try (Sink sink = Sink.start(exchange -> exchange.answer(200, image.content(image.layer(0))), "geheim");
                HostileServer server = serveWithBasic(
                        path(image.layer(0)),
                        exchange -> exchange.answer(307, "Location: " + sink.uri("/blob?sig=x")))) {
            Pull pull = pullAsUser();
            pull.run(tagged(server));
            pull.assertPublished(image);
            assertEquals(List.of("GET /blob?sig=x"), sink.log());
            sink.assertSawNoCredentials();
        }
    }

    @Test
    void whoeverARedirectLeadsToGetsNoCredentialsByAskingForThem() throws IOException {
        try (Sink sink = Sink.start("geheim");
                HostileServer server = serveWithBasic(
                        path(image.layer(0)), exchange -> exchange.answer(307, "Location: " + sink.uri("/blob")))) {
            assertEquals(RegistryException.Reason.UNAUTHORIZED, pullAsUser().registryFailure(tagged(server)));
            assertEquals(List.of("GET /blob"), sink.log(), "the path is no registry's");
            sink.assertSawNoCredentials();
        }
    }

    @Test
    void aTokenServiceOnAnotherOriginGetsNoPassword() throws IOException {
        try (Sink sink = Sink.start("geheim");
                HostileServer server = HostileServer.start(exchange -> exchange.answer(
                        401, "WWW-Authenticate: Bearer realm=\"" + sink.uri("/token") + "\",service=\"s\""))) {
            assertEquals(RegistryException.Reason.UNSAFE_LOCATION, pullAsUser().registryFailure(tagged(server)));
            sink.assertSawNothing();
        }
    }
}
