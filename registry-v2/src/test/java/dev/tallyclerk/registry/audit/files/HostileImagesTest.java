package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All rules on files and the inventory need bounded time and memory, whatever the image. */
class HostileImagesTest {
    private static final long MOST_MILLISECONDS = 60_000;

    private static List<String> audit(String... layouts) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(JavaProcess.command(List.of("-Xmx512m"), AuditedInChild.class, layouts))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }

    private static void assertInTime(String line) {
        assertTrue(Long.parseLong(line.split(" ", -1)[1]) < MOST_MILLISECONDS, line);
    }

    @Test
    void tenMillionEntriesAreLookedAtAndWhatIsNotKnownIsSaid() throws IOException, InterruptedException {
        List<String> lines = audit();

        assertEquals(1, lines.size(), lines::toString);
        assertInTime(lines.get(0));
        // So many files are not merged in this memory, and no rule may pass.
        assertTrue(Integer.parseInt(lines.get(0).split(" ", -1)[2]) > 0, lines::toString);
    }

    @Test
    void eachHostileImageIsAuditedInAMinute() throws IOException, InterruptedException {
        Path folder = SharedData.require("image-audit/images/hostile");
        String[] layouts;
        try (Stream<Path> all = Files.list(folder)) {
            layouts = all.map(Path::toString).sorted().toArray(String[]::new);
        }
        List<String> lines = audit(layouts);

        assertEquals(layouts.length, lines.size(), lines::toString);
        lines.forEach(HostileImagesTest::assertInTime);
    }
}
