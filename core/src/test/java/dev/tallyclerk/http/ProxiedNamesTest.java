package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    private static NameResolver resolver(ProxySelector proxies, NameResolver names) {
        return ProxySettings.of(proxies, proxy -> Optional.empty()).resolver(names);
    }

    private static boolean isKnown(ProxySelector proxies, String host) {
        try {
            return !resolver(proxies, ProxiedNamesTest::unknown).resolve(host).isEmpty();
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
        assertEquals(
                List.of(own), resolver(new Always(PROXY), host -> List.of(own)).resolve("a.example.org"));
        NameResolver literal = resolver(new Always(PROXY), NameResolver.runtime());
        assertTrue(literal.resolve("127.0.0.1").get(0).isLoopbackAddress());
        assertThrows(
                UnknownHostException.class,
                () -> resolver(new Always(), ProxiedNamesTest::unknown).resolve("a.example.org"));
    }
}
