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
import org.jspecify.annotations.Nullable;

/** The tokens that are good for more than one call. Of several calls that want the same one, one fetches it. */
public final class TokenCache {
    private final Map<Key, Token> tokens;
    private final Map<Grant, String> refreshTokens;
    private final Map<Key, Flight> flights = new HashMap<>();

    TokenCache(int most) {
        this.tokens = RecentlyUsed.map(most);
        this.refreshTokens = RecentlyUsed.map(most);
    }

    /**
     * A token service, its client and the registry: one that names another registry's token service gets none of its
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
    synchronized Optional<Token> find(Grant grant, Scope scope, Instant now) {
        tokens.values().removeIf(token -> !token.isUsedAt(now));
        Key key = new Key(grant, scope);
        Token same = tokens.get(key);
        if (same != null) {
            return Optional.of(same);
        }
        Key wider = null;
        for (Map.Entry<Key, Token> entry : tokens.entrySet()) {
            if (entry.getKey().grant().equals(grant) && entry.getValue().scope().covers(scope)) {
                wider = entry.getKey();
            }
        }
        // Not the token of the entry, so that it counts as used.
        return Optional.ofNullable(wider).map(tokens::get);
    }

    /** Keeps a token no longer that turned out to be worth nothing. */
    synchronized void drop(Token token) {
        tokens.values().removeIf(kept -> kept == token);
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
            synchronized (this) {
                other = flights.putIfAbsent(key, new Flight());
                if (other != null) {
                    other.waiting.add(latch);
                }
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

    private synchronized void land(Key key, @Nullable Token token, @Nullable HttpException failure, Instant now) {
        if (token != null && token.isUsedAt(now)) {
            tokens.put(key, token);
        }
        Flight flight = flights.remove(key);
        if (flight != null) {
            flight.token = token;
            flight.failure = failure;
            flight.waiting.forEach(CountDownLatch::countDown);
        }
    }

    /** {@return the token, or nothing if the call that fetched it ended for a reason of its own} */
    private synchronized Optional<Token> landed(Flight flight) throws HttpException {
        HttpException failure = flight.failure;
        if (failure != null && failure.reason() != Reason.CANCELLED && failure.reason() != Reason.TIMED_OUT) {
            throw Failures.unprocessed(failure);
        }
        return Optional.ofNullable(flight.token);
    }

    /** {@return the refresh token that a service gave in exchange for the one in {@code grant}} */
    Optional<String> refreshToken(Grant grant) {
        return Optional.ofNullable(refreshTokens.get(grant));
    }

    /** Keeps a refresh token that a service gave. */
    void keepRefreshToken(Grant grant, String token) {
        refreshTokens.put(grant, token);
    }

    /** Forgets a refresh token that the service no longer takes. */
    void dropRefreshToken(Grant grant) {
        refreshTokens.remove(grant);
    }
}
