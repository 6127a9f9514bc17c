package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MavenProxiesTest {
    private static String proxyFor(Settings settings, String host) throws IOException {
        return MavenProxies.of(settings, new PlainDecrypter())
                .selector()
                .select(URI.create("https://" + host + "/v2/"))
                .get(0)
                .type()
                .name();
    }

    @Test
    void withoutAnActiveProxyNoneIsUsed() throws IOException {
        Proxy proxy = new Proxy();
        proxy.setActive(false);
        Settings settings = new Settings();
        settings.addProxy(proxy);
        assertEquals("DIRECT", proxyFor(settings, "registry.example.org"));
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example.org, HTTP",
        "a.internal.test, DIRECT",
        "internal.test, HTTP",
        "10.1.2.3, DIRECT",
        "LOCALHOST, DIRECT",
        "localhost.example.org, HTTP"
    })
    void theHostsWithoutAProxyAreMavens(String host, String type) throws IOException {
        Proxy proxy = new Proxy();
        proxy.setHost("proxy.example.org");
        proxy.setPort(3128);
        proxy.setNonProxyHosts("*.internal.test|10.*|localhost");
        Settings settings = new Settings();
        settings.addProxy(proxy);
        assertEquals(type, proxyFor(settings, host));
    }
}
