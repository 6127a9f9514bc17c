package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command where only a proxy resolves names. */
class CommandProxyTest {
    private static void answer(Exchange exchange) throws IOException {
        String host = exchange.request().header("Host").orElse("");
        if (host.equals("registry.example.org")) {
            exchange.answer(307, "Location: http://cdn.example.net/tags");
        } else {
            exchange.answerText(200, "{\"name\":\"a\",\"tags\":[\"from-" + host + "\"]}");
        }
    }

    /** The address is the proxy's to find out, in a process that knows no name at all. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRegistryBehindAProxyThatAloneKnowsNamesMayLeadElsewhere(boolean ofEnvironment, @TempDir Path folder)
            throws IOException, InterruptedException {
        Path hosts = Files.writeString(folder.resolve("hosts"), "# nobody\n");
        Path output = folder.resolve("output.txt");
        try (HostileServer proxy = HostileServer.start(CommandProxyTest::answer)) {
            List<String> options = new ArrayList<>(
                    List.of("-Djdk.net.hosts.file=" + hosts, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            if (!ofEnvironment) {
                options.addAll(List.of("-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=" + proxy.port()));
            }
            ProcessBuilder builder = new ProcessBuilder(JavaProcess.command(
                            options, Launcher.class, "tags", "registry.example.org/a", "--plain-http"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            List.of("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "NO_PROXY", "no_proxy")
                    .forEach(builder.environment()::remove);
            if (ofEnvironment) {
                builder.environment().put("HTTP_PROXY", "http://127.0.0.1:" + proxy.port());
            }
            Process process = builder.start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail("the process did not end");
            }
            String said = Files.readString(output);
            assertEquals(0, process.exitValue(), said);
            assertTrue(said.contains("from-cdn.example.net"), said);
        }
    }
}
