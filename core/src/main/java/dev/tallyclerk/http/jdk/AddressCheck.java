package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Compares the addresses of a host with those that a request may be sent to, for clients that hide their connection.
 */
final class AddressCheck {
    private AddressCheck() {}

    /** Does nothing if the request may be sent to every address that its host resolves to, or a proxy sends it. */
    static void check(Request request, @Nullable ProxySelector proxies) throws IOException {
        URI uri = request.uri();
        if (isProxied(uri, proxies)) {
            return;
        }
        for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
            if (!request.addresses().test(address)) {
                throw new IOException(uri.getHost() + " has an address to which this request may not be sent");
            }
        }
    }

    private static boolean isProxied(URI uri, @Nullable ProxySelector proxies) {
        return proxies != null && proxies.select(uri).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    }
}
