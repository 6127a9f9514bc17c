package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.TrustedOrigins;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.testing.FakeNetwork;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
    private static final String CDN = "https://cdn.example.com";
    private static final String BASIC = "Basic dTpw";

    private final TestSession test = new TestSession()
            .withCredentials(Credentials.of("u", "p"))
            .with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())));

    RedirectsTest() {
        test.network.name("cdn.example.com", "93.184.215.20").serve(CDN, request -> answer(200, "content"));
    }

    /** A registry that wants Basic credentials, and then redirects. */
    private void redirecting(int status, String location) {
        test.serving(request -> request.headers().containsKey("Authorization")
                ? answer(status, "", "Location", location)
                : answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void readsElsewhereWithTheSameHeadersButTheCredentials(int status) throws IOException {
        redirecting(status, CDN + "/blob?signature=x#fragment");
        Call call = test.pull().with("Range", "bytes=1-2").with("Accept", "a/b");
        assertEquals("content", test.text(call));
        Request request = test.network.requests(CDN).get(0);
        assertEquals(URI.create(CDN + "/blob?signature=x"), request.uri());
        assertEquals("GET", request.method());
        assertEquals(List.of("bytes=1-2"), request.headers().get("Range"));
        assertEquals(List.of("a/b"), request.headers().get("Accept"));
        assertEquals(List.of("identity"), request.headers().get("Accept-Encoding"));
        assertFalse(request.headers().containsKey("Authorization"));
        assertEquals(List.of("", BASIC), test.authorizations());
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example.org:444/x, ''",
        "https://cdn.example.com/x, ''",
        "https://REGISTRY.example.org:443/x, Basic dTpw",
        "/x, Basic dTpw",
        "//registry.example.org/x, Basic dTpw",
        "?x, Basic dTpw",
    })
    void sendsCredentialsToTheSameOriginOnly(String location, String expected) throws IOException {
        test.network.serve("https://registry.example.org:444", request -> answer(200, ""));
        test.serving(request -> {
            if (!request.headers().containsKey("Authorization")) {
                return answer(401, "", "WWW-Authenticate", "Basic realm=\"r\"");
            }
            return request.uri().getPath().startsWith("/v2/") && request.uri().getQuery() == null
                    ? answer(307, "", "Location", location)
                    : answer(200, "");
        });
        test.text();
        List<Request> requests = test.network.requests();
        assertEquals(
                expected,
                String.join("", requests.get(requests.size() - 1).headers().getOrDefault("Authorization", List.of())));
    }

    @Test
    void resolvesAQueryAloneAgainstThePath() throws IOException {
        test.serving(request -> request.uri().getQuery() == null
                ? answer(307, "", "Location", "?a=b")
                : answer(200, request.uri().toString()));
        assertEquals("https://registry.example.org/v2/a/b/blobs/1?a=b", test.text());
    }

    @Test
    void usesNoCredentialsWhereSomebodyElseLedBackTo() {
        test.network.serve(CDN, request -> answer(307, "", "Location", TestSession.REGISTRY + "/v2/other"));
        test.serving(request -> {
            if (request.uri().getPath().equals("/v2/other")
                    || !request.headers().containsKey("Authorization")) {
                return answer(401, "", "WWW-Authenticate", "Basic realm=\"r\"");
            }
            return answer(307, "", "Location", CDN + "/blob");
        });
        assertEquals(Reason.UNAUTHORIZED, test.failure().reason());
        assertEquals(List.of("", BASIC, ""), test.authorizations());
    }

    @Test
    void sendsCredentialsWhereThePolicyAllowsIt() throws IOException {
        redirecting(307, CDN + "/blob");
        test.with(s -> s.withHttp(
                        http -> http.withOrigins(TrustedOrigins.known().withEveryRegistry(URI.create(CDN)))))
                .text();
        assertEquals(List.of(BASIC), test.network.authorizations(CDN));
    }

    @Test
    void asksTheOriginThatACallIsForWithoutCredentialsUnlessItIsTheRegistry() throws IOException {
        redirecting(307, CDN + "/blob");
        test.text();
        test.network.serve(CDN, request -> answer(401, "", "WWW-Authenticate", "Basic realm=\"r\""));
        Call upload = Call.writing("PUT", URI.create(CDN + "/upload"), Scope.push("a/b"), RequestBody.none(), 201);
        assertEquals(Reason.UNAUTHORIZED, test.failure(upload).reason());
        assertEquals(List.of("", ""), test.network.authorizations(CDN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://cdn.example.com/x",
                "http://registry.example.org:8080/x",
                "http://u@registry.example.org/x",
                "ftp://cdn.example.com/x",
                "file:///etc/passwd",
                "mailto:somebody@example.com",
                "https:blob",
                "https:///x",
                "https://u:secret@cdn.example.com/x?token=secret",
                "https://cdn.example.com:65536/x?token=secret"
            })
    void followsNoRedirectThatIsNotSafe(String location) {
        redirecting(307, location);
        HttpException e = test.failure();
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
        assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("null"), e.getMessage());
        assertTrue(test.network.requests(CDN).isEmpty());
        Call direct = Call.reading("GET", URI.create(location), Scope.none());
        assertEquals(Reason.UNSAFE_LOCATION, test.failure(direct).reason());
    }

    /** As networks of containers know hosts, and the grammar of addresses does not. */
    @Test
    void saysThatAHostIsMisspelt() {
        redirecting(307, "https://u:secret@minio_1:9000/x");
        String message = String.valueOf(test.failure().getMessage());
        assertTrue(message.contains("minio_1:9000"), message);
        assertTrue(message.contains("no underscore"), message);
        assertFalse(message.contains("secret"), message);
        redirecting(307, "ftp://cdn.example.com/x");
        assertFalse(String.valueOf(test.failure().getMessage()).contains("underscore"));
    }

    /** As a registry does behind a proxy that ends TLS and does not tell it. */
    @ParameterizedTest
    @CsvSource({
        "https://registry.example.org, http://registry.example.org/v2/x?a=b",
        "https://registry.example.org, http://REGISTRY.example.org:80/v2/x?a=b",
        "https://registry.example.org, http://registry.example.org:443/v2/x?a=b",
        "https://registry.example.org:8443, http://registry.example.org:8443/v2/x?a=b"
    })
    void goesOnOverTlsWhereTheRegistryNamesItselfByHttp(String origin, String location) throws IOException {
        test.at(origin)
                .serving(request -> request.uri().getPath().equals("/v2/x")
                        ? answer(200, "content")
                        : answer(307, "", "Location", location));
        assertEquals("content", test.text());
        assertEquals(
                URI.create(origin + "/v2/x?a=b"), test.network.requests().get(1).uri());
    }

    @Test
    void takesNoHttpOfAnotherHostForTls() {
        test.at("https://registry.example.org:8443")
                .serving(request -> answer(307, "", "Location", "http://registry.example.org/v2/x"));
        HttpException e = test.failure();
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("X-Forwarded-Proto"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "//", "https://[::1", "%", "https://u:secret@a b?secret"})
    void followsNoRedirectToWhatIsNoAddress(String location) {
        redirecting(307, location);
        HttpException e = test.failure();
        assertEquals(Reason.PROTOCOL, e.reason());
        assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
    }

    @Test
    void httpsIsNotLeftEvenIfTheRegistryItselfSpeaksPlainHttp() {
        test.network.name("registry.example.org", "93.184.215.14").name("a.example.com", "93.184.215.15");
        test.network.serve(CDN, request -> answer(307, "", "Location", "http://a.example.com/"));
        test.at("http://registry.example.org").serving(request -> answer(307, "", "Location", CDN + "/x"));
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertEquals(2, test.network.requests().size());
    }

    @Test
    void endsACircleAndALongWay() {
        test.serving(request -> answer(302, "", "Location", "/v2/again"));
        assertEquals(Reason.PROTOCOL, test.failure().reason());
        assertEquals(2, test.network.requests().size());
        test.serving(request -> answer(302, "", "Location", request.uri().getPath() + "/on"));
        HttpException e = test.failure();
        assertEquals(Reason.PROTOCOL, e.reason());
        assertEquals(302, e.status());
        assertEquals(2 + 6, test.network.requests().size());
        test.with(s -> s.withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxRedirects(0))));
        assertEquals(Reason.PROTOCOL, test.failure().reason());
        assertEquals(2 + 6 + 1, test.network.requests().size());
    }

    @Test
    void aRedirectThatLeadsNowhereIsAFailure() {
        test.serving(request -> answer(302, ""));
        assertEquals(Reason.PROTOCOL, test.failure().reason());
        test.serving(request -> answer(300, "", "Location", CDN + "/"));
        assertEquals(Reason.PROTOCOL, test.failure().reason());
        assertTrue(test.network.requests(CDN).isEmpty());
    }

    @Test
    void repeatsAWritingRequestOnlyWhereTheRedirectSaysSo() throws IOException {
        Call call = Call.writing("PUT", test.uri("a"), Scope.none(), RequestBody.of(new byte[] {'x'}), 200);
        for (int status : new int[] {301, 302, 303}) {
            test.serving(request -> answer(status, "", "Location", CDN + "/"));
            assertEquals(Reason.PROTOCOL, test.failure(call).reason());
        }
        for (int status : new int[] {307, 308}) {
            test.serving(request -> answer(status, "", "Location", CDN + "/"));
            assertEquals("content", test.text(call));
            Request request = test.network.requests(CDN).get(status - 307);
            assertEquals("PUT", request.method());
            assertEquals(1, request.body().length());
        }
        RequestBody once = RequestBody.once(1, new ByteArrayInputStream(new byte[] {'x'}));
        assertEquals(
                Reason.PROTOCOL,
                test.failure(Call.writing("PATCH", test.uri("a"), Scope.none(), once, 202))
                        .reason());
        assertEquals(2, test.network.requests(CDN).size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "127.0.0.1:8443",
                "10.1.2.3",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[64:ff9b::a00:1]",
                "2130706433",
                "127.1",
                "0x7f000001",
                "0177.0.0.1",
                "168.63.129.16",
                "[64:ff9b::168.63.129.16]",
                "localhost",
                "localhost.",
                "metadata.google.internal",
                "private.example.com",
                "both.example.com"
            })
    void aPublicRegistryLeadsToNoAddressBehindTheFirewall(String host) {
        test.network.name("private.example.com", "10.0.0.1").name("both.example.com", "93.184.215.20", "10.0.0.1");
        redirecting(307, "https://" + host + "/x");
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        test.serving(request -> answer(401, "", "WWW-Authenticate", "Bearer realm=\"https://" + host + "/x\""));
        test.withCredentials(Credentials.anonymous());
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        Call upload =
                Call.writing("PUT", URI.create("https://" + host + "/upload"), Scope.none(), RequestBody.none(), 201);
        assertEquals(Reason.UNSAFE_LOCATION, test.failure(upload).reason());
    }

    @Test
    void aHostWithoutAddressIsNotAsked() {
        redirecting(307, "https://nowhere.example.com/x");
        assertEquals(Reason.UNREACHABLE, test.failure().reason());
    }

    @Test
    void theRegistrysOwnHostMayBePrivateAndSoMayWhatAPrivateRegistryLeadsTo() throws IOException {
        test.network.name("registry.example.org", "10.0.0.1").name("cdn.example.com", "10.0.0.2");
        redirecting(307, CDN + "/x");
        assertEquals("content", test.text());
        test.network.name("registry.example.org", "10.0.0.1", "93.184.215.14");
        test.network.serve("https://registry.example.org:8443", request -> answer(200, "other port"));
        redirecting(307, "https://registry.example.org:8443/x");
        assertEquals("other port", test.text());
        redirecting(307, CDN + "/x");
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
    }

    /** Its name stands for something else while its answer is on its way. */
    @Test
    void aRegistryThatWasPublicWhenItWasAskedLeadsToNoPrivateAddress() {
        test.network.name("cdn.example.com", "10.0.0.2");
        test.serving(request -> {
            test.network.name("registry.example.org", "10.0.0.1");
            return answer(307, "", "Location", CDN + "/x");
        });
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        test.withCredentials(Credentials.of("u", "other")).with(s -> s.withLimits(RegistryLimits.defaults()));
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        test.serving(request -> answer(401, "", "WWW-Authenticate", "Bearer realm=\"" + CDN + "/token\""))
                .withCredentials(Credentials.anonymous());
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertEquals(List.of(), test.network.requests(CDN));
    }

    @Test
    void aRegistryWhoseConnectionProvesToBePublicLeadsToNoPrivateAddress() {
        test.network.name("cdn.example.com", "10.0.0.2").name("registry.example.org", "10.0.0.1");
        test.serving(request -> {
            assertTrue(request.addresses().test(FakeNetwork.literal("93.184.215.14")));
            return answer(307, "", "Location", CDN + "/x");
        });
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertEquals(List.of(), test.network.requests(CDN));
    }

    @Test
    void aRegistryThatAnswersAlthoughNobodyFoundItCountsAsPublicFromThenOn() throws IOException {
        test.network.name("cdn.example.com", "10.0.0.2").name("registry.example.org");
        test.serving(request -> {
            throw new ConnectException("refused");
        });
        assertEquals(Reason.UNREACHABLE, test.failure().reason());
        test.network.name("registry.example.org", "10.0.0.1");
        redirecting(307, CDN + "/x");
        assertEquals("content", test.text());
        test.at("https://other.example.org").network.name("other.example.org");
        test.serving(request -> {
            test.network.name("other.example.org", "10.0.0.1");
            return answer(307, "", "Location", CDN + "/x");
        });
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
    }

    /** As where its address was looked up in vain, and a connection to it was still open. */
    @Test
    void aPrivateRegistryThatNobodyFoundStaysPrivateIfItsConnectionIs() throws IOException {
        test.network.name("cdn.example.com", "10.0.0.2").name("registry.example.org");
        test.serving(request -> {
            assertTrue(request.addresses().test(FakeNetwork.literal("10.0.0.1")));
            return answer(200, "found");
        });
        assertEquals("found", test.text());
        test.network.name("registry.example.org", "10.0.0.1");
        redirecting(307, CDN + "/x");
        assertEquals("content", test.text());
    }

    @Test
    void aPrivateRegistryThatIsNotFoundOnceStaysPrivate() throws IOException {
        test.network.name("cdn.example.com", "10.0.0.2").name("registry.example.org", "10.0.0.1");
        redirecting(307, CDN + "/x");
        assertEquals("content", test.text());
        test.network.name("registry.example.org");
        assertEquals("content", test.text());
        test.network.name("registry.example.org", "10.0.0.1");
        assertEquals("content", test.text());
    }

    @Test
    void aRegistryThatWasPrivateAtFirstAndThenPublicStaysPublic() throws IOException {
        test.network.name("cdn.example.com", "10.0.0.2").name("registry.example.org", "10.0.0.1");
        redirecting(307, CDN + "/x");
        assertEquals("content", test.text());
        for (String[] addresses : new String[][] {{"93.184.215.14"}, {}, {"10.0.0.1"}, {}}) {
            test.network.name("registry.example.org", addresses);
            assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        }
    }

    @Test
    void anotherResolverDecidesAnewWhichRegistriesArePublic() throws IOException {
        redirecting(307, CDN + "/x");
        assertEquals("content", test.text());
        test.network.name("registry.example.org", "10.0.0.1").name("cdn.example.com", "10.0.0.2");
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        test.with(s -> s.withHttp(http -> http.withNameResolver(host -> List.copyOf(test.network.resolve(host)))));
        assertEquals("content", test.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "[fe80::1]",
                "[::ffff:169.254.169.254]",
                "[fd00:ec2::254]",
                "[fd20:ce::254]",
                "[fd00:ec2::254%1]",
                "[64:ff9b::169.254.169.254]",
                "168.63.129.16",
                "100.100.100.200"
            })
    void aPrivateRegistryLeadsToNoAddressOfALink(String host) {
        test.network.name("registry.example.org", "10.0.0.1");
        redirecting(307, "https://" + host + "/x");
        HttpException e = test.failure();
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("of this link only"), e.getMessage());
        assertEquals(List.of(), test.network.requests("https://" + host));
    }

    @Test
    void aPrivateRegistryLeadsToNoNameOfALinkUnlessItIsTrusted() throws IOException {
        test.network.name("registry.example.org", "10.0.0.1").name("cdn.example.com", "169.254.1.2");
        redirecting(307, CDN + "/x");
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
        assertEquals(List.of(), test.network.requests(CDN));
        test.with(
                s -> s.withHttp(http -> http.withOrigins(TrustedOrigins.known().withEveryRegistry(URI.create(CDN)))));
        assertEquals("content", test.text());
    }

    @Test
    void aPrivateRegistryLeadsToNamesThatOnlyAProxyKnowsAndToNoLinkBehindThem() {
        test.network.name("registry.example.org", "10.0.0.1");
        redirecting(307, "https://elsewhere.example.net/x");
        test.network.serve("https://elsewhere.example.net", request -> {
            assertTrue(request.addresses().test(FakeNetwork.literal("10.0.0.3")));
            assertFalse(request.addresses().test(FakeNetwork.literal("169.254.169.254")));
            throw new ConnectException("refused");
        });
        assertEquals(Reason.UNSAFE_LOCATION, test.failure().reason());
    }

    @Test
    void tellsTheTransportWhichAddressesAreGood() {
        redirecting(307, CDN + "/x");
        test.network.serve(CDN, request -> {
            assertTrue(request.addresses().test(FakeNetwork.literal("93.184.215.20")));
            // The name led elsewhere the second time.
            assertFalse(request.addresses().test(FakeNetwork.literal("127.0.0.1")));
            throw new ConnectException("refused");
        });
        HttpException e = test.failure();
        assertEquals(Reason.UNSAFE_LOCATION, e.reason());
    }
}
