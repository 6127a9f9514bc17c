package dev.tallyclerk.registry.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that expire, and clocks that do not go as they should. */
class TokenClockTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private final ServedImage image = ServedImage.of(29_000, 100, 2_000);
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile Instant now = NOON;
    private volatile String expiresIn = "300";

    /** What happens to the clock between the manifest and the blobs. */
    private volatile UnaryOperator<Instant> jump = UnaryOperator.identity();

    /** The oldest token that the registry still takes. */
    private volatile int oldest;

    @TempDir
    Path folder = Path.of("");

    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    private void serve(Exchange exchange) throws IOException {
        if (exchange.request().path().equals("/token")) {
            String token = "t" + tokens.incrementAndGet();
            exchange.answerText(200, "{\"token\":\"" + token + "\",\"expires_in\":" + expiresIn + "}");
            return;
        }
        String shown = exchange.request().header("Authorization").orElse("Bearer t-1");
        if (Integer.parseInt(shown.substring("Bearer t".length())) <= oldest) {
            exchange.answer(
                    401,
                    "WWW-Authenticate: Bearer realm=\"http://"
                            + exchange.request().header("Host").orElse("") + "/token\",service=\"s\"");
            return;
        }
        image.handle(exchange);
        if (exchange.request().path().contains("/manifests/")) {
            now = jump.apply(now);
        }
    }

    /** {@return how many tokens a whole pull took} */
    private int pull() throws IOException {
        try (HostileServer server = HostileServer.start(this::serve)) {
            Pull pull = Pull.into(folder).with(client -> client.withHttp(http -> http.withClock(clock)));
            pull.run(Pull.tagged(server));
            pull.assertPublished(image);
            return tokens.get();
        }
    }

    @Test
    void aTokenLastsForAPull() throws IOException {
        assertEquals(1, pull());
    }

    @Test
    void aTokenThatHasExpiredIsReplacedBeforeItIsShown() throws IOException {
        jump = before -> before.plusSeconds(301);
        assertEquals(2, pull());
    }

    @Test
    void aTokenThatTheRegistryTakesNoMoreIsReplaced() throws IOException {
        jump = before -> {
            oldest = 1;
            return before;
        };
        assertEquals(2, pull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P3650D", "P-3650D", "P300000D"})
    void aClockThatJumpsCostsATokenAtMost(String how) throws IOException {
        jump = before -> before.plus(Duration.parse(how));
        int taken = pull();
        assertTrue(taken <= 2, taken + " tokens");
    }

    @Test
    void aClockThatJumpsBackHidesNoExpiry() throws IOException {
        jump = before -> {
            oldest = 1;
            return before.minusSeconds(86_400);
        };
        assertEquals(2, pull());
    }

    @Test
    void aClockAtTheEndOfTimeIsNoError() throws IOException {
        for (Instant end : new Instant[] {Instant.MAX, Instant.MIN, Instant.MAX.minusSeconds(100)}) {
            now = end;
            tokens.set(0);
            assertEquals(1, pull(), end.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {"0, 5", "-1, 5", "1, 1", "1000000000000, 1", "null, 1", "300.0, 1", "\"300\", 1"})
    void anExpiryThatIsOddIsNoErrorAndCostsATokenForEachOfFiveRequestsAtMost(String value, int expected)
            throws IOException {
        expiresIn = value;
        assertEquals(expected, pull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"soon\"", "1e3", "99999999999999999999"})
    void anExpiryThatIsNoNumberOfSecondsIsOneError(String value) throws IOException {
        expiresIn = value;
        try (HostileServer server = HostileServer.start(this::serve)) {
            Pull pull = Pull.into(folder).with(client -> client.withHttp(http -> http.withClock(clock)));
            assertEquals(HttpException.Reason.PROTOCOL, pull.registryFailure(Pull.tagged(server)));
            assertEquals(1, tokens.get());
        }
    }
}
