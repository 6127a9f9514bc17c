package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens where only a proxy resolves names. */
class ProxiedNamesTest {
    private static final Proxy PROXY =
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example.org", 3128));

    /** Sends everything through the same. */
    private static final class Always extends ProxySelector {
        private final List<Proxy> selected;

        Always(Proxy... selected) {
            this.selected = List.of(selected);
        }

        @Override
        public List<Proxy> select(URI uri) {
            return selected;
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            throw new AssertionError("nothing is connected to");
        }
    }

    private static List<InetAddress> unknown(String host) throws UnknownHostException {
        throw new UnknownHostException(host);
    }

    private static boolean isKnown(ProxySelector proxies, String host) {
        try {
            return !new ProxiedNames(proxies, ProxiedNamesTest::unknown)
                    .resolve(host)
                    .isEmpty();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry.example.org", "registry.example.org.", "a_b.example.org", "x.xn--p1ai"})
    void aNameThatTheRuntimeDoesNotKnowIsLeftToTheProxy(String host) {
        assertTrue(isKnown(new Always(PROXY), host));
        assertFalse(isKnown(new Always(Proxy.NO_PROXY), host));
        assertFalse(isKnown(new Always(PROXY, Proxy.NO_PROXY), host), "it may be asked for directly too");
        assertFalse(isKnown(new Always(), host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "intranet",
                "intranet.",
                "1.2.3.4",
                "10.1",
                "0x7f.1",
                "example.0x7f",
                "[::1]",
                "[fe80::1%25x]",
                "a..b",
                ""
            })
    void whatIsNoNameOfThePublicNetworkIsNotLeftToIt(String host) {
        assertFalse(isKnown(new Always(PROXY), host));
    }

    @Test
    void whatTheRuntimeKnowsIsWhatItSays() throws UnknownHostException {
        InetAddress own = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        assertEquals(List.of(own), new ProxiedNames(new Always(PROXY), host -> List.of(own)).resolve("a.example.org"));
        ProxiedNames literal = new ProxiedNames(new Always(PROXY), NameResolver.runtime());
        assertTrue(literal.resolve("127.0.0.1").get(0).isLoopbackAddress());
        assertThrows(
                UnknownHostException.class,
                () -> new ProxiedNames(new Always(), ProxiedNamesTest::unknown).resolve("a.example.org"));
    }

    private static void answer(Exchange exchange) throws IOException {
        String host = exchange.request().header("Host").orElse("");
        if (host.equals("registry.example.org")) {
            exchange.answer(307, "Location: http://cdn.example.net/tags");
        } else {
            exchange.answerText(200, "{\"name\":\"a\",\"tags\":[\"from-" + host + "\"]}");
        }
    }

    /** The address is the proxy's to find out, in a process that knows no name at all. */
    @Test
    void aRegistryBehindAProxyThatAloneKnowsNamesMayLeadElsewhere(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path hosts = Files.writeString(folder.resolve("hosts"), "# nobody\n");
        Path output = folder.resolve("output.txt");
        try (HostileServer proxy = HostileServer.start(ProxiedNamesTest::answer)) {
            List<String> options = new ArrayList<>(List.of(
                    "-Djdk.net.hosts.file=" + hosts,
                    "-Dhttp.proxyHost=127.0.0.1",
                    "-Dhttp.proxyPort=" + proxy.port(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1"));
            Process process = new ProcessBuilder(JavaProcess.command(
                            options, Launcher.class, "tags", "registry.example.org/a", "--plain-http"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
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
