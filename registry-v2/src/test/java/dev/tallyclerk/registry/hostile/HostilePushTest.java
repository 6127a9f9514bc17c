package dev.tallyclerk.registry.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.client.RepositoryWriter;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.client.UploadPolicy;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.PrivateAuthority;
import dev.tallyclerk.testing.Sink;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hostile registry can do to a client that pushes. */
class HostilePushTest {
    private static final String SECRET = "geheim";
    private static final String UPLOADS = "/v2/team/app/blobs/uploads/";

    private final ServedImage image = ServedImage.of(29_000);
    private final Descriptor layer = image.layer(0);

    @TempDir
    Path folder = Path.of("");

    /** {@return a push by the client that is tested} */
    Pull pull() {
        return Pull.into(folder);
    }

    /** {@return the same, over https to servers of an authority} */
    Pull pullOverTls(PrivateAuthority authority) {
        return Pull.overTls(folder, authority);
    }

    /** {@return the same, for which every name leads here} */
    Pull pullByAnyName() {
        return pull();
    }

    private Pull asUser() {
        return asUser(pull());
    }

    private static Pull asUser(Pull pull) {
        return pull.with(client -> client.withCredentialsForEveryRegistry(Credentials.of("user", SECRET)));
    }

    private Reason refusal(Pull pull, String reference) {
        RepositoryWriter writer = pull.repository(reference).writer();
        RequestBody content = RequestBody.of(image.content(layer));
        return assertThrows(RegistryException.class, () -> writer.pushBlob(layer, content))
                .reason();
    }

    /** A registry that wants Basic credentials, has nothing, and lets uploads go on where a test says. */
    private static HostileServer.Handler uploadsAt(String location) {
        return exchange -> {
            if (exchange.request().header("Authorization").isEmpty()) {
                exchange.answer(401, "WWW-Authenticate: Basic realm=\"r\"");
            } else if (exchange.request().method().equals("POST")) {
                exchange.answer(202, "Location: " + location);
            } else {
                exchange.answer(404);
            }
        };
    }

    private static void take(Exchange exchange) throws IOException {
        exchange.answer(exchange.request().method().equals("PATCH") ? 202 : 201);
    }

    /** {@return the request that ends an upload at a place, which has no query or one already} */
    private String end(String place) {
        return "PUT " + place + (place.contains("?") ? "&" : "?") + "digest=sha256%3A"
                + layer.digest().encoded();
    }

    /** Case "location"; CVE-2026-50151 of oras-go, and what skopeo and jib do today. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void anUploadThatGoesOnAtAnotherOriginTakesNoCredentialsThere(Form form) throws IOException {
        try (Sink sink = Sink.start(HostilePushTest::take, SECRET);
                HostileServer server = HostileServer.start(
                        uploadsAt(sink.uri("/upload?state=x").toString()))) {
            Pull pull = asUser().with(client ->
                    client.withUploads(UploadPolicy.defaults().withForm(form).withChunkBytes(10_000)));
            RepositoryWriter writer = pull.client()
                    .repository(Reference.parse(server.host() + "/team/app"))
                    .writer();
            assertEquals(BlobOutcome.SENT, writer.pushBlob(layer, RequestBody.of(image.content(layer))));
            String chunk = "PATCH /upload?state=x";
            String end = end("/upload?state=x");
            assertEquals(form == Form.CHUNKED ? List.of(chunk, chunk, end) : List.of(end), sink.log());
            sink.assertSawNoCredentials();
        }
    }

    /** The same; the server there asks for credentials. */
    @Test
    void whoeverAnUploadGoesOnAtGetsNoCredentialsByAskingForThem() throws IOException {
        try (Sink sink = Sink.start(SECRET);
                HostileServer server =
                        HostileServer.start(uploadsAt(sink.uri("/upload").toString()))) {
            assertEquals(Reason.UNAUTHORIZED, refusal(asUser(), server.host() + "/team/app"));
            assertEquals(List.of(end("/upload"), "DELETE /upload"), sink.log(), "no token was asked for");
            sink.assertSawNoCredentials();
        }
    }

