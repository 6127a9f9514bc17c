package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The checks and headers of a request that both HTTP clients of the Java runtime need. */
final class JdkRequest {
    /** Headers that the clients set themselves, and accept from nobody else. */
    private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private JdkRequest() {}

    /**
     * Compares all addresses of the host with those that the request may be sent to, because the clients hide the
     * address that they connect to. Does nothing if a proxy sends the request.
     *
     * @throws IOException if one of the addresses is not allowed, or there are none
     */
    static void checkAddresses(Request request, @Nullable ProxySelector proxies) throws IOException {
        URI uri = request.uri();
        if (proxies != null && proxies.select(uri).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
            return;
        }
        for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
            if (!request.addresses().test(address)) {
                throw new IOException(uri.getHost() + " has an address to which this request may not be sent");
            }
        }
    }

    /** Passes on each header of the request, and one that asks for no content coding unless the request has its own. */
    static void forEachHeader(Request request, BiConsumer<String, String> header) {
        for (Map.Entry<String, List<String>> entry : request.headers().entrySet()) {
            if (!OWN_HEADERS.contains(entry.getKey().toLowerCase(Locale.ROOT))) {
                entry.getValue().forEach(value -> header.accept(entry.getKey(), value));
            }
        }
        if (!request.headers().containsKey("Accept-Encoding")) {
            header.accept("Accept-Encoding", "identity");
        }
    }

    /** {@return the failure for an address or a header that HTTP cannot carry, without the header's value} */
    static IOException cannotBeSent(URI uri) {
        return new IOException("address or header that cannot be sent to " + uri.getHost());
    }
}
