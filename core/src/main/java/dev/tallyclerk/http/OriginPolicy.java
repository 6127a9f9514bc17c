package dev.tallyclerk.http;

import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which other origins (scheme, host and port) may receive the credentials for a registry.
 *
 * <p>The registry's own origin always may. Other origins are those of a challenge, a redirect or an upload location.
 * Credentials are sent over https only, unless the registry itself uses plain http. Safe for use by several threads.
 */
@FunctionalInterface
public interface OriginPolicy {
    /**
     * {@return whether the credentials for a registry may be sent to another origin}
     *
     * @param registry the registry's origin
     * @param other the other one
     */
    boolean mayReceiveCredentials(URI registry, URI other);

    /**
     * {@return the policy that allows no other origin, except the token services of Docker Hub and gitlab.com}
     *
     * <p>They are {@code auth.docker.io} for {@code registry-1.docker.io} and {@code registry.hub.docker.com}, and
     * {@code gitlab.com} for {@code registry.gitlab.com}. {@link TrustedOrigins} has more.
     */
    static OriginPolicy strict() {
        return TrustedOrigins.known();
    }

    /**
     * {@return the strict policy, and these origins for every registry}
     *
     * @param origins scheme, host and port, such as {@code https://auth.example.org}; the rest of an address is ignored
     * @throws IllegalArgumentException if one of them has no scheme or host
     */
    static OriginPolicy trusting(Set<URI> origins) {
        Set<String> trusted = origins.stream().map(TrustedOrigins::originOf).collect(Collectors.toUnmodifiableSet());
        OriginPolicy strict = strict();
        return (registry, other) ->
                strict.mayReceiveCredentials(registry, other) || trusted.contains(TrustedOrigins.originOf(other));
    }
}
