package dev.tallyclerk.registry.client;

import java.time.Duration;
import java.util.Objects;

/**
 * A repository of a registry: its manifests, blobs, tags and referrers.
 *
 * <p>Immutable, and safe for use by several threads if the client is. What is fetched by digest is verified before the
 * caller can use it.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 */
public final class Repository {
    private final RegistrySession session;
    private final String path;

    Repository(RegistrySession session, String path) {
        this.session = session;
        this.path = Objects.requireNonNull(path, "path");
    }

    /** {@return the name of the repository in its registry, such as {@code library/debian}} */
    public String path() {
        return path;
    }

    /** {@return the registry's name as it stands in references, such as {@code docker.io}} */
    public String registry() {
        return session.registry();
    }

    /**
     * {@return this repository, each of whose calls, blobs included, takes at most so long}
     *
     * @throws IllegalArgumentException if {@code timeout} is not positive
     */
    public Repository withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
        return new Repository(session.with(session.settings().withTimeout(timeout)), path);
    }

    /** {@return this repository, whose calls end when {@code cancellation} is cancelled} */
    public Repository withCancellation(Cancellation cancellation) {
        Objects.requireNonNull(cancellation, "cancellation");
        return new Repository(session.with(session.settings().withCancellation(cancellation)), path);
    }

    /** {@return what writes to this repository} */
    public RepositoryWriter writer() {
        return new RepositoryWriter(session, path);
    }

    RegistrySession session() {
        return session;
    }

    /** {@return registry and path, for a person to read} */
    @Override
    public String toString() {
        return session.registry() + "/" + path;
    }
}
