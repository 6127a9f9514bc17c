package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.auth.Scope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private final TestSession test =
            new TestSession().with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())));

    private RegistryException failing(int status, String body) {
        return test.serving(request -> answer(status, body)).failure();
    }

    private static String message(HttpException e) {
        return String.valueOf(e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "100, PROTOCOL, PROTOCOL",
        "204, PROTOCOL, PROTOCOL",
        "304, PROTOCOL, PROTOCOL",
        "400, PROTOCOL, REJECTED",
        "401, UNAUTHORIZED, UNAUTHORIZED",
        "403, DENIED, DENIED",
        "404, NOT_FOUND, NOT_FOUND",
        "405, UNSUPPORTED, UNSUPPORTED",
        "408, SERVER_ERROR, SERVER_ERROR",
        "409, PROTOCOL, REJECTED",
        "410, NOT_FOUND, NOT_FOUND",
        "413, PROTOCOL, REJECTED",
        "416, PROTOCOL, REJECTED",
        "418, PROTOCOL, REJECTED",
        "429, TOO_MANY_REQUESTS, TOO_MANY_REQUESTS",
        "451, DENIED, DENIED",
        "500, SERVER_ERROR, SERVER_ERROR",
        "501, UNSUPPORTED, UNSUPPORTED",
        "503, SERVER_ERROR, SERVER_ERROR",
        "599, SERVER_ERROR, SERVER_ERROR"
    })
    void saysWhatAStatusMeans(int status, Reason reading, Reason writing) {
        RegistryException e = failing(status, "");
        assertEquals(reading, e.reason());
        assertEquals(status, e.status());
        Call put = Call.writing("PUT", test.uri("a"), Scope.none(), RequestBody.none(), 201);
        assertEquals(writing, test.failure(put).reason());
    }

    @Test
    void givesTheCodesOfTheRegistrysAccountAndQuotesItsMessage() {
        RegistryException e = failing(
                404,
                "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no \\u001b[31m such\",\"detail\":{\"a\":1}},"
                        + "{\"code\":\"NAME_UNKNOWN\"},{\"code\":\"NAME_UNKNOWN\"}]}");
        assertEquals(List.of("MANIFEST_UNKNOWN", "NAME_UNKNOWN"), e.codes());
        assertEquals(
                "registry.example.org answers 404 (MANIFEST_UNKNOWN, NAME_UNKNOWN) to GET /v2/a/b/blobs/1: \"no ?[31m such\"",
                message(e));
        assertEquals(
                Reason.UNSUPPORTED,
                failing(400, "{\"errors\":[{\"code\":\"UNSUPPORTED\"}]}").reason());
    }

    @Test
    void quotesWhatIsNeededToSeeThePoint() {
        String message = "The image tag '" + "x".repeat(300) + "' already exists and is immutable.";
        String quoted = message(failing(400, "{\"errors\":[{\"code\":\"X\",\"message\":\"" + message + "\"}]}"));
        assertTrue(quoted.endsWith("immutable.\""), quoted);
        assertTrue(message(failing(403, "y".repeat(600))).endsWith("\"" + "y".repeat(500) + "…\""));
    }

    @Test
    void quotesTheTitleOnlyOfAPageForPeople() {
        String page = "<!DOCTYPE html>\n<html><head><title>Attention Required!</title><style>a{}</style></head>blocked";
        assertTrue(message(failing(403, page)).endsWith(": \"Attention Required!\""));
        assertEquals(
                "registry.example.org answers 403 to GET /v2/a/b/blobs/1",
                message(failing(403, "<html><style>a{}</style>")));
    }

    @Test
    void namesTheDigestThatARegistryMissesAndPassesOverAnEmptyMessage() {
        String body = "{\"errors\":[{\"code\":\"A\",\"message\":\"\"},"
                + "{\"code\":\"B\",\"message\":\"blob unknown\",\"detail\":{\"digest\":\"sha256:ab\"}}]}";
        assertEquals(
                "registry.example.org answers 404 (A, B) to GET /v2/a/b/blobs/1: \"blob unknown (sha256:ab)\"",
                message(failing(404, body)));
        String twice = "{\"errors\":[{\"message\":\"no sha256:ab\",\"detail\":{\"digest\":\"sha256:ab\"}}]}";
        assertTrue(message(failing(404, twice)).endsWith(": \"no sha256:ab\""));
        assertTrue(message(failing(404, "{\"errors\":[{\"message\":\"no\",\"detail\":[{\"digest\":1}]}]}"))
                .endsWith(": \"no\""));
    }

    @Test
    void saysWhoRedirectedToTheOneThatFails() {
        test.network.name("cdn.example.com", "93.184.215.15");
        test.network.serve("https://cdn.example.com", request -> answer(403, ""));
        test.serving(request -> answer(307, "", "Location", "https://cdn.example.com/x?token=secret"));
        assertEquals(
                "cdn.example.com, to which registry.example.org redirects, answers 403 to GET /v2/a/b/blobs/1",
                message(test.failure()));
    }

    @Test
    void showsNoWaitThatCannotBeMeant() {
        test.serving(request -> answer(429, "", "Retry-After", "1800000000"));
        assertTrue(message(test.failure()).endsWith("(retry after more than 366 days)"));
        test.serving(request -> answer(429, "", "Retry-After", "3600"));
        assertTrue(message(test.failure()).endsWith("(retry after 3600 s)"));
    }

    @Test
    void namesTheRequestButNoQuery() {
        test.serving(request -> answer(403, ""));
        Call call = Call.reading("GET", test.uri("a/blobs/uploads/b?_state=secret"), Scope.none());
        assertEquals("registry.example.org answers 403 to GET /v2/a/blobs/uploads/b", message(test.failure(call)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "404 page not found",
                "<html>",
                "{",
                "[]",
                "{\"errors\":null}",
                "{\"errors\":{}}",
                "{\"errors\":[1]}",
                "{\"errors\":[{\"code\":1}]}",
                "{\"errors\":[{\"code\":\"lower\"}]}",
                "{\"errors\":[{\"code\":\"A B\"}]}",
                "{\"errors\":[{\"code\":\"\"}]}",
                "{\"errors\":[{\"code\":\"A\",\"code\":\"B\"}]}"
            })
    void hasNoCodesWhereTheAccountIsNotTheSpecifications(String body) {
        assertEquals(List.of(), failing(404, body).codes());
    }

    @Test
    void takesACodeOfSixtyFourCharactersAndNoLongerOne() {
        String longest = "A".repeat(64);
        assertEquals(
                List.of(longest),
                failing(404, "{\"errors\":[{\"code\":\"" + longest + "\"}]}").codes());
        assertEquals(
                List.of(),
                failing(404, "{\"errors\":[{\"code\":\"" + longest + "A\"}]}").codes());
    }

    @Test
    void boundsWhatItKeepsAndReads() {
        StringBuilder many = new StringBuilder("{\"errors\":[");
        for (int i = 0; i < 100; i++) {
            many.append("{\"code\":\"A")
                    .append(i)
                    .append("\",\"message\":\"")
                    .append("x".repeat(200))
                    .append("\"},");
        }
        many.append("{\"code\":\"").append("B".repeat(65)).append("\"}]}");
        RegistryException e = failing(404, many.toString());
        assertEquals(16, e.codes().size());
        assertTrue(message(e).length() < 400, message(e));

        int[] read = new int[1];
        test.with(s -> s.withLimits(RegistryLimits.defaults().withMaxTokenBytes(1))
                .withHttp(http -> http.withLimits(HttpLimits.defaults().withMaxErrorBytes(1000))));
        test.serving(request -> answer(404, new InputStream() {
            @Override
            public int read() {
                read[0]++;
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                read[0] += length;
                return length;
            }
        }));
        assertEquals(Reason.NOT_FOUND, test.failure().reason());
        assertEquals(1000, read[0]);
    }

    @Test
    void knowsWhatTheStatusMeansEvenIfTheAccountBreaksOff() {
        test.serving(request -> answer(403, new InputStream() {
            private final InputStream start = new ByteArrayInputStream(new byte[] {'w', 'h', 'y'});

            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int n = start.read(bytes, offset, length);
                if (n < 0) {
                    throw new IOException("reset");
                }
                return n;
            }
        }));
        HttpException e = test.failure();
        assertEquals(Reason.DENIED, e.reason());
        assertTrue(message(e).endsWith("\"why\""), message(e));
    }

    @Test
    void showsNoSecretThatTheRegistryRepeatsInWhateverSpelling() {
        test.withCredentials(Credentials.registryToken("s3cret"));
        for (String body : List.of(
                "s3cret",
                "{\"errors\":[{\"code\":\"S3CRET\",\"message\":\"Bearer s3cret\"}]}",
                "{\"errors\":[{\"message\":\"\\u0073\\u0033cret\"}]}")) {
            test.serving(request -> request.headers().containsKey("Authorization")
                    ? answer(403, body)
                    : answer(401, "", "WWW-Authenticate", "Bearer"));
            HttpException e = test.failure();
            assertEquals(Reason.DENIED, e.reason());
            assertFalse(message(e).contains("s3cret"), message(e));
        }
    }

    @Property(tries = 300)
    void anyAccountGivesTheOneExceptionWithABoundedMessage(@ForAll String body) {
        RegistryException e = failing(404, body);
        assertEquals(Reason.NOT_FOUND, e.reason());
        assertTrue(message(e).length() < 700, message(e));
    }
}
