package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes that commands on local images load. */
class LocalImageProcessTest {
    private static final String IMAGE = "oci:images/hello";

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"verify", "inspect", "files", "copy", "extract"})
    void makeNoHttpClientAndNoMethodsOfRecords(String command) throws IOException, InterruptedException {
        List<String> more = switch (command) {
            case "copy" -> List.of("oci:" + folder.resolve("copy") + ":1");
            case "extract" -> List.of(folder.resolve("files").toString());
            default -> List.of();
        };
        String[] arguments =
                Stream.concat(Stream.of(command, IMAGE), more.stream()).toArray(String[]::new);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        JavaProcess.command(List.of("-Xlog:class+load"), Launcher.class, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the process did not end");
        }
        String loaded = Files.readString(output);
        assertEquals(0, process.exitValue(), loaded);
        assertTrue(loaded.contains("dev.tallyclerk.registry.layout.OciLayout "), loaded);
        for (String unwanted : List.of("okhttp3.OkHttpClient ", "java.lang.runtime.ObjectMethods ")) {
            assertTrue(loaded.lines().noneMatch(line -> line.contains(" " + unwanted)), unwanted);
        }
    }
}
