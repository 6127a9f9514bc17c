package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.JavaProcess;
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

/** What the README says, done. */
class ReadmeTest {
    private static final Path HERE = Path.of("verifying-proxy");

    @TempDir
    Path folder;

    private static String readme() throws IOException {
        return Files.readString(HERE.resolve("README.md"));
    }

    private static String block(String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(readme());
        assertTrue(block.find(), language);
        return block.group(1);
    }

    /** {@return the arguments of the command that starts the proxy, with another configuration} */
    private static String[] arguments(Path config) throws IOException {
        String line = block("sh")
                .lines()
                .filter(each -> each.startsWith("java -jar "))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        assertEquals("examples/verifying-proxy/target/verifying-proxy.jar", words.get(2));
        assertEquals("examples/verifying-proxy/proxy.yml", words.set(words.size() - 1, config.toString()));
        return words.subList(3, words.size()).toArray(String[]::new);
    }

    @Test
    void theCommandStartsAProxyThatSigtermStops() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            PushedImage image = PushedImage.push(registry, folder, "1.0", 1, 100_000);
            String shipped = Files.readString(HERE.resolve("proxy.yml"));
            Path config = Files.writeString(
                    folder.resolve("proxy.yml"),
                    shipped.replace("127.0.0.1:5000", "127.0.0.1:0")
                            .replace("127.0.0.1:9090", "127.0.0.1:0")
                            .replace(
                                    "/tmp/verifying-proxy",
                                    folder.resolve("cache").toString())
                            .replace("docker.io", registry.host()));
            Process process = new ProcessBuilder(
                            JavaProcess.command(List.of("-Xmx256m"), Main.class, arguments(config)))
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

    @Test
    void theConfigurationOfTheReadmeIsOne() throws Exception {
        for (String file : List.of("server.pem", "server.key", "secret", "ca.pem")) {
            Files.createFile(folder.resolve(file));
        }
        Files.createFile(folder.resolve("config.json"));
        String text = block("yaml").replace("/root/.docker/config.json", "config.json");
        ProxyConfig config = ProxyConfig.read(Files.writeString(folder.resolve("proxy.yml"), text));
        assertEquals(3, config.upstreams().size());
        assertEquals(2, config.policies().size());
    }
}
