package dev.tallyclerk.http;

import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names that a resolver knows, and those that only a proxy may know, which count as names of the public network.
 *
 * <p>Nothing is sent to the address that stands for a proxied name. What is sent without a proxy still goes to allowed
 * addresses only, because the transport looks at what it is connected to.
 */
final class ProxiedNames implements NameResolver {
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9_-]+\\.)+[A-Za-z][A-Za-z0-9-]*\\.?");

    /** That of a.root-servers.net, because there has to be one. */
    private static final byte[] SOME_PUBLIC_ADDRESS = {(byte) 198, 41, 0, 4};

    private final ProxySelector proxies;
    private final NameResolver names;

    ProxiedNames(ProxySelector proxies, NameResolver names) {
        this.proxies = proxies;
        this.names = names;
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        try {
            return names.resolve(host);
        } catch (UnknownHostException e) {
            if (!NAME.matcher(host).matches() || !isProxied(host)) {
                throw e;
            }
            return List.of(InetAddress.getByAddress(host, SOME_PUBLIC_ADDRESS));
        }
    }

    private boolean isProxied(String host) {
        return isProxied(URI.create("https://" + host + "/")) || isProxied(URI.create("http://" + host + "/"));
    }

    private boolean isProxied(URI uri) {
        List<Proxy> selected = proxies.select(uri);
        return !selected.isEmpty() && selected.stream().allMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    }
}
