package dev.tallyclerk.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Resolves the name of a host, to decide whether the host is on the public network.
 *
 * <p>A client resolves registries and the hosts that they redirect to, and sends no request to such a host if its name
 * cannot be resolved. If only a proxy can resolve names, the client needs a resolver that finds the addresses in
 * another way, such as {@link ProxySettings#resolver}.
 *
 * <p>A client resolves a registry before each request until it knows that the registry is public: its name or its
 * connection has a public address, or it has responded although its name was never resolved. From then on the registry
 * counts as public, even if its name resolves to another address. A client and its copies remember this for the 10,000
 * registries used last. Implementations must be safe for use by several threads if the client is.
 *
 * <p>Neither the timeout of a call nor its cancellation interrupts a resolver, so a slow one needs a timeout of its
 * own.
 */
@FunctionalInterface
public interface NameResolver {
    /** {@return the resolver of the Java runtime} */
    static NameResolver runtime() {
        return host -> List.of(InetAddress.getAllByName(host));
    }

    /**
     * {@return all addresses of a host}
     *
     * @param host a name or a literal address; a literal IPv6 address is in brackets
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
