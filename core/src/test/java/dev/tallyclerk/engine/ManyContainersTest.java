package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ManyContainersTest {
    private static final int COUNT = 1000;

    /** As many bytes as an engine writes for a container. */
    private static final String LABELS = IntStream.range(0, 60)
            .mapToObj(i -> "'org.example.label" + i + "':'a value of the usual length for a label " + i + "'")
            .collect(Collectors.joining(","));

    @TempDir
    Path folder = Path.of("");

    private static String id(int number) {
        return String.format("%064x", number + 1);
    }

    private static FakeEngine engine() throws IOException {
        FakeEngine engine = FakeEngine.start();
        engine.with(
                "/containers/json?all=1",
                IntStream.range(0, COUNT)
                        .mapToObj(i -> FakeEngine.listed("c" + i).replace(FakeEngine.ID, id(i)))
                        .collect(Collectors.joining(",", "[", "]")));
        for (int i = 0; i < COUNT; i++) {
            String path = "/containers/" + id(i);
            engine.with(
                            path + "/json",
                            FakeEngine.inspect("c" + i, "'Privileged':false", "'LANG=C'")
                                    .replace(FakeEngine.ID, id(i))
                                    .replace("'Config':{", "'Config':{'Labels':{" + LABELS + "},"))
                    .with(path + "/changes", "null")
                    .with(path + "/top", "{'Titles':['PID','CMD'],'Processes':[['1','sleep 9']]}");
        }
        return engine;
    }

    @Test
    @Timeout(300)
    void aThousandContainersAreAuditedAndRecordedInLittleMemory() throws IOException, InterruptedException {
        try (FakeEngine engine = engine()) {
            Process process = new ProcessBuilder(JavaProcess.command(
                            List.of("-Xmx64m", "-XX:+UseSerialGC"),
                            ManyContainers.class,
                            engine.address().toString(),
                            folder.resolve("recording").toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), printed);
            assertTrue(printed.startsWith((COUNT + 2) + " "), printed);
        }
        try (Stream<Path> files = Files.list(folder.resolve("recording/containers"))) {
            assertEquals(COUNT, files.count());
        }
    }
}
