package dev.tallyclerk.registry.hostile;

import static dev.tallyclerk.registry.hostile.Pull.tagged;
import static dev.tallyclerk.registry.hostile.ServedImage.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pull whose process is killed in the middle of a layer, and the next one. */
class KilledPullTest {
    private static final int SIZE = 2_000_000;
    private static final int SENT = 1_500_000;

    /** Of these it is known that they were read, and all but the writer's buffer of them are in the folder. */
    private static final int READ = 1_400_000;

    private static final int WRITTEN = 1_000_000;
    private static final Pattern REST = Pattern.compile("bytes=([0-9]+)-" + (SIZE - 1));

    private final ServedImage image = ServedImage.of(SIZE);

    @TempDir
    Path folder = Path.of("");

    @Test
    void goesOnWhereTheKilledProcessWas() throws IOException, InterruptedException {
        String layer = path(image.layer(0));
        AtomicBoolean first = new AtomicBoolean(true);
        try (HostileServer server = HostileServer.start(exchange -> {
            if (exchange.request().path().equals(layer) && first.getAndSet(false)) {
                exchange.head(200, "Content-Length: " + SIZE);
                exchange.send(Arrays.copyOf(image.content(image.layer(0)), SENT));
                exchange.stall();
            } else {
                image.handle(exchange);
            }
        })) {
            Process killed = CopyingProcess.start(folder, tagged(server), READ);
            try (InputStream said = killed.getInputStream()) {
                assertEquals('.', said.read());
            } finally {
                killed.toHandle().destroyForcibly();
                killed.waitFor();
            }
            Pull pull = Pull.into(folder);
            pull.assertNothingPublished();

            Process next = CopyingProcess.start(folder, tagged(server), SIZE);
            try (InputStream said = next.getInputStream()) {
                assertTrue(said.readAllBytes().length > 0);
            } finally {
                next.waitFor();
            }
            assertEquals(0, next.exitValue());
            pull.assertPublished(image);
            List<String> ranges = server.requests().stream()
                    .filter(request -> request.path().equals(layer))
                    .map(request -> request.header("Range").orElse("-"))
                    .toList();
            assertEquals(2, ranges.size(), ranges.toString());
            assertEquals("-", ranges.get(0));
            Matcher rest = REST.matcher(ranges.get(1));
            assertTrue(rest.matches(), ranges.get(1));
            int from = Integer.parseInt(rest.group(1));
            assertTrue(from >= WRITTEN && from <= SENT, ranges.get(1));
        }
    }
}
