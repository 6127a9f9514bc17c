package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Decides whether a call is made again after a failure, and when. */
final class Retries {
    private static final int MANY_DOUBLINGS = 30;
    private static final int MAX_CAUSES = 16;

    /** Nobody waits longer, and more than some centuries are no number of milliseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** The least first wait for a registry that wants fewer requests and does not say when: limits are per second. */
    private static final Duration FOR_A_LIMIT = Duration.ofSeconds(1);

    private final RetryPolicy policy;
    private final Waits waits;

    Retries(RetryPolicy policy, Waits waits) {
        this.policy = policy;
        this.waits = waits;
    }

    /**
     * {@return how long to wait before the call is made again}
     *
     * @param attempt which attempt failed, from 1
     * @throws RegistryException the failure itself, if it stands
     */
    Duration waitAfter(int attempt, Call call, RegistryException failure) throws RegistryException {
        boolean stands = call.own() && failure.isElsewhere();
        if (attempt >= policy.attempts() || stands || !mayPass(failure) || !isSafe(call, failure)) {
            throw failure;
        }
        return pauseAfter(attempt, failure);
    }

    /**
     * {@return how long to wait after a failure that does not keep the call from being made again}
     *
     * @throws RegistryException the failure itself, if the registry asks for a wait that is too long
     */
    Duration pauseAfter(int attempt, RegistryException failure) throws RegistryException {
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        if (asked.compareTo(policy.longestRetryAfter()) > 0) {
            throw failure;
        }
        Duration own = jitter(attempt);
        if (failure.status() == 429 && failure.retryAfter().isEmpty()) {
            Duration least = bound(attempt, policy.firstWait().isZero() ? Duration.ZERO : FOR_A_LIMIT);
            own = own.compareTo(least) > 0 ? own : least;
        }
        return asked.compareTo(own) > 0 ? asked : own;
    }

    /** {@return whether it is of the kind that is gone after a while} */
    private static boolean mayPass(RegistryException failure) {
        return switch (failure.status()) {
            case 0 -> failure.reason() == Reason.UNREACHABLE && !isOfCertificates(failure);
            case 408, 429, 499 -> true;
            case 501, 505, 511 -> false;
            default -> failure.status() >= 500; // proxies have numbers of their own
        };
    }

    /** Whoever shows a certificate that is not trusted shows it again. */
    private static boolean isOfCertificates(Throwable failure) {
        Throwable cause = failure.getCause();
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof CertificateException
                    || cause instanceof CertPathValidatorException
                    || cause instanceof CertPathBuilderException
                    || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** A registry that asks for fewer requests has not begun with this one. */
    private static boolean isSafe(Call call, RegistryException failure) {
        boolean repeatable = call.repeatable() || failure.status() == 429 || failure.isUnprocessed();
        return repeatable && call.body().isRepeatable();
    }

    private Duration jitter(int attempt) {
        return Duration.ofMillis((long) (bound(attempt, policy.firstWait()).toMillis() * waits.random()));
    }

    private Duration bound(int attempt, Duration first) {
        Duration most = policy.longestWait();
        int doublings = Math.min(attempt - 1, MANY_DOUBLINGS);
        // Divided, because a product of what somebody has set may be no duration any more.
        boolean isMore = first.compareTo(most.dividedBy(1L << doublings)) > 0;
        return shortest(LONGEST, isMore ? most : first.multipliedBy(1L << doublings));
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
