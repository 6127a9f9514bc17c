package dev.tallyclerk.registry.auth;

import dev.tallyclerk.registry.client.CredentialProvider;
import dev.tallyclerk.registry.client.Credentials;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps another provider's answers for a while, because a helper takes its time and some ask the user.
 *
 * <p>Failures are not kept. A change of a password is noticed when the time is over. Safe for use by several threads,
 * of which one at a time asks the other provider.
 */
public final class CachedCredentials implements CredentialProvider {
    private static final int MAX_REGISTRIES = 1000;

    private final CredentialProvider provider;
    private final Duration keep;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock; the oldest answer stands first. */
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    private record Answer(Credentials credentials, Instant from) {}

    private CachedCredentials(CredentialProvider provider, Duration keep, Clock clock) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.keep = Objects.requireNonNull(keep, "keep");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * {@return a provider that keeps the answers of another, for at most 1000 registries}
     *
     * @param keep how long an answer counts
     * @param clock what time it is
     */
    public static CachedCredentials of(CredentialProvider provider, Duration keep, Clock clock) {
        return new CachedCredentials(provider, keep, clock);
    }

    @Override
    public Credentials credentialsFor(String registry) throws IOException {
        lock.lock();
        try {
            Instant now = clock.instant();
            Answer kept = answers.get(registry);
            // A clock that was set back makes an answer no younger.
            if (kept != null
                    && !now.isBefore(kept.from())
                    && Duration.between(kept.from(), now).compareTo(keep) < 0) {
                return kept.credentials();
            }
            answers.remove(registry);
            Credentials credentials = provider.credentialsFor(registry);
            if (answers.size() >= MAX_REGISTRIES) {
                answers.remove(answers.keySet().iterator().next());
            }
            answers.put(registry, new Answer(credentials, now));
            return credentials;
        } finally {
            lock.unlock();
        }
    }
}
