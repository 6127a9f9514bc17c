package dev.tallyclerk.http;

import java.net.URI;
import java.util.Locale;
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
     * {@return the policy that allows no other origin, except Docker Hub's token service for Docker Hub}
     *
     * <p>That is {@code auth.docker.io}, for {@code registry-1.docker.io} and {@code registry.hub.docker.com}.
     */
    static OriginPolicy strict() {
        Set<String> dockerHub = Set.of("registry-1.docker.io", "registry.hub.docker.com");
        return (registry, other) -> "https".equals(registry.getScheme())
                && registry.getRawAuthority() != null
                && dockerHub.contains(registry.getRawAuthority())
                && "https".equals(other.getScheme())
                && "auth.docker.io".equals(other.getRawAuthority());
    }

    /**
     * {@return the strict policy, and these origins for every registry}
     *
     * @param origins scheme, host and port, such as {@code https://auth.example.org}; the rest of an address is ignored
     * @throws IllegalArgumentException if one of them has no scheme or host
     */
    static OriginPolicy trusting(Set<URI> origins) {
        Set<String> trusted = origins.stream().map(OriginPolicy::originOf).collect(Collectors.toUnmodifiableSet());
        OriginPolicy strict = strict();
        return (registry, other) -> strict.mayReceiveCredentials(registry, other) || trusted.contains(originOf(other));
    }

    private static String originOf(URI uri) {
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new IllegalArgumentException("an origin has a scheme and a host: " + uri);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
