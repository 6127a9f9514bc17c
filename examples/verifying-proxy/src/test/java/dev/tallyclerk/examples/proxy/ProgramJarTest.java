package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that {@code java -jar} runs, which is made after the other tests have run. */
class ProgramJarTest {
    @TempDir
    Path folder;

    /** {@return the command of the README that starts the proxy, with another configuration} */
    private static List<String> command(Path config) throws IOException {
        String line = ReadmeTest.block("sh")
                .lines()
                .filter(each -> each.startsWith("java -jar "))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        Path jar = ReadmeTest.HERE.resolve("target/verifying-proxy.jar");
        assertEquals("examples/verifying-proxy/target/verifying-proxy.jar", words.set(2, jar.toString()));
        assertTrue(Files.exists(jar), "run mvn package first");
        assertEquals("examples/verifying-proxy/proxy.yml", words.set(words.size() - 1, config.toString()));
        words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return words;
    }

    @Test
    void theCommandStartsAProxyThatSigtermStops() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            PushedImage image = PushedImage.push(registry, folder, "1.0", 1, 100_000);
            String shipped = Files.readString(ReadmeTest.HERE.resolve("proxy.yml"));
            Path config = Files.writeString(
                    folder.resolve("proxy.yml"),
                    shipped.replace("127.0.0.1:5000", "127.0.0.1:0")
                            .replace("127.0.0.1:9090", "127.0.0.1:0")
                            .replace(
                                    "/tmp/verifying-proxy",
                                    folder.resolve("cache").toString())
                            .replace("docker.io", registry.host()));
            Process process = new ProcessBuilder(command(config))
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                String started = out.readLine();
                Matcher address =
                        Pattern.compile("http://(127\\.0\\.0\\.1:[0-9]+)").matcher(started);
                assertTrue(address.find(), started);
                String host = address.group(1);
                assertEquals(
                        200,
                        RunningProxy.send("GET", host, "/v2/team/app/manifests/1.0")
                                .statusCode());
                assertEquals(
                        image.bytes().length,
                        RunningProxy.send("GET", host, image.blobPath()).body().length);
                process.toHandle().destroy(); // unlike the process itself, it leaves the output open
                assertTrue(process.waitFor(60, TimeUnit.SECONDS));
                List<String> rest = out.lines().toList();
                assertTrue(rest.get(rest.size() - 1).contains("\"message\":\"stopped\""), rest::toString);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
