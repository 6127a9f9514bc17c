package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.call.HostGate;
import dev.tallyclerk.internal.call.RecentlyUsed;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the calls of a client have found out. Safe for use by several threads. */
final class ClientState {
    private final TokenCache tokens;
    private final RegistryLimits limits;
    private final HostGate changes = new HostGate(1);
    private final Lock lock = new ReentrantLock();
    private final Map<URI, Challenge> challenges;
    private final Set<Digest> wrong;
    private final Set<URI> open;
    private @Nullable ClientState redirected;

    private ClientState(RegistryLimits limits) {
        this.limits = limits;
        this.tokens = new TokenCache(limits.maxCachedTokens());
        this.challenges = RecentlyUsed.map(limits.maxCachedTokens());
        this.wrong = Collections.newSetFromMap(RecentlyUsed.map(limits.maxCachedTokens()));
        this.open = Collections.newSetFromMap(RecentlyUsed.map(limits.maxCachedTokens()));
    }

    static ClientState of(RegistryLimits limits) {
        return new ClientState(limits);
    }

    /**
     * {@return what anonymous calls have found out about the registries to which others redirect}
     *
     * <p>It is kept apart: the redirecting registry chooses what is asked for, and so perhaps which server answers.
     */
    ClientState redirected() {
        lock.lock();
        try {
            ClientState made = redirected;
            if (made == null) {
                made = of(limits);
                redirected = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    TokenCache tokens() {
        return tokens;
    }

    /** {@return the gate for read-modify-write: one change at a time of one address} */
    HostGate changes() {
        return changes;
    }

    /** {@return what a registry asked for the last time} */
    Optional<Challenge> challenge(URI origin) {
        lock.lock();
        try {
            return Optional.ofNullable(challenges.get(origin));
        } finally {
            lock.unlock();
        }
    }

    void remember(URI origin, Challenge challenge) {
        lock.lock();
        try {
            challenges.put(origin, challenge);
        } finally {
            lock.unlock();
        }
    }

    void forget(URI origin) {
        lock.lock();
        try {
            challenges.remove(origin);
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether a registry was asked, and asks nobody for credentials} */
    boolean isOpen(URI origin) {
        lock.lock();
        try {
            return open.contains(origin);
        } finally {
            lock.unlock();
        }
    }

    void rememberOpen(URI origin) {
        lock.lock();
        try {
            open.add(origin);
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether other bytes than those of that digest came when it was asked for} */
    boolean isWrong(Digest digest) {
        lock.lock();
        try {
            return wrong.contains(digest);
        } finally {
            lock.unlock();
        }
    }

    void rememberWrong(Digest digest) {
        lock.lock();
        try {
            wrong.add(digest);
        } finally {
            lock.unlock();
        }
    }
}
