package dev.tallyclerk.registry.client;

import static dev.tallyclerk.registry.client.TestSession.REGISTRY;
import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Authorization;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.testing.FakeWaits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAuthenticationTest {
    private static final Credentials USER = Credentials.of("user", "p@ss word");
    private static final String BASIC = "Basic dXNlcjpwQHNzIHdvcmQ=";

    private final TestSession test = new TestSession();
    private final List<Request> tokenRequests = new ArrayList<>();
    private String realm = REGISTRY + "/token";
    private String challengedScope = "repository:a/b:pull";
    private String document = "{\"token\":\"t%d\",\"expires_in\":300}";
    private int tokenStatus = 200;
    private Set<String> accepted = Set.of("Bearer t1", "Bearer t2", "Bearer t3", "Bearer t4");

    private Response registry(Request request) throws IOException {
        if (request.uri().getPath().equals("/token")) {
            return token(request);
        }
        String shown = String.join("", request.headers().getOrDefault("Authorization", List.of()));
        return accepted.contains(shown)
                ? answer(200, "content")
                : answer(
                        401,
                        "",
                        "WWW-Authenticate",
                        "Bearer realm=\"" + realm + "\",service=\"s x\",scope=\"" + challengedScope + "\"");
    }

    private Response token(Request request) {
        tokenRequests.add(request);
        return answer(tokenStatus, document.replace("%d", String.valueOf(tokenRequests.size())));
    }

    private TestSession as(Credentials credentials) {
        return test.withCredentials(credentials).serving(this::registry);
    }

    private static String body(Request request) throws IOException {
        return new String(request.body().open().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void asksForATokenForTheCallsScopeAndShowsItToTheRegistry() throws IOException {
        assertEquals("content", as(USER).text());
        Request request = tokenRequests.get(0);
        assertEquals("GET", request.method());
        assertEquals(
                "service=s+x&scope=repository%3Aa%2Fb%3Apull", request.uri().getRawQuery());
        assertEquals(List.of(BASIC), request.headers().get("Authorization"));
        assertEquals(List.of("", BASIC, "Bearer t1"), test.authorizations());
    }

    @Test
    void keepsAQueryThatTheRealmHas() throws IOException {
        realm = REGISTRY + "/token?a=b";
        as(USER).text();
        assertEquals(
                "a=b&service=s+x&scope=repository%3Aa%2Fb%3Apull",
                tokenRequests.get(0).uri().getRawQuery());
    }

    @Test
    void aRegistryThatWantsMoreEachTimeIsAskedFourTimes() {
        accepted = Set.of();
        List<String> asked = new ArrayList<>();
        test.withCredentials(Credentials.anonymous()).serving(request -> {
            if (!request.uri().getPath().equals("/token")) {
                asked.add(request.uri().getPath());
                challengedScope = "repository:a/b:pull repository:more/n" + asked.size() + ":pull";
            }
            return registry(request);
        });
        assertEquals(Reason.UNAUTHORIZED, test.failure().reason());
        assertEquals(4, asked.size());
    }

    @Test
    void asksAnonymouslyWithoutCredentials() throws IOException {
        assertEquals("content", as(Credentials.anonymous()).text());
        assertEquals(List.of("", "", "Bearer t1"), test.authorizations());
    }

    @Test
    void takesTheOtherMemberWhereOneIsEmpty() throws IOException {
        document = "{\"token\":\"\",\"access_token\":\"t%d\"}";
        assertEquals("content", as(Credentials.anonymous()).text());
        assertEquals(
                "Bearer t1", test.authorizations().get(test.authorizations().size() - 1));
    }

    @Test
    void asksWithAnIdentityTokenByTheOAuthForm() throws IOException {
        document = "{\"access_token\":\"t%d\",\"expires_in\":300}";
        assertEquals("content", as(Credentials.identityToken("id/1+")).text());
        Request request = tokenRequests.get(0);
        assertEquals("POST", request.method());
        assertEquals(
                "grant_type=refresh_token&client_id=tallyclerk&service=s+x&scope=repository%3Aa%2Fb%3Apull"
                        + "&refresh_token=id%2F1%2B",
                body(request));
        assertEquals(
                List.of("application/x-www-form-urlencoded"), request.headers().get("Content-Type"));
        assertFalse(request.headers().containsKey("Authorization"));
        assertEquals(List.of("", "", "Bearer t1"), test.authorizations());
    }

    @Test
    void usesTheRefreshTokenThatItWasGivenBackAndFallsBackToTheFirst() throws IOException {
        document = "{\"access_token\":\"t%d\",\"expires_in\":1,\"refresh_token\":\"r%d\"}";
        TestSession session = as(Credentials.identityToken("id"));
        session.text();
        test.waits.pass(Duration.ofSeconds(2));
        session.text();
        assertTrue(body(tokenRequests.get(0)).endsWith("refresh_token=id"));
        assertTrue(body(tokenRequests.get(1)).endsWith("refresh_token=r1"));
        test.waits.pass(Duration.ofSeconds(2));
        tokenStatus = 400;
        assertEquals(Reason.UNAUTHORIZED, session.failure().reason());
        assertTrue(body(tokenRequests.get(2)).endsWith("refresh_token=r2"));
        assertTrue(body(tokenRequests.get(3)).endsWith("refresh_token=id"));
        assertEquals(4, tokenRequests.size());
    }

    @Test
    void showsARegistryTokenAsItIsAndAsksNoService() throws IOException {
        accepted = Set.of("Bearer own");
        assertEquals("content", as(Credentials.registryToken("own")).text());
        assertEquals(List.of("", "Bearer own"), test.authorizations());
        assertTrue(tokenRequests.isEmpty());
    }

    @Test
    void givesUpWhenTheRegistryDoesNotTakeARegistryToken() {
        accepted = Set.of();
        assertEquals(
                Reason.UNAUTHORIZED,
                as(Credentials.registryToken("own")).failure().reason());
        assertEquals(List.of("", "Bearer own"), test.authorizations());
    }

    @Test
    void showsATokenToTheNextCallAtOnceUntilShortlyBeforeItExpires() throws IOException {
        TestSession session = as(USER);
        session.text();
        session.text();
        assertEquals(1, tokenRequests.size());
        assertEquals(List.of("", BASIC, "Bearer t1", "Bearer t1"), test.authorizations());
        test.waits.pass(Duration.ofSeconds(269));
        session.text();
        assertEquals(1, tokenRequests.size());
        test.waits.pass(Duration.ofSeconds(1));
        session.text();
        assertEquals(2, tokenRequests.size());
        assertEquals(List.of(BASIC, "Bearer t2"), test.authorizations().subList(5, 7));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 48", // 60 seconds by default, less a fifth
        "'\"expires_in\":10,', 8",
        "'\"expires_in\":\"10\",', 8",
        "'\"expires_in\":10.75,', 8",
        "'\"expires_in\":\"10.0\",', 8",
        "'\"expires_in\":\"-5\",', 0",
        "'\"expires_in\":null,', 48",
        "'\"expires_in\":100000,', 3570",
        "'\"expires_in\":0,', 0",
        "'\"expires_in\":-5,', 0",
    })
    void usesATokenAsLongAsItsServiceSaysWithinReason(String time, long seconds) throws IOException {
        document = "{" + time + "\"token\":\"t%d\"}";
        TestSession session = as(USER);
        session.text();
        if (seconds > 0) {
            test.waits.pass(Duration.ofSeconds(seconds).minusMillis(1));
            session.text();
            assertEquals(1, tokenRequests.size());
        }
        test.waits.pass(Duration.ofMillis(1));
        session.text();
        assertEquals(2, tokenRequests.size());
    }

    @Test
    void fetchesAFreshTokenOnceWhenTheOneItKeptIsRejected() throws IOException {
        TestSession session = as(USER);
        session.text();
        accepted = Set.of("Bearer t2");
        assertEquals("content", session.text());
        assertEquals(
                List.of("Bearer t1", BASIC, "Bearer t2"), test.authorizations().subList(3, 6));
        accepted = Set.of();
        assertEquals(Reason.UNAUTHORIZED, session.failure().reason());
        assertEquals(3, tokenRequests.size());
    }

    @Test
    void asksOnceMoreOnlyForAScopeThatTheRegistryWantsBeyond() {
        accepted = Set.of();
        challengedScope = "repository:a/b:pull,push repository:c/d:delete,pull,push";
        TestSession session = as(USER);
        assertEquals(Reason.UNAUTHORIZED, session.failure().reason());
        assertEquals(1, tokenRequests.size());
        assertEquals(
                "service=s x&scope=repository:a/b:pull,push&scope=repository:c/d:pull",
                tokenRequests.get(0).uri().getQuery().replace('+', ' '));
    }

    @Test
    void aWiderTokenServesANarrowerCall() throws IOException {
        TestSession session = as(USER);
        session.text(Call.reading("GET", test.uri("a/b/tags"), Scope.push("a/b")));
        session.text();
        assertEquals(1, tokenRequests.size());
        session.text(Call.reading("GET", test.uri("a/b/tags"), Scope.delete("a/b")));
        assertEquals(2, tokenRequests.size());
        session.text(Call.reading("GET", test.uri("c/d/tags"), Scope.pull("c/d")));
        assertEquals(3, tokenRequests.size());
    }

    @Test
    void anExpiredTokenIsNotUsedForEverWhenTheClockIsSetBack() throws IOException {
        TestSession session = as(USER);
        session.text();
        test.waits.setClock(FakeWaits.START.minusSeconds(3600));
        session.text();
        assertEquals(2, tokenRequests.size());
        test.waits.setClock(FakeWaits.START.plusSeconds(86_400));
        session.text();
        assertEquals(3, tokenRequests.size());
    }

    @Test
    void keepsNoTokenThatOneRegistryWasGivenForAnotherThatNamesTheSameService() throws IOException {
        realm = "https://auth.example.com/token";
        test.network.name("auth.example.com", "93.184.215.15").name("evil.example.net", "93.184.215.16");
        test.network.serve("https://auth.example.com", this::token);
        as(Credentials.anonymous()).text();
        test.at("https://evil.example.net").serving(this::registry).text();
        assertEquals(2, tokenRequests.size());
        assertEquals(List.of("", "Bearer t2"), test.authorizations());
    }

    @Test
    void sendsCredentialsToARealmOnAnotherOriginOnlyIfThePolicyTrustsIt() throws IOException {
        realm = "https://auth.example.com/token";
        test.network.name("auth.example.com", "93.184.215.15").serve("https://auth.example.com", this::token);
        challengedScope = "repository:a/b:pull,push";
        Call push = Call.reading("GET", test.uri("a/b/blobs/1"), Scope.push("a/b"));
        for (Credentials who : List.of(USER, Credentials.identityToken("id"))) {
            as(who);
            assertEquals(Reason.UNSAFE_LOCATION, test.failure(push).reason());
        }
        assertTrue(tokenRequests.isEmpty());
        challengedScope = "repository:a/b:pull";
        assertEquals("content", as(Credentials.anonymous()).text());
        assertFalse(tokenRequests.get(0).headers().containsKey("Authorization"));
        test.with(s -> s.withHttp(http -> http.withOrigins(
                TrustedOrigins.known().withEveryRegistry(URI.create("https://AUTH.example.com:443")))));
        assertEquals("content", as(USER).text());
        assertEquals(List.of(BASIC), tokenRequests.get(1).headers().get("Authorization"));
    }

    /** A login for a registry must not make its public images unreadable. */
    @Test
    void readsWhatIsPublicAsNobodyWhereTheRealmMayNotHaveThePassword() throws IOException {
        realm = "https://auth.example.com/token";
        test.network.name("auth.example.com", "93.184.215.15").serve("https://auth.example.com", this::token);
        for (Credentials who : List.of(USER, Credentials.identityToken("id"))) {
            as(who);
            assertEquals("content", test.text());
            assertEquals("content", test.text());
        }
        assertEquals(List.of("", "Bearer t1", "Bearer t1", "", "Bearer t2", "Bearer t2"), test.authorizations());
        assertEquals(2, tokenRequests.size());
        assertTrue(tokenRequests.stream().noneMatch(r -> r.headers().containsKey("Authorization")));
        assertTrue(tokenRequests.stream().allMatch(r -> r.method().equals("GET")));
    }

    @Test
    void saysThatAPrivateRepositoryNeedsTheRealmToBeTrusted() {
        realm = "https://auth.example.com/token";
        test.network.name("auth.example.com", "93.184.215.15").serve("https://auth.example.com", this::token);
        accepted = Set.of(); // the token is worth nothing
        assertEquals(Reason.UNSAFE_LOCATION, as(USER).failure().reason());
        assertEquals(Reason.UNSAFE_LOCATION, as(USER).failure().reason());
        tokenStatus = 403; // there is none
        RegistryException e = as(USER).failure();
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("\"https://auth.example.com\""), e.getMessage());
        assertTrue(tokenRequests.stream().noneMatch(r -> r.headers().containsKey("Authorization")));
        test.serving(request -> request.headers().containsKey("Authorization") ? answer(403, "") : registry(request));
        tokenStatus = 200;
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://registry.example.org:8080/token",
                "http://u@registry.example.org/token",
                "http://auth.example.com/token",
                "ftp://registry.example.org/token",
                "/token",
                "",
                "https:token",
                "https://user@registry.example.org/token",
                "https://registry.example.org:70000/token"
            })
    void asksNoRealmThatIsNotSafe(String unsafe) {
        realm = unsafe;
        for (Credentials who : List.of(Credentials.anonymous(), USER, Credentials.identityToken("id"))) {
            assertEquals(Reason.UNSAFE_LOCATION, as(who).failure().reason());
        }
        assertTrue(tokenRequests.isEmpty());
    }

    /** As behind a proxy that ends TLS and does not say so. */
    @ParameterizedTest
    @CsvSource({
        "https://registry.example.org, http://registry.example.org/token",
        "https://registry.example.org, http://REGISTRY.example.org:80/token",
        "https://registry.example.org:8443, http://registry.example.org:8443/token"
    })
    void asksARealmOfTheRegistrysOwnOverTls(String origin, String named) throws IOException {
        realm = named;
        test.at(origin);
        assertEquals("content", as(USER).text());
        assertEquals(URI.create(origin), Origins.of(tokenRequests.get(0).uri()));
        assertEquals("/token", tokenRequests.get(0).uri().getPath());
        assertEquals(List.of("", BASIC, "Bearer t1"), test.authorizations());
    }

    @Test
    void aRealmOfAnotherPortIsNotAskedOverTls() {
        realm = "http://registry.example.org/token";
        test.at("https://registry.example.org:8443");
        assertEquals(Reason.UNSAFE_LOCATION, as(USER).failure().reason());
        assertTrue(tokenRequests.isEmpty());
    }

    @Test
    void fallsBackToBasicWhereTheRealmIsNoAddress() throws IOException {
        realm = "Example Service";
        assertEquals(Reason.PROTOCOL, as(USER).failure().reason());
        for (String bearer : List.of("Bearer realm=\"Example Service\"", "Bearer realm=https://h/token?x=1")) {
            test.withCredentials(USER).serving(request -> {
                String shown = String.join("", request.headers().getOrDefault("Authorization", List.of()));
                return shown.equals(BASIC)
                        ? answer(200, "content")
                        : answer(401, "", "WWW-Authenticate", bearer, "WWW-Authenticate", "Basic realm=\"r\"");
            });
            assertEquals("content", test.text());
        }
        assertTrue(tokenRequests.isEmpty());
    }

    @Test
    void aTokenServiceThatFailsIsNoReasonToShowAPasswordElsewhere() {
        test.withCredentials(USER)
                .serving(request -> request.uri().getPath().equals("/token")
                        ? answer(404, "")
                        : answer(
                                401,
                                "",
                                "WWW-Authenticate",
                                "Bearer realm=\"" + realm + "\"",
                                "WWW-Authenticate",
                                "Basic realm=\"r\""));
        assertEquals(Reason.PROTOCOL, test.failure().reason());
        assertEquals(List.of("", BASIC), test.authorizations());
    }

    @Test
    void prefersATokenAndFallsBackToBasicWhereTheRealmMayNotHaveThePassword() throws IOException {
        accepted = Set.of(BASIC);
        test.withCredentials(USER).serving(request -> {
            String shown = String.join("", request.headers().getOrDefault("Authorization", List.of()));
            return shown.equals(BASIC)
                    ? answer(200, "content")
                    : answer(401, "", "WWW-Authenticate", "Basic realm=\"r\", Bearer realm=\"https://x.example/t\"");
        });
        assertEquals("content", test.text());
        assertEquals("content", test.text());
        assertEquals(List.of("", BASIC, BASIC), test.authorizations());
    }

    @Test
    void aTokenRequestsRedirectGoesOnWithoutCredentials() throws IOException {
        test.network.name("other.example.com", "93.184.215.15").serve("https://other.example.com", this::token);
        test.withCredentials(USER)
                .serving(request -> request.uri().getPath().equals("/token")
                        ? answer(307, "", "Location", "https://other.example.com/t")
                        : registry(request));
        assertEquals("content", test.text());
        assertEquals(List.of(""), test.network.authorizations("https://other.example.com"));
        assertEquals(List.of("", BASIC, "Bearer t1"), test.authorizations());
    }

    @Test
    void anIdentityTokenIsNotSentOnToAnotherOrigin() {
        test.network.name("other.example.com", "93.184.215.15").serve("https://other.example.com", this::token);
        test.withCredentials(Credentials.identityToken("id"))
                .serving(request -> request.uri().getPath().equals("/token")
                        ? answer(307, "", "Location", "https://other.example.com/t")
                        : registry(request));
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertTrue(tokenRequests.isEmpty());
    }

    /** CVE-2026-48978 of oras-go, CVE-2026-33540 of distribution: the realm is good, and leads on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://10.0.0.1/t",
                "https://169.254.169.254/t",
                "https://private.example.com/t",
                "https://localhost/t",
                "http://registry.example.org:8080/t",
                "http://other.example.com/t"
            })
    void aTokenRequestsRedirectLeadsNowhereThatARealmMayNot(String location) {
        test.network.name("private.example.com", "10.0.0.1").name("other.example.com", "93.184.215.15");
        test.with(s -> s.withHttp(http -> http.withOrigins((registry, other) -> true)));
        for (Credentials who : List.of(Credentials.anonymous(), USER, Credentials.identityToken("id"))) {
            test.withCredentials(who)
                    .serving(request -> request.uri().getPath().equals("/token")
                            ? answer(307, "", "Location", location)
                            : registry(request));
            assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        }
        // The network has no other server, and fails every other request.
        assertEquals(List.of("", "", "", BASIC, "", ""), test.authorizations());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"token\":\"\"}",
                "{\"token\":\"se cret\"}",
                "{\"token\":\"se\\ncret\"}",
                "{\"token\":1}",
                "{\"token\":\"a\",\"token\":\"secret\"}",
                "{\"token\":\"secret\",\"expires_in\":\"x\"}",
                "{\"token\":\"secret\",\"expires_in\":\"\"}",
                "{\"token\":\"secret\",\"expires_in\":1e9}",
                "{\"token\":\"secret\",\"expires_in\":[10]}",
                "{\"token\":\"secret\""
            })
    void refusesATokenDocumentThatIsUnusableWithoutQuotingIt(String unusable) {
        document = unusable;
        RegistryException e = as(USER).failure();
        assertEquals(Reason.PROTOCOL, e.reason());
        assertFalse(String.valueOf(e.getMessage()).contains("cret"));
    }

    @Test
    void readsNoMoreOfATokenDocumentThanTheLimit() {
        document = "{\"token\":\"" + "x".repeat(100) + "\"}";
        test.with(s -> s.withLimits(RegistryLimits.defaults().withMaxTokenBytes(50))
                .withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxErrorBytes(50))));
        assertEquals(Reason.LIMIT_EXCEEDED, as(USER).failure().reason());
    }

    @Test
    void saysThatTheTokenServiceRefusesAndNeverThePassword() {
        tokenStatus = 401;
        document = "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"not p@ss word or p%40ss+word or "
                + BASIC.substring(6) + "\"}]}";
        RegistryException e = as(USER).failure();
        assertEquals(Reason.UNAUTHORIZED, e.reason());
        assertEquals(List.of("UNAUTHORIZED"), e.codes());
        assertFalse(String.valueOf(e.getMessage()).contains("ss"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains(BASIC.substring(6)), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405, 410, 501})
    void aTokenServiceThatIsNotThereIsNoContentThatIsNotThere(int status) {
        tokenStatus = status;
        for (Credentials who : List.of(Credentials.anonymous(), USER, Credentials.identityToken("id"))) {
            RegistryException e = as(who).failure();
            assertEquals(Reason.PROTOCOL, e.reason());
            assertEquals(status, e.status());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 203, 206})
    void quotesNothingOfAnAnswerThatMayHaveAToken(int status) {
        tokenStatus = status;
        document = "{\"token\":\"l1ve\"}";
        RegistryException e = as(USER).failure();
        assertEquals(status, e.status());
        assertFalse(String.valueOf(e.getMessage()).contains("l1ve"), e.getMessage());
    }

    /** Answers the users it knows, challenges at its root only, and has nothing elsewhere for others. */
    private Response hiding(int status, Request request) throws IOException {
        boolean root = request.uri().getPath().matches("/v2/|/token");
        Response answer = registry(request);
        return root || answer.status() != 401 ? answer : answer(status, "");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void looksForAChallengeAtTheRootOfARegistryThatHidesWhatItHas(int status) throws IOException {
        challengedScope = "";
        test.withCredentials(USER).serving(request -> hiding(status, request));
        assertEquals("content", test.text(test.pull().accepting(200, 404)));
        assertEquals("content", test.text());
        assertEquals(List.of("", "", BASIC, "Bearer t1", "Bearer t1"), test.authorizations());
        assertEquals("/v2/", test.network.requests().get(1).uri().getPath());
    }

    @Test
    void takesAnAnswerForWhatItIsFromARegistryThatAsksNobody() throws IOException {
        test.withCredentials(USER)
                .serving(request -> answer(request.uri().getPath().equals("/v2/") ? 200 : 404, ""));
        Call pull = test.pull().accepting(200, 404);
        assertEquals(404, test.execute(pull).status());
        assertEquals(404, test.execute(pull).status());
        assertEquals(Reason.NOT_FOUND, test.failure().reason());
        assertEquals(List.of("", "", "", ""), test.authorizations(), "its root was asked once");
    }

    @Test
    void looksForAChallengeAtTheRootForStrangersWhoAreRefused() throws IOException {
        challengedScope = "";
        test.serving(request -> hiding(401, request));
        assertEquals("content", test.text());
        assertEquals("content", test.text());
        assertEquals(List.of("", "", "", "Bearer t1", "Bearer t1"), test.authorizations());
    }

    @Test
    void strangersAreRefusedWhereTheRootAsksForNothingEither() {
        test.serving(request -> answer(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}"));
        assertEquals(List.of("UNAUTHORIZED"), test.failure().codes());
        assertEquals(List.of("UNAUTHORIZED"), test.failure().codes());
        assertEquals(3, test.network.requests().size(), "the root was asked once");
    }

    /** As zot with a policy for strangers: it lets them in, shows them less, and has a challenge all the same. */
    private Response sharing(String challenge, Request request) throws IOException {
        Response answer = registry(request);
        return answer.status() != 401
                ? answer
                : switch (request.uri().getPath()) {
                    case "/v2/" -> answer(200, "", "WWW-Authenticate", challenge);
                    case "/v2/_catalog" -> answer(200, "a part");
                    default -> answer(404, "");
                };
    }

    private Call catalog() {
        return Call.reading("GET", test.uri("_catalog?n=10"), Scope.catalog());
    }

    @Test
    void showsCredentialsToARegistryThatAdmitsStrangersToAPart() throws IOException {
        accepted = Set.of(BASIC);
        String challenge = "Basic realm=\"r\"";
        test.withCredentials(USER).serving(request -> sharing(challenge, request));
        assertEquals("content", test.text());
        assertEquals(List.of("", "", BASIC), test.authorizations());
        test.withCredentials(USER);
        assertEquals("content", test.text(catalog()));
        assertEquals("content", test.text(catalog()));
        assertEquals(List.of("", BASIC, BASIC), test.authorizations().subList(3, 6));
    }

    @Test
    void fetchesATokenForARegistryThatAdmitsStrangersToAPart() throws IOException {
        String challenge = "Bearer realm=\"" + realm + "\",service=\"s\"";
        test.withCredentials(USER).serving(request -> sharing(challenge, request));
        assertEquals("content", test.text(catalog()));
        assertEquals("content", test.text());
        assertEquals(List.of("", BASIC, "Bearer t1", BASIC, "Bearer t2"), test.authorizations());
    }

    @Test
    void aRegistryThatAdmitsStrangersIsNotAskedWhatTheyMayShow() throws IOException {
        test.serving(request -> sharing("Basic realm=\"r\"", request));
        assertEquals("a part", test.text(catalog()));
        assertEquals(Reason.NOT_FOUND, test.failure().reason());
        assertEquals(2, test.network.requests().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic realm=\"r\"",
                "Basic realm=\"r",
                "Negotiate",
            })
    void aRegistryThatAdmitsStrangersNeedNotBeAnswered(String challenge) throws IOException {
        test.withCredentials(Credentials.registryToken("own")).serving(request -> sharing(challenge, request));
        assertEquals("a part", test.text(catalog()));
        assertEquals(Reason.NOT_FOUND, test.failure().reason());
        assertEquals(3, test.network.requests().size(), "its root was asked once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://auth.other.example/token", "Example Service"})
    void whatARegistryAdmitsStrangersToIsNotLostWithATokenServiceThatIsRefused(String elsewhere) throws IOException {
        String challenge = "Bearer realm=\"" + elsewhere + "\"";
        test.withCredentials(USER).serving(request -> sharing(challenge, request));
        assertEquals("a part", test.text(catalog()));
        assertEquals(Reason.NOT_FOUND, test.failure().reason());
        assertEquals(3, test.network.requests().size(), "its root was asked once");
    }

    @Test
    void anotherServersWordAtTheRootIsNoChallenge() throws IOException {
        test.network.name("other.example.com", "93.184.215.15");
        test.network.serve(
                "https://other.example.com", request -> answer(200, "", "WWW-Authenticate", "Basic realm=\"r\""));
        test.withCredentials(USER)
                .serving(request -> request.uri().getPath().equals("/v2/")
                        ? answer(307, "", "Location", "https://other.example.com/v2/")
                        : answer(200, "a part"));
        assertEquals("a part", test.text(catalog()));
        assertEquals(List.of("", ""), test.authorizations());
    }

    @Test
    void looksForNoChallengeWithoutCredentialsOrWhereOthersAnswer() throws IOException {
        test.serving(request -> hiding(404, request));
        assertEquals(404, test.execute(test.pull().accepting(200, 404)).status());
        assertEquals(1, test.network.requests().size());
        test.network.name("other.example.com", "93.184.215.15");
        test.network.serve("https://other.example.com", request -> answer(403, ""));
        test.withCredentials(USER).serving(request -> answer(307, "", "Location", "https://other.example.com/t"));
        assertEquals(Reason.DENIED, test.failure().reason());
        assertEquals(3, test.network.requests().size());
    }

    @Test
    void saysThatACredentialIsMissingAndNotTheContent() {
        test.with(s -> s.withCredentials(registry -> {
                    throw new IOException("no helper");
                }))
                .serving(request -> hiding(404, request));
        Call pull = test.pull().accepting(200, 404);
        assertEquals(Reason.CREDENTIALS, test.failure(pull).reason());
    }

    @Test
    void asksTheRegistryAgainWhenItsTokenServiceOfBeforeIsGone() throws IOException {
        TestSession session = as(USER);
        session.text();
        test.waits.pass(Duration.ofMinutes(5));
        realm = REGISTRY + "/token?moved";
        session.serving(request -> {
            String query = request.uri().getQuery();
            boolean gone = request.uri().getPath().equals("/token") && (query == null || !query.startsWith("moved"));
            return gone ? answer(404, "") : registry(request);
        });
        assertEquals("content", session.text());
        assertEquals(2, tokenRequests.size());
    }

    @Test
    void saysWhatTheRegistryWantsThatTheCallerDoesNotHave() {
        test.serving(request -> answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
        assertEquals(Reason.UNAUTHORIZED, test.failure().reason());
        assertEquals(
                Reason.UNAUTHORIZED,
                test.withCredentials(Credentials.registryToken("t")).failure().reason());
        test.serving(request -> answer(401, "", "WWW-Authenticate", "Negotiate abc=="));
        assertEquals(Reason.UNAUTHORIZED, test.withCredentials(USER).failure().reason());
        test.serving(request -> answer(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}"));
        assertEquals(List.of("UNAUTHORIZED"), test.failure().codes());
        assertEquals(5, test.network.requests().size(), "one of them at the root");
    }

    @Test
    void asksForCredentialsOncePerCallAndSaysWhenTheyCannotBeHad() {
        int[] asked = new int[1];
        test.with(s -> s.withCredentials(registry -> {
                    asked[0]++;
                    assertEquals("registry.example.org", registry);
                    throw new IOException("no helper");
                }))
                .serving(this::registry);
        assertEquals(Reason.CREDENTIALS, test.failure().reason());
        assertEquals(1, asked[0]);
    }

    @Test
    void showsASecretNowhere() throws IOException {
        as(USER).text();
        Request sent = tokenRequests.get(0);
        assertFalse(sent.toString().contains("ss"), sent.toString());
        var authorization = new Authorization("Bearer t0ken", USER, null, true);
        assertEquals("user user", authorization.toString());
        assertFalse(authorization.secrets().toString().contains("t0ken"));
        assertThrows(IllegalArgumentException.class, () -> Credentials.registryToken("a b"));
    }
}
