package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Authenticator;
import java.net.Authenticator.RequestorType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
    private static String selected(ProxySettings proxies, String uri) {
        List<Proxy> selected = proxies.selector().select(URI.create(uri));
        assertEquals(1, selected.size());
        Proxy proxy = selected.get(0);
        return proxy.type() == Proxy.Type.DIRECT
                ? "DIRECT"
                : proxy.type() + " " + ((InetSocketAddress) proxy.address()).getHostString() + " "
                        + ((InetSocketAddress) proxy.address()).getPort();
    }

    private static ProxySettings of(String... variables) {
        Map<String, String> environment = new java.util.HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return ProxySettings.ofEnvironment(environment).orElseThrow();
    }

    @Test
    void eachProtocolHasItsProxy() {
        ProxySettings both = of("HTTPS_PROXY", "http://secure.example:3128", "HTTP_PROXY", "plain.example");
        assertEquals("HTTP secure.example 3128", selected(both, "https://a.example/x"));
        assertEquals("HTTP plain.example 80", selected(both, "http://a.example/x"));
        ProxySettings one = of("HTTPS_PROXY", "socks5://socks.example");
        assertEquals("SOCKS socks.example 1080", selected(one, "https://a.example"));
        assertEquals("DIRECT", selected(one, "http://a.example"));
        assertEquals("DIRECT", selected(ProxySettings.none(), "https://a.example"));
    }

    @Test
    void withoutAProxyTheEnvironmentSaysNothing() {
        assertEquals(Optional.empty(), ProxySettings.ofEnvironment(Map.of()));
        assertEquals(Optional.empty(), ProxySettings.ofEnvironment(Map.of("NO_PROXY", "*", "HTTPS_PROXY", " ")));
    }

    @Test
    void smallLettersComeFirst() {
        ProxySettings both = of("HTTPS_PROXY", "capitals.example:1", "https_proxy", "small.example:2");
        assertEquals("HTTP small.example 2", selected(both, "https://a.example"));
    }

    /** A client of a CGI program sets it by a header called Proxy. */
    @Test
    void theVariableThatACgiClientCanSetIsIgnoredThere() {
        Map<String, String> cgi = Map.of("HTTP_PROXY", "evil.example:1", "REQUEST_METHOD", "GET");
        assertEquals(Optional.empty(), ProxySettings.ofEnvironment(cgi));
        ProxySettings small = of("http_proxy", "good.example:1", "REQUEST_METHOD", "GET");
        assertEquals("HTTP good.example 1", selected(small, "http://a.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://localhost/x, '', DIRECT",
        "https://127.1.2.3:5000/x, '', DIRECT",
        "https://[::1]/x, '', DIRECT",
        "https://a.example/x, '*', DIRECT",
        "https://a.example/x, 'a.example', DIRECT",
        "https://A.Example/x, ' other.example , a.example ', DIRECT",
        "https://b.a.example/x, 'a.example', DIRECT",
        "https://ba.example/x, 'a.example', PROXY",
        "https://a.example/x, '.a.example', PROXY",
        "https://b.a.example/x, '.a.example', DIRECT",
        "https://b.a.example/x, '*.a.example', DIRECT",
        "https://a.example/x, 'a.example:443', DIRECT",
        "https://a.example:444/x, 'a.example:443', PROXY",
        "https://a.example:444/x, 'a.example:444', DIRECT",
        "https://10.1.2.3/x, '10.0.0.0/8', DIRECT",
        "https://11.1.2.3/x, '10.0.0.0/8', PROXY",
        "https://10.1.2.3/x, '10.1.2.3', DIRECT",
        "https://10.1.2.3:444/x, '10.1.2.3:443', PROXY",
        "https://10.1.2.3/x, '10.0.0.0/99', PROXY",
        "https://10.1.2.3/x, '10.0.0.0/x', PROXY",
        "https://[fd00::1]/x, 'fd00::/8', DIRECT",
        "https://[fe00::1]/x, 'fd00::/8', PROXY",
        "https://a.example/x, ',,', PROXY"
    })
    void someHostsAreCalledDirectly(String uri, String exempt, String expected) {
        ProxySettings proxies = of("HTTPS_PROXY", "proxy.example:3128", "NO_PROXY", exempt);
        assertEquals(expected.equals("PROXY") ? "HTTP proxy.example 3128" : expected, selected(proxies, uri));
    }

    @Test
    void userAndPasswordArePercentEncoded() {
        ProxySettings proxies = of("HTTPS_PROXY", "http://us%3Aer:p%40ss+w%2Fd@Proxy.example:3128");
        PasswordAuthentication login = proxies.loginFor(InetSocketAddress.createUnresolved("proxy.example", 3128))
                .orElseThrow();
        assertEquals("us:er", login.getUserName());
        assertEquals("p@ss+w/d", new String(login.getPassword()));
        assertEquals(Optional.empty(), proxies.loginFor(InetSocketAddress.createUnresolved("proxy.example", 3129)));
    }

    @Test
    void theAuthenticatorAnswersTheProxyAndNoServer() throws Exception {
        Authenticator authenticator =
                of("HTTPS_PROXY", "http://user:secret@proxy.example:3128").authenticator();
        assertEquals(
                "user",
                login(authenticator, RequestorType.PROXY, "proxy.example").orElseThrow());
        assertEquals(Optional.empty(), login(authenticator, RequestorType.SERVER, "proxy.example"));
        assertEquals(Optional.empty(), login(authenticator, RequestorType.PROXY, "evil.example"));
    }

    private static Optional<String> login(Authenticator authenticator, RequestorType type, String host)
            throws Exception {
        InetAddress address = InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1});
        URL url = URI.create("https://registry.example/").toURL();
        return Optional.ofNullable(authenticator.requestPasswordAuthenticationInstance(
                        host, address, 3128, "https", "", "basic", url, type))
                .map(PasswordAuthentication::getUserName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:s3cret@proxy.example",
                "ftp://user:s3cret@proxy.example",
                "http://user:s3cret@",
                "http://user:s3cret@proxy.example:99999",
                "http://user:s3cret@pro xy.example"
            })
    void whatIsNoProxyIsSaidWithoutItsPassword(String proxy) {
        Map<String, String> environment = Map.of("HTTPS_PROXY", proxy);
        var e = assertThrows(IllegalArgumentException.class, () -> ProxySettings.ofEnvironment(environment));
        assertTrue(String.valueOf(e.getMessage()).startsWith("HTTPS_PROXY is no proxy"), e.getMessage());
        assertFalse(String.valueOf(e).contains("s3cret"), e.toString());
    }
}
