package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.internal.call.RecentlyUsed;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tokens and challenges that calls with the same credentials share. Safe for use by several threads. */
public final class AuthState {
    private final int most;
    private final TokenCache tokens;
    private final Map<URI, Challenge> challenges;
    private final Set<URI> open;
    private @Nullable AuthState redirected;

    private AuthState(int most) {
        this.most = most;
        this.tokens = new TokenCache(most);
        this.challenges = RecentlyUsed.map(most);
        this.open = RecentlyUsed.set(most);
    }

    /** {@return a state that keeps up to {@code most} of each} */
    public static AuthState of(int most) {
        return new AuthState(most);
    }

    /**
     * {@return the state of anonymous calls to the registries to which others redirect}
     *
     * <p>It is kept apart: the redirecting registry chooses what is asked for, and so perhaps which server answers.
     */
    public synchronized AuthState redirected() {
        AuthState made = redirected;
        if (made == null) {
            made = of(most);
            redirected = made;
        }
        return made;
    }

    /** {@return the cached tokens} */
    public TokenCache tokens() {
        return tokens;
    }

    /** {@return the last challenge of a registry} */
    Optional<Challenge> challenge(URI origin) {
        return Optional.ofNullable(challenges.get(origin));
    }

    void remember(URI origin, Challenge challenge) {
        challenges.put(origin, challenge);
    }

    void forget(URI origin) {
        challenges.remove(origin);
    }

    /** {@return whether a registry was called, and has no challenge for anybody} */
    boolean isOpen(URI origin) {
        return open.contains(origin);
    }

    void rememberOpen(URI origin) {
        open.add(origin);
    }
}
