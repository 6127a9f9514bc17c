package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpLimits;
import dev.tallyclerk.http.HttpSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of calls, what they share, and the deadline of the larger call that they are part of. Immutable.
 *
 * @param http what the caller has set
 * @param gate the limit on concurrent requests to one host, shared by all copies
 * @param publicHosts the hosts known to be public, shared by all copies
 * @param waits the time that passes
 * @param failures what makes the exceptions
 * @param outer when a call ends at the latest that is part of a larger one, or null
 */
public record CallSettings(
        HttpSettings http,
        HostGate gate,
        PublicHosts publicHosts,
        Waits waits,
        Failures failures,
        @Nullable Deadline outer) {

    /** {@return settings of calls that share nothing with others} */
    public static CallSettings of(HttpSettings http, Failures failures) {
        return new CallSettings(
                http,
                new HostGate(http.limits().maxRequestsPerHost()),
                new PublicHosts(),
                Waits.real(),
                failures,
                null);
    }

    /**
     * {@return a deadline that counts from now}
     *
     * @param host the host that is called
     * @param content whether the call moves content, and may take the time for that
     */
    public Deadline deadline(String host, boolean content) {
        HttpLimits limits = http.limits();
        Duration limit = content ? limits.maxContentTime() : limits.maxCallTime();
        Duration own = http.timeout().orElse(limit);
        return Deadline.of(host, failures, waits, http.cancellation(), own.compareTo(limit) < 0 ? own : limit, outer);
    }

    /** {@return these settings with others of the caller's; what depends on the changed ones is no longer shared} */
    public CallSettings withHttp(HttpSettings http) {
        int most = http.limits().maxRequestsPerHost();
        boolean sameNames = http.nameResolver() == this.http.nameResolver();
        return new CallSettings(
                http,
                most == this.http.limits().maxRequestsPerHost() ? gate : new HostGate(most),
                sameNames ? publicHosts : new PublicHosts(),
                waits,
                failures,
                outer);
    }

    /** {@return these settings, under which time passes otherwise} */
    public CallSettings withWaits(Waits waits) {
        return new CallSettings(http, gate, publicHosts, waits, failures, outer);
    }

    /** {@return these settings, under which each call ends by {@code outer}, or when its own time is over} */
    public CallSettings withOuter(@Nullable Deadline outer) {
        return new CallSettings(http, gate, publicHosts, waits, failures, outer);
    }
}
