package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.RefusingPort;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
    private static final Set<String> ACCESS = Set.of(
            "time",
            "log",
            "client",
            "protocol",
            "method",
            "path",
            "status",
            "bytes",
            "complete",
            "milliseconds",
            "upstream",
            "message",
            "agent");

    @TempDir
    Path folder;

    @Test
    void eachLineIsOneJsonObjectWhateverClientsSend() throws Exception {
        List<String> agents =
                List.of("a\"b\\c", "tab\there", "\u00e9\u00ff\u0080", "</script>{}[]:,'", "a".repeat(5000));
        try (RefusingPort upstream = RefusingPort.open();
                RunningProxy proxy = RunningProxy.start(folder, RunningProxy.upstream(upstream.host()))) {
            for (String agent : agents) {
                RawRequest.send(proxy.address(0), RawRequest.get("/v2/", "User-Agent: " + agent));
            }
            for (String target : List.of(
                    "/v2/a\"b\\c/manifests/1",
                    "/v2/%22%0a%00%c3%a9/manifests/1",
                    "/v2/team/app/manifests/1.0?password=hidden",
                    "http://robot:hidden@127.0.0.1/v2/")) {
                RawRequest.send(proxy.address(0), RawRequest.get(target));
            }
            assertFalse(proxy.log().contains("hidden"), proxy.log());
            int requests = 0;
            for (String line : proxy.log().split("\n", -1)) {
                if (line.isEmpty()) {
                    continue;
                }
                JsonCursor object =
                        JsonCursor.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 16));
                if (object.members().containsKey("agent")) {
                    requests++;
                    assertEquals(ACCESS, object.members().keySet());
                }
                assertTrue(line.chars().allMatch(c -> c >= ' ' && c <= '~'), line);
            }
            assertTrue(requests >= agents.size() + 1, proxy.log());
            assertTrue(proxy.log().contains("\"agent\":\"a\\\"b\\\\c\""), proxy.log());
        }
    }

    /** An output that takes nothing until it is let. */
    private static final class Pipe extends OutputStream {
        private final Semaphore isOpen = new Semaphore(0);
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            isOpen.acquireUninterruptibly();
            isOpen.release();
            taken.write(b);
        }
    }

    @Test
    void anOutputThatTakesNothingStopsNothingAndTheLinesThatAreLeftOutAreCounted() {
        Pipe pipe = new Pipe();
        try (ServerLog log = new ServerLog(new PrintStream(pipe, true, StandardCharsets.UTF_8), Clock.systemUTC())) {
            for (int i = 0; i < 10_000; i++) {
                log.say("line " + i);
            }
            assertTrue(log.waiting() > 4000, "lines wait");
            pipe.isOpen.release();
            while (log.waiting() > 0) {
                Thread.onSpinWait();
            }
            log.say("afterwards");
        }
        String written = pipe.taken.toString(StandardCharsets.UTF_8);
        assertTrue(written.contains("lines were left out"), "it says so");
        assertTrue(written.contains("\"line 0\"") && written.contains("afterwards"), "it goes on");
    }
}
