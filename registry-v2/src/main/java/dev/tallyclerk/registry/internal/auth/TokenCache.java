package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.RecentlyUsed;
import dev.tallyclerk.registry.auth.Credentials;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The tokens that are good for more than one call. Of several calls that want the same one, one fetches it. */
public final class TokenCache {
    private final Lock lock = new ReentrantLock();
    private final Map<Key, Token> tokens;
    private final Map<Grant, String> refreshTokens;
    private final Map<Key, Flight> flights = new HashMap<>();

    TokenCache(int most) {
        this.tokens = RecentlyUsed.map(most);
        this.refreshTokens = RecentlyUsed.map(most);
    }

    /**
     * Who gives tokens to whom, and for what registry: one that names another registry's token service gets none of its
     * tokens.
     */
    record Grant(URI registry, URI realm, String service, Credentials identity) {}

    private record Key(Grant grant, Scope scope) {}

    /** Gets a token from its service. */
    @FunctionalInterface
    interface Source {
        Token fetch() throws HttpException;
    }

    /** A token that one call fetches, and others wait for. */
    private static final class Flight {
        private final List<CountDownLatch> waiting = new ArrayList<>();
        private @Nullable Token token;
        private @Nullable HttpException failure;
    }

    /** {@return a token that allows at least {@code scope}} */
    Optional<Token> find(Grant grant, Scope scope, Instant now) {
        lock.lock();
        try {
            return Optional.ofNullable(findLocked(new Key(grant, scope), now));
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Token findLocked(Key key, Instant now) {
        tokens.values().removeIf(token -> !token.isUsedAt(now));
        Token same = tokens.get(key);
        if (same != null) {
            return same;
        }
        Key wider = null;
        for (Map.Entry<Key, Token> entry : tokens.entrySet()) {
            if (entry.getKey().grant().equals(key.grant())
                    && entry.getValue().scope().covers(key.scope())) {
                wider = entry.getKey();
            }
        }
        return wider == null ? null : tokens.get(wider); // not from the entry, so that it counts as used
    }

    /** Keeps a token no longer that turned out to be worth nothing. */
    void drop(Token token) {
        lock.lock();
        try {
            tokens.values().removeIf(kept -> kept == token);
        } finally {
            lock.unlock();
        }
    }

    /**
     * {@return a token from {@code source}, or the one that another call is fetching meanwhile}
     *
     * @throws HttpException if there is none, for this call or for the other
     */
    Token fetch(Grant grant, Scope scope, Clock clock, Source source, Deadline deadline) throws HttpException {
        Key key = new Key(grant, scope);
        while (true) {
            CountDownLatch latch = new CountDownLatch(1);
            Flight other;
            lock.lock();
            try {
                other = flights.putIfAbsent(key, new Flight());
                if (other != null) {
                    other.waiting.add(latch);
                }
            } finally {
                lock.unlock();
            }
            if (other == null) {
                return fly(key, clock, source);
            }
            deadline.await(latch);
            Optional<Token> token = landed(other);
            if (token.isPresent()) {
                return token.get();
            }
        }
    }

    private Token fly(Key key, Clock clock, Source source) throws HttpException {
        Token token = null;
        HttpException failure = null;
        try {
            token = source.fetch();
            return token;
        } catch (HttpException e) {
            failure = e;
            throw e;
        } finally {
            land(key, token, failure, clock.instant());
        }
    }

    private void land(Key key, @Nullable Token token, @Nullable HttpException failure, Instant now) {
        lock.lock();
        try {
            if (token != null && token.isUsedAt(now)) {
                tokens.put(key, token);
            }
            Flight flight = flights.remove(key);
            if (flight != null) {
                flight.token = token;
                flight.failure = failure;
                flight.waiting.forEach(CountDownLatch::countDown);
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return the token, or nothing if the call that fetched it ended for a reason of its own} */
    private Optional<Token> landed(Flight flight) throws HttpException {
        lock.lock();
        try {
            HttpException failure = flight.failure;
            if (failure != null && failure.reason() != Reason.CANCELLED && failure.reason() != Reason.TIMED_OUT) {
                throw Failures.unprocessed(failure);
            }
            return Optional.ofNullable(flight.token);
        } finally {
            lock.unlock();
        }
    }

    /** {@return the refresh token that a service gave in exchange for the one in {@code grant}} */
    Optional<String> refreshToken(Grant grant) {
        lock.lock();
        try {
            return Optional.ofNullable(refreshTokens.get(grant));
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a refresh token that a service gave, or none. */
    void keepRefreshToken(Grant grant, @Nullable String token) {
        lock.lock();
        try {
            if (token == null) {
                refreshTokens.remove(grant);
            } else {
                refreshTokens.put(grant, token);
            }
        } finally {
            lock.unlock();
        }
    }
}
