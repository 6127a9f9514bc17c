package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/**
 * Provides the credentials for each registry. A client asks once for each call that needs credentials, and a pull or
 * push makes many calls, so a slow implementation should cache or be wrapped in {@code CachedCredentials}. Safe for use
 * by several threads.
 */
@FunctionalInterface
public interface CredentialProvider {
    /**
     * {@return the credentials for a registry; {@link Credentials#anonymous} where there are none}
     *
     * @param registry host and port as they stand in references, such as {@code docker.io} or
     *     {@code registry.example.org:5000}; or what {@link #keyFor} has made of them
     * @throws IOException if they could not be found out
     */
    Credentials credentialsFor(String registry) throws IOException;

    /**
     * {@return what {@link #credentialsFor(String)} does, for a call that has a time and may be cancelled}
     *
     * <p>This is what a client asks. It waits for the answer however long it takes, so a provider that may take long
     * heeds both, and one that wraps another passes them on. Without that it takes as long as
     * {@link #credentialsFor(String)}.
     *
     * @param registry host and port as they stand in references, or what {@link #keyFor} has made of them
     * @param time how long it may take, which is positive
     * @param cancellation what ends it early
     * @throws IOException if they could not be found out, or not in that time, or it was cancelled
     */
    default Credentials credentialsFor(String registry, Duration time, Cancellation cancellation) throws IOException {
        return credentialsFor(registry);
    }

    /**
     * {@return what {@link #credentialsFor(String)} is asked for where a call is about one repository}
     *
     * <p>That is the registry, unless its repositories do not all have the same credentials; then a part of the
     * repository's path follows it, such as {@code quay.io/team}. Repositories of one key have the same credentials,
     * which may be kept under it. A provider that wraps another one asks it.
     *
     * @param registry host and port as they stand in references
     * @param repository the path of the repository, such as {@code library/debian}
     * @throws IOException if it could not be found out
     */
    default String keyFor(String registry, String repository) throws IOException {
        return registry;
    }

    /**
     * {@return a provider of credentials for one registry, and of none for every other}
     *
     * @param registry host and port as they stand in references, such as {@code docker.io}, for which
     *     {@code index.docker.io}, {@code registry-1.docker.io} and {@code registry.hub.docker.com} stand too; their
     *     case does not matter
     * @throws IllegalArgumentException if {@code registry} is no host with an optional port
     */
    static CredentialProvider of(String registry, Credentials credentials) {
        return of(registry, credentials, other -> Credentials.anonymous());
    }

    /**
     * {@return a provider of credentials for one registry, and of what another one has for every other}
     *
     * @param registry host and port as they stand in references, such as {@code docker.io}, for which
     *     {@code index.docker.io}, {@code registry-1.docker.io} and {@code registry.hub.docker.com} stand too; their
     *     case does not matter
     * @param others who is asked about every other registry
     * @throws IllegalArgumentException if {@code registry} is no host with an optional port
     */
    static CredentialProvider of(String registry, Credentials credentials, CredentialProvider others) {
        ReferenceParts.requireDomain(registry);
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(others, "others");
        String owner = ReferenceParts.oneName(registry);
        return new CredentialProvider() {
            @Override
            public Credentials credentialsFor(String asking) throws IOException {
                return ReferenceParts.oneName(asking).equals(owner) ? credentials : others.credentialsFor(asking);
            }

            @Override
            public Credentials credentialsFor(String asking, Duration time, Cancellation cancellation)
                    throws IOException {
                return ReferenceParts.oneName(asking).equals(owner)
                        ? credentials
                        : others.credentialsFor(asking, time, cancellation);
            }

            @Override
            public String keyFor(String asking, String repository) throws IOException {
                return ReferenceParts.oneName(asking).equals(owner) ? asking : others.keyFor(asking, repository);
            }
        };
    }

    /**
     * {@return a provider of the same credentials for every registry}
     *
     * <p>Any host that is named as a registry is told them if it asks. Where the names come from others,
     * {@link #of(String, Credentials)} is for the registry whose credentials they are.
     */
    static CredentialProvider of(Credentials credentials) {
        Objects.requireNonNull(credentials, "credentials");
        return registry -> credentials;
    }
}
