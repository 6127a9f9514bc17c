package dev.tallyclerk.registry.client;

import dev.tallyclerk.reference.Reference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A {@link RegistryClient} whose calls are made by an executor of the caller's, one task each, which blocks.
 *
 * <p>Futures are cancelled, and fail, as those of an {@link AsyncRepository}. Immutable, and safe for use by several
 * threads if the client is.
 */
public final class AsyncRegistryClient {
    private final RegistryClient client;
    private final Executor executor;

    AsyncRegistryClient(RegistryClient client, Executor executor) {
        this.client = client;
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /**
     * {@return the repository of that name}
     *
     * @throws IllegalArgumentException if {@code reference} has no domain, or one that is no host of a URI
     * @see RegistryClient#repository
     */
    public AsyncRepository repository(Reference reference) {
        return client.repository(reference).async(executor);
    }

    /**
     * {@return the names of all repositories that a registry tells of}
     *
     * @throws IllegalArgumentException if {@code registry} is no host with an optional port
     * @see RegistryClient#repositories
     */
    public CompletableFuture<List<String>> repositories(String registry) {
        return repositoryPages(registry, Repository.PAGE).all();
    }

    /**
     * {@return the names of all repositories that a registry tells of, page by page}
     *
     * @throws IllegalArgumentException if an argument cannot be
     * @see RegistryClient#repositoryPages(String, int)
     */
    public AsyncPages<String> repositoryPages(String registry, int pageSize) {
        return client.repositoryPages(registry, pageSize).async(executor);
    }

    /**
     * {@return the names of the repositories after one that is known, page by page}
     *
     * @throws IllegalArgumentException if an argument cannot be
     * @see RegistryClient#repositoryPages(String, int, String)
     */
    public AsyncPages<String> repositoryPages(String registry, int pageSize, String last) {
        return client.repositoryPages(registry, pageSize, last).async(executor);
    }
}
