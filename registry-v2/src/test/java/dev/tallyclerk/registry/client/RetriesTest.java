package dev.tallyclerk.registry.client;

import static dev.tallyclerk.testing.FakeNetwork.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Waits;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.testing.FakeNetwork;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
    private final TestSession test = new TestSession();

    /** A registry that answers so at first, and well afterwards. */
    private void failing(int times, FakeNetwork.Server failure) {
        int[] left = {times};
        test.serving(request -> left[0]-- > 0 ? failure.answer(request) : answer(200, "content"));
    }

    private Call writing() {
        return Call.writing("POST", test.uri("a/b/blobs/uploads/"), Scope.none(), RequestBody.none(), 200);
    }

    private static List<Duration> millis(long... waits) {
        return LongStream.of(waits).mapToObj(Duration::ofMillis).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 499, 500, 502, 503, 504, 507, 520, 522, 524, 599})
    void asksAgainAfterWaitsThatDouble(int status) throws IOException {
        failing(4, request -> answer(status, ""));
        assertEquals("content", test.text());
        assertEquals(millis(200, 400, 800, 1600), test.waits.sleeps());
        assertEquals(4, test.heard.size());
        assertTrue(test.heard.get(3).startsWith("registry.example.org retrying 4 1600 "), test.heard.get(3));
    }

    @Test
    void waitsSecondsForARegistryThatWantsFewerRequestsAndDoesNotSayWhen() throws IOException {
        test.waits.setRandom(0.25);
        failing(3, request -> answer(429, ""));
        assertEquals("content", test.text());
        assertEquals(millis(1000, 2000, 4000), test.waits.sleeps());
    }

    @Test
    void waitsNoLongerForFewerRequestsThanThePolicyAllows() throws IOException {
        RetryPolicy policy = RetryPolicy.defaults().withLongestWait(Duration.ofMillis(1500));
        test.with(s -> s.withHttp(http -> http.withRetries(policy)));
        failing(2, request -> answer(429, ""));
        assertEquals("content", test.text());
        assertEquals(millis(1000, 1500), test.waits.sleeps());
        test.with(s -> s.withHttp(http -> http.withRetries(policy.withFirstWait(Duration.ZERO))));
        failing(2, request -> answer(429, ""));
        assertEquals("content", test.text());
        assertEquals(
                2, test.waits.sleeps().stream().filter(wait -> !wait.isZero()).count());
    }

    @Test
    void aTimeThatIsNamedCountsInsteadOfASecond() throws IOException {
        failing(1, request -> answer(429, "", "Retry-After", "0"));
        assertEquals("content", test.text());
        assertEquals(millis(200), test.waits.sleeps());
    }

    /** So that those who failed together do not come back together. */
    @Test
    void waitsAnotherTimeEachTimeWithinItsBound() throws IOException {
        Waits real = Waits.real();
        test.with(s -> s.withHttp(http -> http.withRetries(
                RetryPolicy.defaults().withFirstWait(Duration.ofSeconds(10)).withLongestWait(Duration.ofSeconds(10)))));
        Set<Duration> waits = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            test.waits.setRandom(real.random());
            failing(1, request -> answer(500, ""));
            test.text();
            Duration wait = test.waits.sleeps().get(i);
            assertTrue(!wait.isNegative() && wait.compareTo(Duration.ofSeconds(10)) < 0, wait.toString());
            waits.add(wait);
        }
        assertTrue(waits.size() > 10, waits.toString());
        Duration shortest = Collections.min(waits);
        Duration longest = Collections.max(waits);
        assertTrue(longest.minus(shortest).compareTo(Duration.ofSeconds(5)) > 0, shortest + " to " + longest);
    }

    @Test
    void doesNotAskAgainForACertificateThatIsNotTrusted() {
        int[] asked = {0};
        test.serving(request -> {
            asked[0]++;
            SSLHandshakeException refused = new SSLHandshakeException("not trusted");
            refused.initCause(new CertificateException("no path"));
            throw refused;
        });
        assertEquals(Reason.UNREACHABLE, test.failure().reason());
        assertEquals(1, asked[0]);
    }

    @Test
    void waitsARandomPartOfTheTime() throws IOException {
        test.waits.setRandom(0.25);
        failing(2, request -> answer(503, ""));
        test.text();
        assertEquals(millis(50, 100), test.waits.sleeps());
    }

    @Test
    void waitsOfAnyLengthAreNoErrorOfArithmetic() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        RetryPolicy policy = new RetryPolicy(40, Duration.ofNanos(1), huge, huge);
        test.with(s -> s.withHttp(http -> http.withRetries(policy))).serving(request -> answer(503, ""));
        assertEquals(Reason.SERVER_ERROR, test.failure().reason());
        test.with(s ->
                s.withHttp(http -> http.withRetries(policy.withFirstWait(huge).withLongestWait(huge))));
        assertEquals(Reason.TIMED_OUT, test.failure().reason());
    }

    @Test
    void waitsNoLongerThanTheLongestTimeAndGivesUpAfterTheLastAttempt() {
        RetryPolicy policy = RetryPolicy.defaults()
                .withAttempts(4)
                .withFirstWait(Duration.ofSeconds(1))
                .withLongestWait(Duration.ofMillis(2500));
        test.with(s -> s.withHttp(http -> http.withRetries(policy))).serving(request -> answer(500, ""));
        HttpException e = test.failure();
        assertEquals(Reason.SERVER_ERROR, e.reason());
        assertEquals(millis(1000, 2000, 2500), test.waits.sleeps());
        assertEquals(4, test.network.requests().size());
    }

    @Test
    void asksAgainWhenThereWasNoAnswer() throws IOException {
        failing(1, request -> {
            throw new IOException("broken\u001b[31m");
        });
        assertEquals("content", test.text());
        test.with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())));
        test.serving(request -> {
            throw new IOException("broken\u001b[31m");
        });
        HttpException e = test.failure();
        assertEquals(Reason.UNREACHABLE, e.reason());
        assertTrue(String.valueOf(e.getMessage()).endsWith("broken?[31m"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 410, 413, 416, 501, 505, 511, 304, 201})
    void doesNotAskAgainForWhatWillNotPass(int status) {
        test.serving(request -> answer(status, ""));
        assertEquals(status, test.failure().status());
        int atTheRoot = status == 401 ? 1 : 0; // which may say what a 401 alone does not
        assertEquals(1 + atTheRoot, test.network.requests().size());
    }

    @Test
    void repeatsACallThatChangesSomethingOnlyIfNothingOfItWasBegun() throws IOException {
        failing(1, request -> answer(503, ""));
        assertEquals(Reason.SERVER_ERROR, test.failure(writing()).reason());
        failing(1, request -> {
            throw new IOException("broken");
        });
        assertEquals(Reason.UNREACHABLE, test.failure(writing()).reason());
        failing(1, request -> answer(503, "", "Retry-After", "1"));
        assertEquals(Reason.SERVER_ERROR, test.failure(writing()).reason());
        assertEquals(List.of(), test.waits.sleeps());
        failing(1, request -> answer(429, "", "Retry-After", "1"));
        assertEquals("content", test.text(writing()));
        failing(1, request -> {
            throw new ConnectException("refused");
        });
        assertEquals("content", test.text(writing()));
        failing(1, request -> answer(503, ""));
        assertEquals("content", test.text(writing().repeated()));
    }

    @Test
    void aBodyThatIsGoneIsNotSentAgain() {
        RequestBody once = RequestBody.once(1, new ByteArrayInputStream(new byte[1]));
        Call call = Call.writing("PATCH", test.uri("a"), Scope.none(), once, 202);
        failing(1, request -> answer(429, ""));
        assertEquals(Reason.TOO_MANY_REQUESTS, test.failure(call.repeated()).reason());
        assertEquals(1, test.network.requests().size());
    }

    /** A time that makes no sense is none, and a limit that comes without one is taken to be for a second. */
    @ParameterizedTest
    @CsvSource({
        "1, 1000, 1000",
        "60, 60000, 60000",
        "0, 200, 200",
        "' 2 ', 2000, 2000",
        "-1, 200, 1000",
        "1.5, 200, 1000",
        "soon, 200, 1000",
        "'Wed, 25 Nov 2026 12:00:07 GMT', 7000, 7000",
        "'Wed, 25 Nov 2026 11:00:00 GMT', 200, 200",
        "'Wednesday, 25-Nov-26 12:00:07 GMT', 7000, 7000",
        "'Wed Nov 25 12:00:07 2026', 7000, 7000"
    })
    void waitsAsLongAsItIsAsked(String retryAfter, long overloaded, long limited) throws IOException {
        Instant now = test.waits.clock().instant();
        failing(1, request -> answer(503, "", "Retry-After", retryAfter));
        assertEquals("content", test.text());
        test.waits.setClock(now);
        failing(1, request -> answer(429, "", "Retry-After", retryAfter));
        assertEquals("content", test.text());
        assertEquals(millis(overloaded, limited), test.waits.sleeps());
    }

    @ParameterizedTest
    @ValueSource(strings = {"61", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
    void failsAtOnceWhenItIsAskedToWaitTooLong(String retryAfter) {
        test.serving(request -> answer(503, "", "Retry-After", retryAfter));
        HttpException e = test.failure();
        assertEquals(Reason.SERVER_ERROR, e.reason());
        assertTrue(e.retryAfter().orElseThrow().compareTo(Duration.ofMinutes(1)) > 0);
        assertTrue(String.valueOf(e.getMessage()).contains(" (retry after "), e.getMessage());
        test.serving(request -> answer(429, "", "Retry-After", retryAfter));
        assertEquals(Reason.TOO_MANY_REQUESTS, test.failure().reason());
        assertEquals(List.of(), test.waits.sleeps());
    }

    @Test
    void asksTheTokenServiceAgainWhateverTheCall() throws IOException {
        int[] left = {2};
        test.serving(request -> {
            if (request.uri().getPath().equals("/token")) {
                return left[0]-- > 0 ? answer(503, "", "Retry-After", "3") : answer(200, "{\"token\":\"t\"}");
            }
            return request.headers().containsKey("Authorization")
                    ? answer(200, "content")
                    : answer(401, "", "WWW-Authenticate", "Bearer realm=\"https://registry.example.org/token\"");
        });
        assertEquals("content", test.text(writing()));
        assertEquals(millis(3000, 3000), test.waits.sleeps());
    }

    @Test
    void saysHowLongItIsAskedToWait() {
        test.with(s -> s.withHttp(http -> http.withRetries(RetryPolicy.never())))
                .serving(request -> answer(429, "", "Retry-After", "5"));
        assertEquals(Optional.of(Duration.ofSeconds(5)), test.failure().retryAfter());
        test.serving(request -> answer(429, ""));
        assertEquals(Optional.empty(), test.failure().retryAfter());
    }
}
