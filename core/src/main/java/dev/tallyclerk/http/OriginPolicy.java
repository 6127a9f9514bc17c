package dev.tallyclerk.http;

import java.net.URI;

/**
 * Decides which other origins (scheme, host and port) may receive the credentials for a registry.
 *
 * <p>The registry's own origin always may. Other origins are those of a challenge, a redirect or an upload location.
 * Credentials are sent over https only, unless the registry itself uses plain http. {@link TrustedOrigins} are such
 * policies. Safe for use by several threads.
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
}
