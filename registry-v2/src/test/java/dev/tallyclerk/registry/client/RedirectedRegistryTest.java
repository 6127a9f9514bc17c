package dev.tallyclerk.registry.client;

import static dev.tallyclerk.registry.client.TestSession.REGISTRY;
import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that has a name of its own for what another one has. */
class RedirectedRegistryTest {
    private static final String OTHER = "https://other.example.com";
    private static final String REALM = "https://auth.example.net";
    private static final String BASIC = "Basic dTpzZWNyZXQ=";

    private final TestSession test = new TestSession()
            .withCredentials(Credentials.of("u", "secret"))
            .with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())));
    private final List<Request> tokenRequests = new ArrayList<>();
    private String realm = REALM + "/token";
    private String target = OTHER + "/v2/c/d/blobs/1";

    RedirectedRegistryTest() {
        test.network.name("other.example.com", "93.184.215.20").name("auth.example.net", "93.184.215.21");
        test.network.serve(OTHER, this::other);
        test.network.serve(REALM, this::token);
        test.serving(request -> request.headers().containsKey("Authorization")
                ? answer(307, "", "Location", target)
                : answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
    }

    private Response other(Request request) {
        return shown(request).startsWith("Bearer ")
                ? answer(200, "content")
                : answer(
                        401,
                        "",
                        "WWW-Authenticate",
                        "Bearer realm=\"" + realm + "\",service=\"s\",scope=\"repository:c/d:pull\"");
    }

    private Response token(Request request) {
        tokenRequests.add(request);
        return answer(200, "{\"token\":\"t" + tokenRequests.size() + "\",\"expires_in\":300}");
    }

    private static String shown(Request request) {
        return String.join("|", request.headers().getOrDefault("Authorization", List.of()));
    }

    /** No server but the registry has seen anything of what the registry is shown. */
    private void assertNoSecretLeft() throws IOException {
        for (Request request : test.network.requests()) {
            if (!Origins.of(request.uri()).equals(URI.create(REGISTRY))) {
                String seen = request.uri() + " " + request.headers() + " "
                        + new String(request.body().open().readAllBytes(), StandardCharsets.UTF_8);
                assertFalse(seen.contains("secret"), seen);
                assertFalse(seen.contains(BASIC.substring(6)), seen);
            }
        }
    }

    @Test
    void isReadAsNobodyWithATokenOfTheOtherRegistrysOwn() throws IOException {
        assertEquals("content", test.text());
        assertEquals(List.of("", BASIC, BASIC), test.authorizations());
        assertEquals(List.of("", "Bearer t1"), test.network.authorizations(OTHER));
        assertEquals(List.of(""), test.network.authorizations(REALM));
        assertEquals(
                "service=s&scope=repository%3Ac%2Fd%3Apull",
                tokenRequests.get(0).uri().getRawQuery());
        assertNoSecretLeft();
    }

    @Test
    void isReadAsNobodyByNobody() throws IOException {
        test.withCredentials(Credentials.anonymous()).serving(request -> answer(302, "", "Location", target));
        assertEquals("content", test.text());
        assertEquals(List.of("", ""), test.authorizations());
        assertEquals(List.of("", "Bearer t1"), test.network.authorizations(OTHER));
    }

    @Test
    void keepsTheTokenForTheOtherRegistryAndShowsItToNobodyElse() throws IOException {
        test.text();
        test.text();
        assertEquals(1, tokenRequests.size());
        test.network.name("third.example.com", "93.184.215.22");
        test.network.serve("https://third.example.com", request -> answer(200, "third"));
        target = "https://third.example.com/v2/c/d/blobs/1";
        assertEquals("third", test.text());
        assertEquals(List.of(""), test.network.authorizations("https://third.example.com"));
        assertFalse(test.authorizations().contains("Bearer t1"));
        assertNoSecretLeft();
    }

    @Test
    void showsTheTokenToNobodyToWhomTheOtherRegistryRedirects() throws IOException {
        test.network.name("cdn.example.com", "93.184.215.22");
        test.network.serve("https://cdn.example.com", request -> answer(200, "cdn"));
        test.network.serve(OTHER, request -> {
            Response answer = other(request);
            return answer.status() == 200 ? answer(307, "", "Location", "https://cdn.example.com/x") : answer;
        });
        assertEquals("cdn", test.text());
        assertEquals(List.of("", "Bearer t1"), test.network.authorizations(OTHER));
        assertEquals(List.of(""), test.network.authorizations("https://cdn.example.com"));
    }

    /** A service that people log in to, and that knows nothing of registries. */
    @Test
    void asksNobodyForATokenWhereThePathIsNoLongerARegistrys() {
        target = OTHER + "/login";
        realm = "api";
        assertEquals(Reason.UNAUTHORIZED, test.failure().reason());
        assertEquals(List.of(""), test.network.authorizations(OTHER));
    }

    @Test
    void whoIsTrustedWithTheCredentialsGetsThemFirst() throws IOException {
        test.with(
                s -> s.withHttp(http -> http.withOrigins(TrustedOrigins.known().withEveryRegistry(URI.create(OTHER)))));
        assertEquals("content", test.text());
        assertEquals(List.of(BASIC, "Bearer t1"), test.network.authorizations(OTHER));
        assertEquals(List.of(""), test.network.authorizations(REALM));
    }

    /** A token service of the registry's own that another server names learns nothing about the client. */
    @Test
    void asksTheRegistrysOwnTokenServiceAsNobodyForAnother() throws IOException {
        realm = REGISTRY + "/token";
        test.serving(request -> {
            if (request.uri().getPath().equals("/token")) {
                return token(request);
            }
            return shown(request).equals(BASIC)
                    ? answer(307, "", "Location", target)
                    : answer(401, "", "WWW-Authenticate", "Basic realm=\"r\"");
        });
        assertEquals("content", test.text());
        assertEquals("", shown(tokenRequests.get(0)));
    }

    @Test
    void endsWhereTheTokenIsNotTaken() {
        test.network.serve(
                OTHER,
                request -> answer(
                        401, "", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",scope=\"repository:c/d:pull\""));
        assertEquals(Reason.UNAUTHORIZED, test.failure().reason());
        assertEquals(1, tokenRequests.size());
        assertEquals(List.of("", "Bearer t1"), test.network.authorizations(OTHER));
    }

    @Test
    void nobodyHasNoPasswordForTheOtherRegistry() throws IOException {
        test.network.serve(OTHER, request -> answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
        HttpException e = test.failure();
        assertEquals(Reason.UNAUTHORIZED, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("to which registry.example.org redirects"), e.getMessage());
        assertEquals(List.of(""), test.network.authorizations(OTHER));
        assertNoSecretLeft();
    }

    /** Each page after the first is asked for without credentials, because the other registry says where it is. */
    @Test
    void readsAllPagesOfAListAsNobody() throws IOException {
        test.network.serve(OTHER, request -> {
            boolean last = "2".equals(request.uri().getQuery());
            String next = "<" + REGISTRY + "/v2/a/b/tags/list?2>; rel=next";
            Response answer = other(request);
            return answer.status() != 200
                    ? answer
                    : last ? answer(200, "{\"tags\":[\"2\"]}") : answer(200, "{\"tags\":[\"1\"]}", "Link", next);
        });
        test.serving(request -> answer(
                307,
                "",
                "Location",
                OTHER + "/v2/c/d/tags/list?" + request.uri().getQuery()));
        Call first = Call.reading("GET", test.uri("a/b/tags/list?1"), TestSession.PULL);
        Pages<String> pages = new Pages<>(test.session(), first, NameList.ofTags(test.settings()));
        assertEquals(List.of("1", "2"), pages.all());
        assertEquals(1, tokenRequests.size());
        assertNoSecretLeft();
    }

    @Test
    void writesNothingAsNobody() throws IOException {
        test.text();
        Call upload = Call.writing("PUT", test.uri("a/b/blobs/uploads/1"), Scope.push("a/b"), RequestBody.none(), 201);
        assertEquals(Reason.UNAUTHORIZED, test.failure(upload).reason());
        assertEquals(1, tokenRequests.size());
        assertNoSecretLeft();
    }

    @Test
    void fetchesNoTokenWhereTheCallItselfIsForSomebodyElse() {
        Call foreign = Call.reading("GET", URI.create(target), Scope.none());
        assertEquals(Reason.UNAUTHORIZED, test.failure(foreign).reason());
        assertTrue(tokenRequests.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://auth.example.net/token",
                "https://u@auth.example.net/token",
                "https://10.0.0.1/token",
                "https://localhost/token",
                "https://private.example.net/token",
                "https://169.254.169.254/token"
            })
    void theOtherRegistrysTokenServiceKeepsToTheRulesForThatRegistry(String unsafe) {
        test.network.name("private.example.net", "10.0.0.1");
        realm = unsafe;
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertEquals(List.of(""), test.network.authorizations(OTHER));
    }

    /** Its name stands for something else while its answer is on its way. */
    @Test
    void whomAPublicRegistryLeadsToCountsAsPublic() {
        test.network.name("private.example.net", "10.0.0.1");
        test.network.serve(OTHER, request -> {
            test.network.name("other.example.com", "10.0.0.2");
            return other(request);
        });
        realm = "https://private.example.net/token";
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
    }

    @Test
    void aPrivateRegistryMayLeadToAnotherPrivateOne() throws IOException {
        test.network
                .name("registry.example.org", "10.0.0.1")
                .name("other.example.com", "10.0.0.2")
                .name("auth.example.net", "10.0.0.3");
        assertEquals("content", test.text());
        test.network.name("auth.example.net", "169.254.1.1");
        test.withCredentials(Credentials.of("u", "secret"));
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
    }

    @Test
    void aPrivateRegistryThatLeadsToAPublicOneDoesNotLendItsPlace() {
        test.network.name("registry.example.org", "10.0.0.1").name("auth.example.net", "10.0.0.3");
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertTrue(tokenRequests.isEmpty());
    }
}
