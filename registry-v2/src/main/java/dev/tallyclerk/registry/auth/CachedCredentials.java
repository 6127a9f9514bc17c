package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Caches the credentials of another provider, because helpers are slow and some prompt the user.
 *
 * <p>The absence of credentials is cached too; failures are not. A changed password takes effect when the cached one
 * expires. Safe for use by several threads: one at a time asks the other provider, within its own call's time limit,
 * while others can read the cache.
 */
public final class CachedCredentials implements CredentialProvider {
    private static final int MAX_REGISTRIES = 1000;
    private static final long LOOK_MILLIS = 10;
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration LONG = ChronoUnit.FOREVER.getDuration();

    private final CredentialProvider provider;
    private final Duration keep;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();

    /** Guarded by this object; the oldest answer stands first. */
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
        return credentialsFor(registry, LONG, Cancellation.never());
    }

    /** {@return what the other provider says, under which its answers are kept} */
    @Override
    public String keyFor(String registry, String repository) throws IOException {
        return provider.keyFor(registry, repository);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Waits for another thread's turn no longer than that either.
     */
    @Override
    public Credentials credentialsFor(String registry, Duration time, Cancellation cancellation) throws IOException {
        Optional<Credentials> kept = kept(registry);
        if (kept.isPresent()) {
            return kept.get();
        }
        Duration left = await(time, cancellation);
        try {
            Optional<Credentials> meanwhile = kept(registry);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            Instant now = clock.instant();
            Credentials credentials = provider.credentialsFor(registry, left, cancellation);
            keep(registry, new Answer(credentials, now));
            return credentials;
        } finally {
            asking.unlock();
        }
    }

    /** {@return the time that is left when it is this thread's turn} */
    private Duration await(Duration time, Cancellation cancellation) throws IOException {
        String what = "while another thread asks for credentials";
        long start = System.nanoTime();
        try {
            // A lock hears of no cancellation, so it is looked at in between.
            while (!asking.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (cancellation.isCancelled()) {
                    throw new IOException("cancelled " + what);
                }
                if (time.minusNanos(System.nanoTime() - start).compareTo(Duration.ZERO) <= 0) {
                    throw new IOException("the time of the call was over " + what);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted " + what);
        }
        Duration left = time.minusNanos(System.nanoTime() - start);
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    private synchronized Optional<Credentials> kept(String registry) {
        Instant now = clock.instant();
        // A clock that was set back makes an answer no younger.
        return Optional.ofNullable(answers.get(registry))
                .filter(answer -> !now.isBefore(answer.from())
                        && Duration.between(answer.from(), now).compareTo(keep) < 0)
                .map(Answer::credentials);
    }

    private synchronized void keep(String registry, Answer answer) {
        // The newest stands last.
        answers.remove(registry);
        if (answers.size() >= MAX_REGISTRIES) {
            answers.remove(answers.keySet().iterator().next());
        }
        answers.put(registry, answer);
    }
}
