package dev.tallyclerk.internal.call;

import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that were seen on the public network, which count as public from then on, and those that were only seen
 * elsewhere. The hosts that were looked up last are kept.
 *
 * <p>The owner of a name decides what it resolves to, and may change it while a response is on its way. Safe for use by
 * several threads.
 */
public final class PublicHosts {
    private static final int MOST = 10_000;

    private final Lock lock = new ReentrantLock();
    private final Map<String, Boolean> hosts = RecentlyUsed.map(MOST);

    /** {@return whether that host, in lower case, was seen on the public network} */
    boolean contains(String host) {
        return Boolean.TRUE.equals(seen(host));
    }

    /** {@return whether that host, in lower case, was seen, and only elsewhere} */
    boolean isElsewhere(String host) {
        return Boolean.FALSE.equals(seen(host));
    }

    private @Nullable Boolean seen(String host) {
        lock.lock();
        try {
            return hosts.get(host);
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that a host, in lower case, was seen elsewhere, if it was never seen on the public network. */
    void addElsewhere(String host) {
        lock.lock();
        try {
            hosts.putIfAbsent(host, false);
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a host, in lower case, that was seen on the public network. */
    void add(String host) {
        lock.lock();
        try {
            hosts.put(host, true);
        } finally {
            lock.unlock();
        }
    }
}
