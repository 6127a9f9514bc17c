package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RetryPolicy;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The attempts of one call: whether there is another one after a failure, and the wait before it. Used by one thread.
 */
public final class Attempts {
    private static final int MANY_DOUBLINGS = 30;
    private static final int MAX_CAUSES = 16;

    /** Nobody waits longer, and some centuries are more than a number of milliseconds can hold. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** The least first wait for a server that limits the rate and does not say for how long: limits are per second. */
    private static final Duration FOR_A_LIMIT = Duration.ofSeconds(1);

    private final CallSettings settings;
    private final RetryPolicy policy;
    private final String host;
    private final Deadline deadline;
    private int failed;

    /**
     * Makes the attempts of a call, of which none has failed yet.
     *
     * @param host the host that is called, for the listener
     */
    public Attempts(CallSettings settings, String host, Deadline deadline) {
        this.settings = settings;
        this.policy = settings.http().retries();
        this.host = host;
        this.deadline = deadline;
    }

    /** {@return how many attempts have failed since the last {@link #reset}} */
    public int failed() {
        return failed;
    }

    /** Forgets the failures, because there was progress. */
    public void reset() {
        failed = 0;
    }

    /** Counts a failure after which the next attempt is made without a wait. */
    public void retryAtOnce(HttpException failure) throws HttpException {
        failed++;
        deadline.check();
        settings.http().listener().retrying(host, failed, Duration.ZERO, failure.reason());
    }

    /** {@return whether the policy allows no attempt after the next failure} */
    public boolean isLast() {
        return failed + 1 >= policy.attempts();
    }

    /**
     * Waits before the next attempt.
     *
     * @param safe whether the call may be sent again after that failure
     * @throws HttpException the failure itself, if it stands
     */
    public void retry(HttpException failure, boolean safe) throws HttpException {
        if (isLast() || !safe || !isTransient(failure)) {
            throw failure;
        }
        pause(failure);
    }

    /**
     * Waits before the next attempt, whatever kind of failure it is.
     *
     * @throws HttpException the failure itself, if the server asks for a wait that is too long; a timeout if the wait
     *     would not end before the deadline
     */
    public void pause(HttpException failure) throws HttpException {
        failed++;
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        if (asked.compareTo(policy.longestRetryAfter()) > 0) {
            throw failure;
        }
        Duration own = jitter();
        if (failure.status() == 429 && failure.retryAfter().isEmpty()) {
            Duration least = bound(policy.firstWait().isZero() ? Duration.ZERO : FOR_A_LIMIT);
            own = own.compareTo(least) > 0 ? own : least;
        }
        Duration wait = asked.compareTo(own) > 0 ? asked : own;
        deadline.refuseToSleep(wait, failure);
        settings.http().listener().retrying(host, failed, wait, failure.reason());
        deadline.sleep(wait);
    }

    private static boolean isTransient(HttpException failure) {
        return switch (failure.status()) {
            case 0 -> failure.reason() == Reason.UNREACHABLE && !isOfCertificates(failure);
            case 408, 429, 499 -> true;
            case 501, 505, 511 -> false;
            default -> failure.status() >= 500; // proxies have numbers of their own
        };
    }

    /** An untrusted certificate is untrusted the next time too. */
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

    private Duration jitter() {
        return Duration.ofMillis(
                (long) (bound(policy.firstWait()).toMillis() * settings.waits().random()));
    }

    private Duration bound(Duration first) {
        Duration most = policy.longestWait();
        int doublings = Math.min(failed - 1, MANY_DOUBLINGS);
        // Divided, because the product of what a caller has set may overflow.
        boolean isMore = first.compareTo(most.dividedBy(1L << doublings)) > 0;
        Duration bound = isMore ? most : first.multipliedBy(1L << doublings);
        return bound.compareTo(LONGEST) < 0 ? bound : LONGEST;
    }
}
