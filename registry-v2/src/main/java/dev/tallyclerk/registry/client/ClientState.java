package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the calls of a client have found out, and who of them is asking. Safe for use by several threads. */
final class ClientState {
    private final TokenCache tokens;
    private final ClientLimits limits;
    private final FairGate gate;
    private final FairGate changes = new FairGate(1);
    private final Lock lock = new ReentrantLock();
    private final Map<URI, Challenge> challenges;
    private final Set<Digest> wrong;
    private final Set<URI> open;
    private @Nullable ClientState guests;

    private ClientState(ClientLimits limits, FairGate gate) {
        this.limits = limits;
        this.tokens = new TokenCache(limits.maxCachedTokens());
        this.gate = gate;
        this.challenges = leastRecentlyUsed(limits.maxCachedTokens());
        this.wrong = Collections.newSetFromMap(leastRecentlyUsed(limits.maxCachedTokens()));
        this.open = Collections.newSetFromMap(leastRecentlyUsed(limits.maxCachedTokens()));
    }

    static ClientState of(ClientLimits limits) {
        return new ClientState(limits, new FairGate(limits.maxRequestsPerHost()));
    }

    /** {@return what nobody has found out yet, with the places at each host that this has} */
    ClientState anonymous(ClientLimits limits) {
        return new ClientState(limits, gate);
    }

    /**
     * {@return what was found out as nobody of those to whom registries redirect}
     *
     * <p>It is kept apart: who redirects there chooses what is asked, and so perhaps who answers.
     */
    ClientState guests() {
        lock.lock();
        try {
            ClientState made = guests;
            if (made == null) {
                made = anonymous(limits);
                guests = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    TokenCache tokens() {
        return tokens;
    }

    FairGate gate() {
        return gate;
    }

    /** {@return who may read something and put it back changed, one at a time for one address} */
    FairGate changes() {
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

    /** {@return a map that keeps at most so many entries} */
    @SuppressWarnings("serial") // nobody serializes it
    static <K, V> Map<K, V> leastRecentlyUsed(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
