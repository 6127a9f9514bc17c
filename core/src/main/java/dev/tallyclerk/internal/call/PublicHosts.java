package dev.tallyclerk.internal.call;

import java.util.Map;

/**
 * The hosts that were seen on the public network, which count as public from then on, and those that were only seen
 * elsewhere. The hosts that were looked up last are kept.
 *
 * <p>The owner of a name decides what it resolves to, and may change it while a response is on its way. Safe for use by
 * several threads.
 */
public final class PublicHosts {
    private static final int MOST = 10_000;

    private final Map<String, Boolean> hosts = RecentlyUsed.map(MOST);

    /** {@return whether that host, in lower case, was seen on the public network} */
    boolean contains(String host) {
        return Boolean.TRUE.equals(hosts.get(host));
    }

    /** {@return whether that host, in lower case, was seen, and only elsewhere} */
    boolean isElsewhere(String host) {
        return Boolean.FALSE.equals(hosts.get(host));
    }

    /** Remembers that a host, in lower case, was seen elsewhere, if it was never seen on the public network. */
    void addElsewhere(String host) {
        hosts.putIfAbsent(host, false);
    }

    /** Remembers a host, in lower case, that was seen on the public network. */
    void add(String host) {
        hosts.put(host, true);
    }
}
