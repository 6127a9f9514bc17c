package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a fetcher does after an answer 401. */
class ChallengeTest {
    private static final String CHALLENGE = "Bearer realm=\"https://auth.example.com/token\",service=\"notary\"";
    private static final URI BASE = URI.create("https://notary.example.com/v2/app/_trust/tuf/");

    private final List<String> seen = new ArrayList<>();

    /** A server that wants a token, and sends the requests for one file on to another server. */
    private HttpSettings server() {
        return HttpSettings.of(request -> {
                    String shown = String.join(",", request.headers().getOrDefault("Authorization", List.of("-")));
                    seen.add(request.uri().getHost() + request.uri().getPath() + " " + shown);
                    if (request.uri().getHost().startsWith("cdn")) {
                        return answer(shown.equals("-") ? 401 : 200, Map.of("WWW-Authenticate", List.of("Basic")));
                    }
                    if (request.uri().getPath().endsWith("/moved.json")) {
                        return answer(307, Map.of("Location", List.of("https://cdn.example.com/moved.json")));
                    }
                    return shown.equals("Bearer good")
                            ? answer(200, Map.of())
                            : answer(401, Map.of("WWW-Authenticate", List.of(CHALLENGE)));
                })
                .withNameResolver(host -> List.of(InetAddress.getByAddress(new byte[] {93, (byte) 184, 34, 34})))
                .withRetries(RetryPolicy.never());
    }

    private static Response answer(int status, Map<String, List<String>> headers) {
        return new Response(status, headers, new ByteArrayInputStream("file".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void answersAChallengeOnceAndShowsTheAnswerFromThenOn() throws IOException {
        List<String> challenges = new ArrayList<>();
        MetadataFetcher files = MetadataFetcher.ofTree(BASE, server(), (target, asked) -> {
            challenges.addAll(asked);
            return Optional.of("Bearer good");
        });
        assertTrue(files.fetch("timestamp.json", 100).isPresent());
        assertTrue(files.fetch("targets/releases.json", 100).isPresent());
        assertEquals(List.of(CHALLENGE), challenges);
        String base = "notary.example.com/v2/app/_trust/tuf/";
        assertEquals(
                List.of(
                        base + "timestamp.json -",
                        base + "timestamp.json Bearer good",
                        base + "targets/releases.json Bearer good"),
                seen);
    }

    @Test
    void aRefusedAnswerIsAFailureAndNotAnAbsentFile() {
        MetadataFetcher files = MetadataFetcher.ofTree(BASE, server(), (target, asked) -> Optional.of("Bearer wrong"));
        HttpException e = assertThrows(HttpException.class, () -> files.fetch("timestamp.json", 100));
        assertEquals(HttpException.Reason.UNAUTHORIZED, e.reason());
        assertEquals(2, seen.size());
    }

    @Test
    void withoutCredentialsAChallengeIsAFailure() {
        MetadataFetcher files = MetadataFetcher.ofTree(BASE, server(), HttpAuthenticator.none());
        HttpException e = assertThrows(HttpException.class, () -> files.fetch("timestamp.json", 100));
        assertEquals(HttpException.Reason.UNAUTHORIZED, e.reason());
        assertEquals(1, seen.size());
    }

    @Test
    void aServerToWhichARedirectLeadsGetsNoCredentials() {
        MetadataFetcher files = MetadataFetcher.ofTree(BASE, server(), (target, asked) -> Optional.of("Bearer good"));
        assertThrows(HttpException.class, () -> files.fetch("moved.json", 100));
        assertEquals("cdn.example.com/moved.json -", seen.get(seen.size() - 1));
    }

    @Test
    void aNameWithDotsIsRefusedWithoutARequest() {
        MetadataFetcher files = MetadataFetcher.ofTree(BASE, server(), HttpAuthenticator.none());
        assertThrows(MalformedURLException.class, () -> files.fetch("targets/../../x.json", 100));
        assertEquals(List.of(), seen);
    }
}
