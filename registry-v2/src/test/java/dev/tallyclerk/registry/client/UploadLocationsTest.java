package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.FakeNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where an upload goes that begins, or goes on, where an answer says. */
class UploadLocationsTest {
    private static final String STORAGE = "https://storage.example.com";
    private static final String BASIC = "Basic dTpw";
    private static final String CHALLENGE = "Basic realm=\"r\"";

    private final byte[] content = new byte[10];
    private final Descriptor blob = Descriptor.ofContent("application/octet-stream", content);
    private final List<String> asked = new ArrayList<>();
    private final TestSession test = new TestSession()
            .withCredentials(Credentials.of("u", "p"))
            .with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())));

    UploadLocationsTest() {
        test.network.name("storage.example.com", "93.184.215.20");
    }

    /** Remembers what was asked and with what, and takes what is sent. */
    private void note(Request request) throws IOException {
        try (InputStream body = request.body().open()) {
            body.readAllBytes();
        }
        String authorization = String.join("", request.headers().getOrDefault("Authorization", List.of()));
        asked.add(request.method() + " " + request.uri() + " " + authorization);
    }

    private void serve(String origin, FakeNetwork.Server server) {
        test.network.serve(origin, request -> {
            note(request);
            return server.answer(request);
        });
    }

    private static boolean isAuthorized(Request request) {
        return request.headers().containsKey("Authorization");
    }

    private static Response begun(String location) {
        return answer(202, "", "Location", location);
    }

    private void push() throws IOException {
        new RepositoryWriter(test.session(), "a/b").pushBlob(blob, RequestBody.of(content));
    }

    private void pushInChunks() throws IOException {
        test.with(s ->
                s.withUploads(UploadPolicy.defaults().withForm(Form.CHUNKED).withChunkBytes(4)));
        push();
    }

    private List<String> askedAt(String start) {
        return asked.stream().filter(line -> line.contains(" " + start)).toList();
    }

    @Test
    void usesNoCredentialsWhereAnOutsiderBeganTheUpload() {
        String manifest = TestSession.REGISTRY + "/v2/other/manifests/latest";
        serve(STORAGE, request -> begun(manifest));
        serve(TestSession.REGISTRY, request -> {
            if (!isAuthorized(request)) {
                return answer(401, "", "WWW-Authenticate", CHALLENGE);
            }
            return request.method().equals("POST") ? answer(307, "", "Location", STORAGE + "/begin") : answer(404, "");
        });
        assertEquals(
                Reason.UNAUTHORIZED,
                assertThrows(RegistryException.class, this::push).reason());
        assertEquals(
                List.of(
                        "PUT " + manifest + "?digest="
                                + blob.digest().toString().replace(":", "%3A") + " ",
                        "DELETE " + manifest + " "),
                askedAt(manifest));
        assertEquals(List.of("POST " + STORAGE + "/begin "), askedAt(STORAGE));
    }

    @Test
    void usesNoCredentialsWhereAnOutsiderMovedTheUpload() {
        String manifest = TestSession.REGISTRY + "/v2/other/manifests/latest";
        serve(STORAGE, request -> begun(manifest));
        serve(TestSession.REGISTRY, request -> {
            if (!isAuthorized(request)) {
                return answer(401, "", "WWW-Authenticate", CHALLENGE);
            }
            return request.method().equals("POST") ? begun(STORAGE + "/upload") : answer(404, "");
        });
        assertEquals(
                Reason.UNAUTHORIZED,
                assertThrows(RegistryException.class, this::pushInChunks).reason());
        assertEquals(List.of("PATCH " + manifest + " ", "DELETE " + manifest + " "), askedAt(manifest));
    }

    @Test
    void usesCredentialsWhereTheRegistryMovedTheUpload() throws IOException {
        serve(TestSession.REGISTRY, request -> {
            if (!isAuthorized(request)) {
                return answer(401, "", "WWW-Authenticate", CHALLENGE);
            }
            return switch (request.method()) {
                case "POST" -> begun("/v2/a/b/blobs/uploads/1");
                case "PATCH" -> begun("?part=next");
                case "PUT" -> answer(201, "");
                default -> answer(404, "");
            };
        });
        pushInChunks();
        String upload = TestSession.REGISTRY + "/v2/a/b/blobs/uploads/1";
        String digest = "digest=" + blob.digest().toString().replace(":", "%3A");
        assertEquals(
                List.of(
                        "PATCH " + upload + " " + BASIC,
                        "PATCH " + upload + "?part=next " + BASIC,
                        "PUT " + upload + "?part=next&" + digest + " " + BASIC),
                askedAt(upload));
    }

    @Test
    void usesCredentialsElsewhereOnlyWhereThePolicyTrustsThatOrigin() throws IOException {
        serve(STORAGE, request -> answer(201, ""));
        serve(TestSession.REGISTRY, request -> {
            if (!isAuthorized(request)) {
                return answer(401, "", "WWW-Authenticate", CHALLENGE);
            }
            return request.method().equals("POST") ? begun(STORAGE + "/upload") : answer(404, "");
        });
        push();
        String put =
                "PUT " + STORAGE + "/upload?digest=" + blob.digest().toString().replace(":", "%3A") + " ";
        assertEquals(List.of(put), askedAt(STORAGE));
        asked.clear();
        test.with(s ->
                s.withHttp(http -> http.withOrigins(TrustedOrigins.known().withEveryRegistry(URI.create(STORAGE)))));
        push();
        assertEquals(List.of(put + BASIC), askedAt(STORAGE));
    }

    @Test
    void aPathThatBeginsWithTwoSlashesIsNoHost() throws IOException {
        serve(TestSession.REGISTRY, request -> switch (request.method()) {
            case "POST" -> begun(TestSession.REGISTRY + "//v2/a/b/blobs/uploads/1");
            case "PUT" -> answer(201, "");
            default -> answer(404, "");
        });
        push();
        assertEquals(
                "PUT " + TestSession.REGISTRY + "//v2/a/b/blobs/uploads/1?digest="
                        + blob.digest().toString().replace(":", "%3A") + " ",
                asked.get(asked.size() - 1));
    }

    @Test
    void anUploadThatCameToHttpsDoesNotGoBackToHttp() {
        test.at("http://registry.example.org");
        serve(STORAGE, request -> begun("http://storage.example.com/plain"));
        serve(
                "http://registry.example.org",
                request -> request.method().equals("POST") ? begun(STORAGE + "/upload") : answer(404, ""));
        assertEquals(
                Reason.UNSAFE_LOCATION,
                assertThrows(RegistryException.class, this::pushInChunks).reason());
        assertEquals(List.of(), askedAt("http://storage"));
    }
}