    @Test
    void anUploadAtARegistryOfHttpsDoesNotGoOnOverHttp() throws IOException, InterruptedException {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        try (Sink sink = Sink.start(SECRET);
                HostileServer server = HostileServer.startTls(
                        authority.serverContext(), uploadsAt(sink.uri("/upload").toString()))) {
            Pull pull = asUser(pullOverTls(authority));
            assertEquals(Reason.UNSAFE_LOCATION, refusal(pull, server.host() + "/team/app"));
            sink.assertSawNothing();
        }
    }

    @Test
    void anUploadAtAPublicRegistryDoesNotGoOnInThePrivateNetwork() throws IOException {
        try (Sink sink = Sink.start(SECRET)) {
            int port = sink.uri("/").getPort();
            for (String host : List.of("127.0.0.1", "ten.example.com", "169.254.169.254", "rebinding.example.com")) {
                try (HostileServer server = HostileServer.start(uploadsAt("http://" + host + ":" + port + "/upload"))) {
                    Pull pull = asUser(pullByAnyName())
                            .with(client -> client.withHttp(http ->
                                    http.withNameResolver(name -> List.of(InetAddress.getAllByName(
                                            switch (name) {
                                                case "ten.example.com" -> "10.1.2.3";
                                                case "127.0.0.1", "169.254.169.254" -> name;
                                                default -> "93.184.215.14";
                                            })))));
                    String name = "registry.example.org:" + server.port() + "/team/app";
                    assertEquals(Reason.UNSAFE_LOCATION, refusal(pull, name), host);
                }
            }
            assertEquals(List.of(), sink.log());
        }
    }

    @Test
    void aLocationThatIsNoAddressIsOneError() throws IOException {
        for (String location :
                List.of("http://[", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://u:p@127.0.0.1/x")) {
            try (HostileServer server = HostileServer.start(uploadsAt(location))) {
                Reason reason = refusal(asUser(), server.host() + "/team/app");
                assertTrue(List.of(Reason.PROTOCOL, Reason.UNSAFE_LOCATION).contains(reason), location + reason);
                assertTrue(
                        server.requests().stream()
                                .allMatch(request -> request.path().equals(UPLOADS)
                                        || request.path().equals(ServedImage.path(layer))),
                        server.log().toString());
            }
        }
    }

    @Test
    void aRegistryThatTakesEverythingWithoutReadingItIsNotBelieved() throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().method().equals("HEAD")) {
                exchange.answer(404);
            } else if (exchange.request().method().equals("POST")) {
                exchange.answer(202, "Location: " + UPLOADS + "1");
            } else {
                exchange.answer(
                        201,
                        "Docker-Content-Digest: " + ServedImage.other(29_000).digest());
            }
        })) {
            assertEquals(Reason.PROTOCOL, refusal(asUser(), server.host() + "/team/app"), "it has something else");
        }
    }

    @ParameterizedTest
    @CsvSource({"500, SERVER_ERROR", "416, REJECTED", "404, NOT_FOUND"})
    void anUploadThatNeverGetsOnIsGivenUp(int status, Reason expected) throws IOException {
        try (HostileServer server = HostileServer.start(exchange -> {
            switch (exchange.request().method()) {
                case "HEAD" -> exchange.answer(404);
                case "POST" -> exchange.answer(202, "Location: " + UPLOADS + "1");
                case "GET" -> exchange.answer(204, "Location: " + UPLOADS + "1", "Range: 0-99");
                default -> exchange.answer(status);
            }
        })) {
            assertEquals(expected, refusal(asUser(), server.host() + "/team/app"));
            assertTrue(server.log().size() < 60, server.log().size() + " requests");
        }
    }
}
