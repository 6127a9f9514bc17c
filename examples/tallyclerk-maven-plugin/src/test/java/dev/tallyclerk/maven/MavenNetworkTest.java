package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy in the settings is asked for. */
class MavenNetworkTest {
    private static final Reference IMAGE = Reference.parse("registry.invalid/team/app:1.0");

    @ParameterizedTest
    @CsvSource({"registry.invalid, http://registry.invalid/v2/", "other.invalid, CONNECT registry.invalid:443"})
    void asksOnlyTheNamedRegistriesByHttp(String insecure, String asked) throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        Thread proxy;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            proxy = new Thread(() -> refuseAll(server, requests));
            proxy.start();
            assertThrows(IOException.class, () -> read(server.getLocalPort(), insecure));
        }
        proxy.join();
        assertFalse(requests.isEmpty());
        assertTrue(requests.stream().allMatch(line -> line.contains(asked)), requests.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "registry", "http://registry.invalid", "registry.invalid/team", "docker.io/library"})
    void refusesARegistryThatNoNameHas(String insecure) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new MavenNetwork(new Settings(), new PlainDecrypter(), false, List.of(insecure)));
    }

    private static void read(int port, String insecure) throws IOException {
        Proxy proxy = new Proxy();
        proxy.setHost("127.0.0.1");
        proxy.setPort(port);
        Settings settings = new Settings();
        settings.addProxy(proxy);
        MavenNetwork network = new MavenNetwork(settings, new PlainDecrypter(), false, List.of(insecure));
        try (ImageSource source = network.registry(IMAGE).image(IMAGE)) {
            ImageVerifier.create().verify(source);
        }
    }

    private static void refuseAll(ServerSocket server, List<String> requests) {
        while (true) {
            try (Socket client = server.accept();
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
                String line = in.readLine();
                requests.add(String.valueOf(line));
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                client.getOutputStream()
                        .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }
}
