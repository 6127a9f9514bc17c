package dev.tallyclerk.registry.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host, so that it can be said whether it is one of the public network. */
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
