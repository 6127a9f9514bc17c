package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.UnixServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An engine that breaks the protocol costs bounded time and memory, and never makes a rule pass. */
@Timeout(60)
class HostileEngineTest {
    private static final String JSON = "Content-Type: application/json";

    private static final EngineLimits LIMITS = EngineLimits.defaults()
            .withMaxDocumentBytes(100_000)
            .withMaxRequestTime(Duration.ofMillis(800))
            .withMaxTime(Duration.ofSeconds(20));

    @TempDir
    Path folder = Path.of("");

    private static Arguments attack(String name, FakeEngine.Answer answer) {
        return Arguments.of(name, answer);
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                attack("a body without end", exchange -> {
                    exchange.head(200, JSON, "Transfer-Encoding: chunked");
                    exchange.sendRepeatedly(FakeEngine.bytes("4\r\n[1, \r\n"), 1L << 30);
                }),
                attack("a length beyond the limit", exchange -> {
                    exchange.head(200, JSON, "Content-Length: 99999999999");
                    exchange.sendRepeatedly(new byte[4096], 1L << 30);
                }),
                attack("a slow drip", exchange -> {
                    exchange.head(200, JSON, "Content-Length: 100000");
                    exchange.drip(new byte[100_000], Duration.ofMillis(50));
                }),
                attack("silence", Exchange::stall),
                attack("a web page", exchange -> exchange.answerText(200, "<html>", "Content-Type: text/html")),
                attack("no content type", exchange -> exchange.answerText(200, "{}")),
                attack("a redirect", exchange -> exchange.answerText(302, "", "Location: http://127.0.0.1:9/")),
                attack("no content", exchange -> exchange.head(204)),
                attack("a chunk extension without end", exchange -> {
                    exchange.head(200, JSON, "Transfer-Encoding: chunked");
                    exchange.send(FakeEngine.bytes("4;"));
                    exchange.sendRepeatedly(FakeEngine.bytes("extension=1;"), 1L << 30);
                }),
                attack("headers without end", exchange -> {
                    exchange.send(FakeEngine.bytes("HTTP/1.1 200 OK\r\n"));
                    exchange.sendRepeatedly(FakeEngine.bytes("X-Flood: yes\r\n"), 1L << 30);
                }),
                attack(
                        "interim answers without end",
                        exchange ->
                                exchange.sendRepeatedly(FakeEngine.bytes("HTTP/1.1 100 Continue\r\n\r\n"), 1L << 30)),
                attack("a body that breaks off", exchange -> {
                    exchange.head(200, JSON, "Content-Length: 1000");
                    exchange.send(FakeEngine.bytes("{"));
                }),
                attack("a chunk size that is none", exchange -> {
                    exchange.head(200, JSON, "Transfer-Encoding: chunked");
                    exchange.send(FakeEngine.bytes("zz\r\n{}\r\n0\r\n\r\n"));
                }),
                attack("another protocol", exchange -> exchange.send(FakeEngine.bytes("SSH-2.0-x\r\n"))),
                attack("a reset", Exchange::reset));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void aHostileDescriptionOfAContainerIsUnknown(String name, FakeEngine.Answer answer) throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with("/containers/" + FakeEngine.ID + "/json", answer)) {
            LiveEngine live = engine.connect(LIMITS);
            assertEquals(
                    Optional.of(Outcome.Kind.UNKNOWN), LiveEngineTest.outcome(LiveEngineTest.audit(live), "RUN-001"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void theSameOverAUnixSocket(String name, FakeEngine.Answer answer) throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                        .withContainer("web", "", "")
                        .with("/containers/" + FakeEngine.ID + "/json", answer);
                UnixServer socket = UnixServer.before(engine.port(), folder)) {
            OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient()).withUnixSocket(socket.socket());
            LiveEngine live = LiveEngine.connect(EngineAddress.unix(socket.socket()), transport, LIMITS);
            assertTrue(live.read("containers/web.json").whyUnread().isPresent());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void aHostileGreetingIsAFailureWithAReason(String name, FakeEngine.Answer answer) throws IOException {
        try (FakeEngine engine = FakeEngine.start().with("/_ping", answer)) {
            EngineException e = assertThrows(EngineException.class, () -> engine.connect(LIMITS));
            assertTrue(
                    List.of(Reason.PROTOCOL, Reason.TIMED_OUT, Reason.UNREACHABLE, Reason.LIMIT_EXCEEDED)
                            .contains(e.reason()),
                    e.reason() + ": " + e.getMessage());
        }
    }

    @Test
    void allAnswersTogetherTakeNoLongerThanAllowed() throws IOException {
        try (FakeEngine engine =
                FakeEngine.start().with("/info", Exchange::stall).with("/networks", Exchange::stall)) {
            LiveEngine live = engine.connect(LIMITS.withMaxTime(Duration.ofSeconds(1)));
            assertTrue(live.read("info.json").whyUnread().isPresent());
            assertTrue(live.read("networks.json").whyUnread().isPresent());
            assertTrue(live.read("volumes.json").whyUnread().orElse("").contains("together"));
        }
    }

    @Test
    void aDuplicateMemberIsRefusedByName() throws IOException {
        try (FakeEngine engine = FakeEngine.start()
                .withContainer("web", "", "")
                .with("/containers/" + FakeEngine.ID + "/json", "{'Id':'1','HostConfig':{},'HostConfig':{}}")) {
            LiveEngine live = engine.connect(LIMITS);
            IOException e = assertThrows(IOException.class, () -> LiveEngineTest.audit(live));
            assertTrue(
                    String.valueOf(e.getMessage()).contains("containers/web.json: DUPLICATE_MEMBER"), e.getMessage());
        }
    }
}
