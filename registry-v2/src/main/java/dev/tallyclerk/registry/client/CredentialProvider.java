package dev.tallyclerk.registry.client;

import java.io.IOException;
import java.util.Objects;

/**
 * Knows who asks at which registry. Asked once for each call that a registry wants credentials for, of which a pull or
 * a push makes many, so an implementation keeps what is costly to find out, or is wrapped in {@code CachedCredentials}.
 * Safe for use by several threads.
 */
@FunctionalInterface
public interface CredentialProvider {
    /**
     * {@return the credentials for a registry; {@link Credentials#anonymous} where there are none}
     *
     * @param registry host and port as they stand in references, such as {@code docker.io} or
     *     {@code registry.example.org:5000}
     * @throws IOException if they could not be found out
     */
    Credentials credentialsFor(String registry) throws IOException;

    /** {@return a provider of the same credentials for every registry} */
    static CredentialProvider of(Credentials credentials) {
        Objects.requireNonNull(credentials, "credentials");
        return registry -> credentials;
    }
}
