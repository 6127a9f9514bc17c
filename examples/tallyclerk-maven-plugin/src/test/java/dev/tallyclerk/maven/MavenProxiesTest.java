package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.ProxySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MavenProxiesTest {
    private final Settings settings = new Settings();

    private Proxy add(String protocol, String host) {
        Proxy proxy = new Proxy();
        proxy.setProtocol(protocol);
        proxy.setHost(host);
        proxy.setPort(3128);
        settings.addProxy(proxy);
        return proxy;
    }

    private ProxySettings proxies() throws IOException {
        return MavenProxies.of(settings, new PlainDecrypter());
    }

    /** {@return the host of the proxy for an address, or DIRECT} */
    private String proxyFor(String uri) throws IOException {
        java.net.Proxy proxy = proxies().selector().select(URI.create(uri)).get(0);
        return proxy.address() instanceof InetSocketAddress address
                ? address.getHostString()
                : proxy.type().name();
    }

    @Test
    void withoutAnActiveProxyNoneIsUsed() throws IOException {
        add("http", "proxy.example.org").setActive(false);
        assertEquals("DIRECT", proxyFor("https://registry.example.org/v2/"));
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example.org, proxy.example.org",
        "a.internal.test, DIRECT",
        "internal.test, proxy.example.org",
        "10.1.2.3, DIRECT",
        "REGISTRY, DIRECT",
        "registry.example.com, proxy.example.org"
    })
    void theHostsWithoutAProxyAreMavens(String host, String proxy) throws IOException {
        add("http", "proxy.example.org").setNonProxyHosts("*.internal.test|10.*|registry");
        assertEquals(proxy, proxyFor("https://" + host + "/v2/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:5000", "LOCALHOST", "127.0.0.1:5000", "127.1.2.3", "[::1]:5000"})
    void thisMachineIsAskedWithoutAProxy(String host) throws IOException {
        add("http", "proxy.example.org");
        assertEquals("DIRECT", proxyFor("http://" + host + "/v2/"));
        assertEquals("proxy.example.org", proxyFor("http://localhost.example.org/v2/"));
        assertEquals("proxy.example.org", proxyFor("http://[2001:db8::1]/v2/"));
    }

    @Test
    void aProxyIsChosenByTheProtocolAndThatOfHttpTakesHttpsToo() throws IOException {
        add("socks5", "socks.example.org");
        assertEquals("DIRECT", proxyFor("https://registry.example.org/v2/"));
        add("http", "http.example.org");
        assertEquals("http.example.org", proxyFor("https://registry.example.org/v2/"));
        add("HTTPS", "https.example.org").setNonProxyHosts("other.example.org");
        assertEquals("https.example.org", proxyFor("https://registry.example.org/v2/"));
        assertEquals("http.example.org", proxyFor("http://registry.example.org/v2/"));
        assertEquals("http.example.org", proxyFor("https://other.example.org/v2/"));
    }

    @Test
    void eachProxyGetsItsOwnDecryptedPassword() throws IOException {
        Proxy one = add("http", "http.example.org");
        one.setUsername("one");
        one.setPassword("[secret]");
        add("https", "https.example.org");
        PasswordAuthentication login = proxies()
                .loginFor(InetSocketAddress.createUnresolved("http.example.org", 3128))
                .orElseThrow();
        assertEquals("one", login.getUserName());
        assertArrayEquals("secret".toCharArray(), login.getPassword());
        assertTrue(proxies()
                .loginFor(InetSocketAddress.createUnresolved("https.example.org", 3128))
                .isEmpty());
    }

    @Test
    void aPasswordThatCannotBeDecryptedIsAnErrorWithoutIt() {
        add("http", "proxy.example.org").setPassword("{secret}");
        IOException e = assertThrows(IOException.class, this::proxies);
        assertTrue(String.valueOf(e.getMessage()).contains("proxy.example.org"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("{secret}"), e.getMessage());
    }
}
