package dev.tallyclerk.registry.client;

import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The hosts of registries that were seen on the public network, where each stays that has been there once, and those
 * that were only seen elsewhere. Of both together those that were asked about last are kept.
 *
 * <p>Whoever has a name says what it stands for, and may say something else while an answer is on its way. Safe for use
 * by several threads.
 */
final class PublicRegistries {
    private static final int MOST = 10_000;

    private final Lock lock = new ReentrantLock();
    private final Map<String, Boolean> hosts = ClientState.leastRecentlyUsed(MOST);

    /** {@return whether that host, in lower case, was seen there} */
    boolean contains(String host) {
        lock.lock();
        try {
            return Boolean.TRUE.equals(hosts.get(host));
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether that host, in lower case, was seen, and only elsewhere} */
    boolean isElsewhere(String host) {
        lock.lock();
        try {
            return Boolean.FALSE.equals(hosts.get(host));
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that a host, in lower case, was seen elsewhere, if it never was seen on the public network. */
    void addElsewhere(String host) {
        lock.lock();
        try {
            hosts.putIfAbsent(host, false);
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a host, in lower case. */
    void add(String host) {
        lock.lock();
        try {
            hosts.put(host, true);
        } finally {
            lock.unlock();
        }
    }
}
