package dev.tallyclerk.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses of a host, so that it can be said whether it is one of the public network.
 *
 * <p>A client asks it about registries and the hosts to which they lead, and sends nothing to such a host whose
 * addresses cannot be found out. Where only a proxy resolves names, it needs one that finds them in another way.
 *
 * <p>A client asks about a registry before each request to it, until it knows that the registry is public. It knows
 * that when the name, or the connection that the transport has made, has a public address; or when a registry for which
 * no address was ever found has answered. From then on the registry counts as public, whatever its name stands for
 * later: the client and those that are made from it remember that of the 10,000 that were asked last. Safe for use by
 * several threads if the client is used by several.
 *
 * <p>A client waits for an answer however long it takes, and neither the time of a call nor its cancellation ends that:
 * the call ends after it. One that may take long has a limit of its own.
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
