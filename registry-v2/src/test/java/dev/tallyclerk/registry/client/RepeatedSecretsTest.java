package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.internal.auth.Authorization;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.FakeNetwork;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that says in its answers what it was shown, wherever an answer has a place for it. */
class RepeatedSecretsTest {
    private static final String PASSWORD = "p-secret";
    private static final String SHOWN = "dTpwLXNlY3JldA==";
    private static final List<String> SECRETS = List.of(PASSWORD, SHOWN, SHOWN.replace("=", "%3D"), SHOWN.substring(3));

    /** A name in an object that has it twice. */
    private static final String TWICE = "\"" + PASSWORD + "\":1,\"" + PASSWORD + "\":2";

    private static final Digest SUBJECT = Digest.sha256Of(new byte[1]);
    private static final String EMPTY_INDEX = index("");
    private static final String INDEX_WITH_MEMBERS = EMPTY_INDEX.replaceFirst("}$", "," + TWICE + "}");

    private final TestSession test = new TestSession()
            .withCredentials(Credentials.of("u", PASSWORD))
            .with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())));

    private Repository repository() {
        return new Repository(test.session(), "a/b");
    }

    private void answering(FakeNetwork.Server authorized) {
        test.serving(request -> request.headers().containsKey("Authorization")
                ? authorized.answer(request)
                : answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
    }

    private static void assertHidden(Executable call) {
        Throwable thrown = assertThrows(IOException.class, call);
        List<String> texts = new ArrayList<>();
        for (Throwable said = thrown; said != null; said = said.getCause()) {
            texts.add(said.toString());
            Arrays.stream(said.getSuppressed()).map(Throwable::toString).forEach(texts::add);
        }
        assertHasNone(texts.toString());
    }

    private static void assertHasNone(String text) {
        for (String secret : SECRETS) {
            assertFalse(text.contains(secret), text);
        }
    }

    /** Asserts that the listener hears of it, and not of what was shown. */
    private void assertTold(Executable call) {
        test.heard.clear();
        assertDoesNotThrow(call);
        assertFalse(test.heard.isEmpty());
        assertHasNone(test.heard.toString());
    }

    private static String index(String entries) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + entries + "]}";
    }

    private static Response typed(String document, String type) {
        return answer(200, document, "Content-Type", type);
    }

    /** A registry that has no lists of referrers, and this under the tag where one would be. */
    private void answeringUnderTheReferrersTag(String document, String type) {
        answering(request ->
                request.uri().getPath().contains("/manifests/sha256-") ? typed(document, type) : answer(404, ""));
    }

    /** A registry with one referrer of a type that it does not say. */
    private void answeringAsReferrer(String document, String type) {
        Digest referrer = Digest.sha256Of(document.getBytes(StandardCharsets.UTF_8));
        String entry = "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + referrer + "\",\"size\":"
                + document.length() + "}";
        answering(request -> request.uri().getPath().endsWith("/manifests/" + referrer)
                ? typed(document, type)
                : typed(index(entry), MediaType.OCI_INDEX));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/" + SHOWN, "https://x/" + SHOWN + " ", "//" + SHOWN, "https://u:" + SHOWN + "@x/"})
    void inAddressesOfRedirectsAndUploadsAndPages(String address) {
        answering(request -> answer(307, "", "Location", address));
        assertHidden(() -> test.execute(test.pull()));
        answering(request -> answer(request.method().equals("POST") ? 202 : 404, "", "Location", address));
        assertHidden(() -> new RepositoryWriter(test.session(), "a/b")
                .pushBlob(Descriptor.ofContent("a/b", new byte[1]), RequestBody.of(new byte[1])));
        answering(request -> answer(200, "{\"tags\":[]}", "Link", "<" + address + ">; rel=next"));
        assertHidden(() -> repository().tags());
    }

    @Test
    void inLinksAndChallengesThatCannotBeRead() {
        answering(request -> answer(200, "{\"tags\":[]}", "Link", SHOWN));
        assertHidden(() -> repository().tags());
        answering(request -> answer(401, "", "WWW-Authenticate", "Bearer realm=\"" + SHOWN + "\", \"" + SHOWN));
        assertHidden(() -> test.execute(test.pull()));
        answering(request -> answer(401, "", "WWW-Authenticate", "Bearer realm=\"ftp://x/" + SHOWN + "\""));
        assertHidden(() -> test.execute(test.pull()));
    }

    @Test
    void inDigestsThatAreNone() {
        answering(request -> answer(200, "{}", "Docker-Content-Digest", SHOWN));
        assertTold(() -> repository().manifestClaim("latest"));
    }

    /** A digest of an algorithm that is not known may be any text. */
    @Test
    void inDigestsOfAnotherAlgorithm() {
        answering(request -> {
            request.body().open().readAllBytes();
            return switch (request.method()) {
                case "POST" -> answer(202, "", "Location", "/v2/a/b/blobs/uploads/1");
                case "PUT" -> answer(201, "", "Docker-Content-Digest", "b:" + SHOWN);
                default -> answer(404, "");
            };
        });
        assertHidden(() -> new RepositoryWriter(test.session(), "a/b")
                .pushBlob(Descriptor.ofContent("a/b", new byte[1]), RequestBody.of(new byte[1])));
    }

    @Test
    void inNamesThatAListHas() {
        answering(request -> answer(200, "{\"tags\":[\"" + SHOWN + "\"]}"));
        assertTold(() -> assertEquals(List.of(), repository().tags()));
    }

    @Test
    void inMembersOfLists() {
        answering(request -> answer(200, "{\"tags\":[]," + TWICE + "}"));
        assertHidden(() -> repository().tags());
    }

    @Test
    void inMembersOfListsOfReferrers() {
        answering(request -> typed(INDEX_WITH_MEMBERS, MediaType.OCI_INDEX));
        assertHidden(() -> repository().referrers(SUBJECT));
    }

    @Test
    void inMembersOfWhatStandsUnderTheReferrersTag() {
        answeringUnderTheReferrersTag(INDEX_WITH_MEMBERS, MediaType.OCI_INDEX);
        assertTold(() -> assertEquals(List.of(), repository().referrers(SUBJECT)));
    }

    @Test
    void inAnIndexOfReferrersThatIsToBeChanged() {
        String referrer = EMPTY_INDEX.replaceFirst(
                "}$",
                ",\"subject\":{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + SUBJECT
                        + "\",\"size\":1}}");
        Digest digest = Digest.sha256Of(referrer.getBytes(StandardCharsets.UTF_8));
        answering(request -> {
            String path = request.uri().getPath();
            if (path.endsWith("/manifests/" + digest)) {
                return request.method().equals("DELETE") ? answer(202, "") : typed(referrer, MediaType.OCI_INDEX);
            }
            return path.contains("/manifests/sha256-")
                    ? typed("{" + TWICE + "}", MediaType.OCI_INDEX)
                    : answer(404, "");
        });
        assertHidden(() -> new RepositoryWriter(test.session(), "a/b").deleteManifest(digest));
    }

    @Test
    void inTypesOfDocuments() {
        for (String document : List.of("{\"schemaVersion\":2}", EMPTY_INDEX)) {
            answering(request -> typed(document, PASSWORD + "; charset=utf-8"));
            assertHidden(() -> repository().manifest("1"));
        }
        String next = "</v2/a/b/referrers/" + SUBJECT + "?page=2>; rel=next";
        answering(request -> "page=2".equals(request.uri().getQuery())
                ? typed(EMPTY_INDEX, SHOWN)
                : answer(200, EMPTY_INDEX, "Content-Type", MediaType.OCI_INDEX, "Link", next));
        assertHidden(() -> repository().referrers(SUBJECT));
        answeringUnderTheReferrersTag(EMPTY_INDEX, PASSWORD);
        assertTold(() -> assertEquals(List.of(), repository().referrers(SUBJECT)));
    }

    @Test
    void inReferrersThatAreLookedAt() {
        answeringAsReferrer("{\"schemaVersion\":2}", PASSWORD);
        assertTold(() -> assertEquals(List.of(), repository().referrers(SUBJECT, "a/b")));
        answeringAsReferrer("{\"schemaVersion\":2,\"mediaType\":\"a/" + PASSWORD + "\"}", "application/json");
        assertTold(() -> assertEquals(List.of(), repository().referrers(SUBJECT, "a/b")));
    }

    /** A password that is a part of the types of manifests is in none of them. */
    @Test
    void aTypeThatIsKnownIsNoSecret() throws IOException {
        test.withCredentials(Credentials.of("u", "vnd.oci"));
        answering(request -> typed(EMPTY_INDEX, MediaType.OCI_INDEX));
        assertEquals(
                MediaType.OCI_INDEX, repository().manifest("1").orElseThrow().mediaType());
    }

    @Test
    void inRangesOfUploads() {
        test.with(s ->
                s.withUploads(UploadPolicy.defaults().withForm(Form.CHUNKED).withChunkBytes(4)));
        answering(request -> {
            request.body().open().readAllBytes();
            return switch (request.method()) {
                case "POST" -> answer(202, "", "Location", "/v2/a/b/blobs/uploads/1");
                case "PATCH" -> answer(202, "", "Range", "bytes of " + SHOWN);
                case "GET" -> answer(204, "", "Range", "0-1");
                default -> answer(404, "");
            };
        });
        assertHidden(() -> new RepositoryWriter(test.session(), "a/b")
                .pushBlob(Descriptor.ofContent("a/b", new byte[10]), RequestBody.of(new byte[10])));
    }

    @Test
    void inPagesThatGoRound() {
        answering(request -> answer(200, "{\"tags\":[]}", "Link", "</v2/a/" + PASSWORD + ">; rel=next"));
        assertHidden(() -> repository().tags());
    }

    /** Tokens are longer than what messages quote. */
    @Test
    void inWhatAMessageHasRoomForTheBeginningOf() throws IOException {
        String token = "0123456789abcdef".repeat(20);
        test.withCredentials(Credentials.registryToken(token));
        test.serving(request -> request.headers().containsKey("Authorization")
                ? answer(200, "{}", "Docker-Content-Digest", token)
                : answer(401, "", "WWW-Authenticate", "Bearer"));
        repository().manifestClaim("latest");
        assertFalse(test.heard.isEmpty());
        assertFalse(test.heard.toString().contains("0123"), test.heard.toString());
    }

    @Test
    void aMessageThatIsCutElsewhereStays() {
        Secrets secrets = Secrets.none().and("0123456789" + "ab".repeat(200));
        String other = "and 0123456789 and " + "x".repeat(100);
        assertEquals("says " + Quoted.quote(other), secrets.hide("says " + Quoted.quote(other)));
        assertEquals("a …, 456789…, …", secrets.hide("a 0123456789ab…, 456789…, 3456789ababab…"));
    }

    @Test
    void inWhatTheTransportCannotRead() {
        answering(request -> {
            throw new ProtocolException("Unexpected status line: " + SHOWN);
        });
        assertHidden(() -> test.execute(test.pull()));
        answering(request -> answer(200, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("expected chunk size but was " + SHOWN, new IOException(PASSWORD));
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        }));
        assertHidden(() -> test.text());
        answering(request -> {
            throw new ProtocolException("expected chunk size but was \"" + SHOWN.substring(3) + '"');
        });
        assertHidden(() -> test.execute(test.pull()));
    }

    @Test
    void whatIsNotTheSecretStays() {
        answering(request -> answer(307, "", "Location", "ftp://elsewhere/x"));
        String message = String.valueOf(assertThrows(RegistryException.class, () -> test.execute(test.pull()))
                .getMessage());
        assertTrue(message.contains("ftp://elsewhere/x"), message);
    }

    @Test
    void aRefreshTokenThatReplacedAnotherIsNoneOfTheMessagesEither() throws IOException {
        String newer = "newer+tok/en==x";
        test.withCredentials(Credentials.identityToken("older"));
        boolean[] first = {true};
        test.serving(request -> {
            if (request.uri().getPath().equals("/token")) {
                if (first[0]) {
                    first[0] = false;
                    return answer(200, "{\"access_token\":\"t\",\"expires_in\":1,\"refresh_token\":\"" + newer + "\"}");
                }
                try (InputStream body = request.body().open()) {
                    // The end only, for what is long is cut in messages.
                    String form = new String(body.readAllBytes(), StandardCharsets.US_ASCII);
                    return answer(500, form.substring(form.lastIndexOf('&') + 1));
                }
            }
            return answer(
                    401,
                    "",
                    "WWW-Authenticate",
                    "Bearer realm=\"https://registry.example.org/token\",service=\"s\",scope=\"repository:a/b:pull\"");
        });
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            messages.add(String.valueOf(assertThrows(RegistryException.class, () -> test.execute(test.pull()))
                    .getMessage()));
            test.waits.pass(Duration.ofMinutes(10));
        }
        assertTrue(messages.toString().contains("refresh_token=…"), messages.toString());
        assertFalse(messages.toString().contains("newer"), messages.toString());
    }

    @Test
    void aSecretOfTwoCharactersGarblesNoMessage() {
        Secrets secrets = Authorization.secrets("Basic dTplcg==", Credentials.of("u", "er"));
        assertEquals("error of …", secrets.hide("error of dTplcg=="));
        assertEquals(
                "… words",
                Authorization.secrets(null, Credentials.of("u", "err")).hide("err words"));
    }
}
