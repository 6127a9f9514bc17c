package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.registry.auth.Credentials;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

/** OCI distribution-spec v1.1.1, Warnings; draft-ietf-httpapi-ratelimit-headers as Docker Hub sends them. */
class NoticesTest {
    private final TestSession test = new TestSession();

    @Test
    void tellsEachRequestAndItsResponseWithoutQueriesAndTokens() throws IOException {
        List<String> told = new ArrayList<>();
        RegistryListener listener = new RegistryListener() {
            @Override
            public void requesting(String method, String target) {
                told.add(method + " " + target);
            }

            @Override
            public void responded(String method, String target, int status, Duration time) {
                told.add(method + " " + target + " " + status + " " + time.isNegative());
            }

            @Override
            public void unanswered(String method, String target, HttpException.Reason reason, Duration time) {
                told.add(method + " " + target + " " + reason + " " + time.isNegative());
            }
        };
        String blob = TestSession.REGISTRY + "/v2/a/b/blobs/1";
        test.with(settings -> settings.withListener(listener))
                .serving(request -> request.uri().getPath().endsWith("/1")
                        ? answer(307, "", "Location", "/v2/elsewhere?signature=secret")
                        : answer(200, "text"));
        assertEquals("text", test.text());
        assertEquals(
                List.of(
                        "GET " + blob,
                        "GET " + blob + " 307 false",
                        "GET " + TestSession.REGISTRY + "/v2/elsewhere",
                        "GET " + TestSession.REGISTRY + "/v2/elsewhere 200 false"),
                told);
        told.clear();
        test.serving(request -> {
            throw new IOException("reset");
        });
        test.failure();
        assertEquals(List.of("GET " + blob, "GET " + blob + " UNREACHABLE false"), told.subList(0, 2));
    }

    private List<String> heardOf(String... headers) throws IOException {
        test.heard.clear();
        test.serving(request -> answer(200, "", headers)).text();
        return List.copyOf(test.heard);
    }

    @Test
    void tellsWarningsOnceEachWithoutWhatATerminalActsOn() throws IOException {
        assertEquals(
                List.of(
                        "registry.example.org warned This tag is \"old\"?[31m",
                        "registry.example.org warned a, b",
                        "registry.example.org warned c"),
                heardOf(
                        "Warning",
                        "299 - \"This tag is \\\"old\\\"\u001b[31m\"",
                        "Warning",
                        "299 - \"a, b\" , 299 - \"c\"",
                        "Warning",
                        "299 - \"c\""));
    }

    @Test
    void passesOverWhatIsNoWarningOfTheSpecification() throws IOException {
        assertEquals(
                List.of(),
                heardOf(
                        "Warning",
                        "199 - \"x\"",
                        "Warning",
                        "299 registry \"x\"",
                        "Warning",
                        "299 - \"unended",
                        "Warning",
                        "299 - \"unended\\",
                        "Warning",
                        "299 - \"  \"",
                        "Warning",
                        "x299 - \"x\"",
                        "Warning",
                        ""));
    }

    @Test
    void tellsOfAPackingThatWasNotAskedFor() throws IOException {
        assertEquals(List.of("registry.example.org encoded gzip"), heardOf("Content-Encoding", "gzip"));
        assertEquals(List.of(), heardOf("Content-Encoding", "Identity"));
        assertEquals(List.of(), heardOf("Content-Encoding", " "));
    }

    @Test
    void listensTo4096BytesOfWarnings() throws IOException {
        String full = "299 - \"" + "x".repeat(4088) + "\"";
        assertEquals(1, heardOf("Warning", full).size());
        assertEquals(0, heardOf("Warning", full + " ").size());
        assertEquals(1, heardOf("Warning", full, "Warning", "299 - \"y\"").size());
    }

    @Test
    void tellsARateLimit() throws IOException {
        assertEquals(
                List.of("registry.example.org limited 100 76"),
                heardOf("RateLimit-Limit", "100;w=21600", "RateLimit-Remaining", "76;w=21600"));
        assertEquals(List.of("registry.example.org limited -1 5"), heardOf("ratelimit-remaining", " 5 "));
        assertEquals(
                List.of("registry.example.org limited -1 -1"),
                heardOf("RateLimit-Limit", "many", "RateLimit-Remaining", "99999999999999999999"));
        assertEquals(List.of(), heardOf("Other", "1"));
    }

    @Test
    void doesNotTellASecretThatTheRegistryRepeats() throws IOException {
        test.withCredentials(Credentials.registryToken("s3cret"));
        test.serving(request -> request.headers().containsKey("Authorization")
                ? answer(200, "", "Warning", "299 - \"s3cret is old\"")
                : answer(401, "", "WWW-Authenticate", "Bearer"));
        test.text();
        assertEquals(List.of("registry.example.org warned … is old"), test.heard);
        test.heard.clear();
        test.serving(request -> answer(200, "", "Content-Encoding", "x-s3cret"));
        test.text();
        assertEquals(List.of("registry.example.org encoded x-…"), test.heard);
    }

    @Property(tries = 200)
    void anyHeaderIsToldOrPassedOver(@ForAll @Chars({'2', '9', ' ', '-', '"', '\\', ',', 'x', '\n'}) String text) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> heardOf("Warning", "299 - \"" + text));
        assertTrue(test.heard.stream().allMatch(line -> line.chars().allMatch(c -> c >= ' ')));
    }
}
