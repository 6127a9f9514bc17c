package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A registry that a proxy gets its content from. Immutable; safe for use by several threads if its client is.
 *
 * <p>The {@link RegistryClient} brings the transport with its time for connecting, the stored logins, retries and the
 * rules on addresses: a token service or a redirect that leads into a private network is refused there.
 */
public final class Upstream {
    private static final Duration DOCUMENT_TIME = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String registry;
    private final RegistryClient client;
    private final String prefix;
    private final Predicate<String> repositories;
    private final boolean callerLogins;
    private final Duration documentTime;
    private final Duration patience;
    private final @Nullable Duration tagTime;

    private Upstream(
            String registry,
            RegistryClient client,
            String prefix,
            Predicate<String> repositories,
            boolean callerLogins,
            Duration documentTime,
            Duration patience,
            @Nullable Duration tagTime) {
        this.registry = registry;
        this.client = Objects.requireNonNull(client, "client");
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        this.repositories = Objects.requireNonNull(repositories, "repositories");
        this.callerLogins = callerLogins;
        this.documentTime = documentTime;
        this.patience = patience;
        this.tagTime = tagTime;
    }

    /**
     * {@return an upstream of which every repository is given to everybody, read with the client's logins}
     *
     * <p>Every caller of the proxy can then read what those logins can.
     *
     * @param registry host and port as in a reference, such as {@code docker.io}
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port
     */
    public static Upstream of(String registry, RegistryClient client) {
        ReferenceParts.requireDomain(registry);
        String name = ReferenceParts.oneName(registry);
        return new Upstream(name, client, name, any -> true, false, DOCUMENT_TIME, PATIENCE, null);
    }

    /**
     * {@return this upstream, chosen by another first part of a repository's name than the registry's}
     *
     * @param prefix one or several components of a path, such as {@code hub}
     */
    public Upstream withPrefix(String prefix) {
        ReferenceParts.requirePath(prefix);
        return new Upstream(registry, client, prefix, repositories, callerLogins, documentTime, patience, tagTime);
    }

    /**
     * {@return this upstream, of which only some repositories are given}
     *
     * @param repositories whether a repository is given, by its name in the registry, such as {@code library/debian}
     */
    public Upstream withRepositories(Predicate<String> repositories) {
        return new Upstream(registry, client, prefix, repositories, callerLogins, documentTime, patience, tagTime);
    }

    /**
     * {@return this upstream, read with the login that each caller sends}
     *
     * <p>A caller gets only what the upstream has given to the same caller with the same login, and at most
     * {@link ProxyLimits#callerTime} ago; blobs are kept once all the same. What is known of a caller is kept in memory
     * only. The client's own logins for this registry are not used, and neither are its mirrors, which have their own.
     *
     * <p>At most 10,000 repositories, with each caller's counted apart, are known at a time, and those used longest ago
     * are forgotten first: blobs are then 404 until the caller asks for the image again. Logins to which the upstream
     * has given nothing push out only one another. Where it gives public images to every login, also an invented one, a
     * program should limit how many logins each client may send.
     *
     * <p>Some clients send a login only if {@code /v2/} asked for one, as it does for the default upstream, or that of
     * the parameter {@code ns}.
     */
    public Upstream withCallerLogins() {
        return new Upstream(registry, client, prefix, repositories, true, documentTime, patience, tagTime);
    }

    /**
     * {@return this upstream with another time for each document}
     *
     * <p>Retries are included. 10 seconds by default.
     *
     * @throws IllegalArgumentException if {@code documentTime} is not positive
     */
    public Upstream withDocumentTime(Duration documentTime) {
        requirePositive("documentTime", documentTime);
        return new Upstream(registry, client, prefix, repositories, callerLogins, documentTime, patience, tagTime);
    }

    /**
     * {@return this upstream with another time for the first byte of a blob, and for each silence after it}
     *
     * <p>30 seconds by default. It includes the wait for a place at the host: {@code maxRequestsPerHost} of the
     * client's {@link dev.tallyclerk.http.HttpLimits} is how many blobs are fetched at a time.
     *
     * @throws IllegalArgumentException if {@code patience} is not positive
     */
    public Upstream withPatience(Duration patience) {
        requirePositive("patience", patience);
        return new Upstream(registry, client, prefix, repositories, callerLogins, documentTime, patience, tagTime);
    }

    /**
     * {@return this upstream with another {@link ProxyLimits#tagTime} than the proxy's}
     *
     * <p>Such as a long one where requests are counted, and none where tags move often.
     *
     * @throws IllegalArgumentException if {@code tagTime} is negative
     */
    public Upstream withTagTime(Duration tagTime) {
        if (tagTime.isNegative()) {
            throw new IllegalArgumentException("tagTime is negative: " + tagTime);
        }
        return new Upstream(registry, client, prefix, repositories, callerLogins, documentTime, patience, tagTime);
    }

    private static void requirePositive(String name, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + " is not positive: " + time);
        }
    }

    /** {@return the registry, as it stands in references} */
    public String registry() {
        return registry;
    }

    RegistryClient client() {
        return client;
    }

    String prefix() {
        return prefix;
    }

    boolean gives(String repository) {
        return repositories.test(repository);
    }

    boolean hasCallerLogins() {
        return callerLogins;
    }

    Duration documentTime() {
        return documentTime;
    }

    Duration patience() {
        return patience;
    }

    Duration tagTime(ProxyLimits limits) {
        return tagTime == null ? limits.tagTime() : tagTime;
    }

    /** {@return the name of a repository in this registry, with what Docker leaves out} */
    String fullName(String repository) {
        return registry.equals(Reference.DEFAULT_DOMAIN) && repository.indexOf('/') < 0
                ? "library/" + repository
                : repository;
    }
}
