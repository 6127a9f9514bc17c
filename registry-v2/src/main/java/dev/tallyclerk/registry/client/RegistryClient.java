package dev.tallyclerk.registry.client;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.layout.ImageDestination;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.RegistryLimits;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;

/**
 * Reads from and writes to registries that speak the Docker Registry HTTP API v2 or the OCI distribution specification.
 *
 * <p>Immutable, and safe for use by several threads if what it was given is. It starts no thread. Clients made from one
 * another share their tokens and their limit of requests per host, unless their credentials or limits differ.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 */
public final class RegistryClient {
    private final ClientSettings settings;

    private RegistryClient(ClientSettings settings) {
        this.settings = settings;
    }

    /** {@return an anonymous client that speaks https, through {@code transport}} */
    public static RegistryClient of(Transport transport) {
        return new RegistryClient(ClientSettings.of(Objects.requireNonNull(transport, "transport")));
    }

    /** {@return this client with the same credentials for every registry, sent only to one that asks for them} */
    public RegistryClient withCredentials(Credentials other) {
        return withCredentials(CredentialProvider.of(other));
    }

    /** {@return this client with credentials for each registry, sent only to one that asks for them} */
    public RegistryClient withCredentials(CredentialProvider other) {
        return new RegistryClient(settings.withCredentials(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with plain http, for a registry on this machine or in a trusted network, or with https} */
    public RegistryClient withPlainHttp(boolean plain) {
        return new RegistryClient(settings.withPlainHttp(plain));
    }

    /** {@return this client with other limits on documents} */
    public RegistryClient withLimits(RegistryLimits other) {
        return new RegistryClient(settings.withDocuments(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with other limits on everything but documents} */
    public RegistryClient withLimits(ClientLimits other) {
        return new RegistryClient(settings.withLimits(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with another policy of repeating calls} */
    public RegistryClient withRetries(RetryPolicy other) {
        return new RegistryClient(settings.withRetries(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with another policy of where credentials may go} */
    public RegistryClient withOrigins(OriginPolicy other) {
        return new RegistryClient(settings.withOrigins(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with another resolver, to which the decision whether an address is public is left} */
    public RegistryClient withResolver(NameResolver other) {
        return new RegistryClient(settings.withResolver(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with another listener} */
    public RegistryClient withListener(RegistryListener other) {
        return new RegistryClient(settings.withListener(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with another clock, which tells when tokens expire} */
    public RegistryClient withClock(Clock other) {
        return new RegistryClient(settings.withClock(Objects.requireNonNull(other, "other")));
    }

    /** {@return this client with another policy of sending blobs} */
    public RegistryClient withUploads(UploadPolicy other) {
        return new RegistryClient(settings.withUploads(Objects.requireNonNull(other, "other")));
    }

    /**
     * {@return the image of that name; nothing is asked of the registry before the image is}
     *
     * @param reference a name with a domain, and with a tag or a digest; a digest wins
     * @throws IllegalArgumentException if {@code reference} has no domain, or neither tag nor digest
     */
    public ImageSource image(Reference reference) {
        if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
            throw new IllegalArgumentException("neither tag nor digest in " + reference);
        }
        return new RegistryImage(reference, repository(reference));
    }

    /**
     * {@return a place for an image of that name; nothing is asked of the registry before an image is written}
     *
     * <p>Blobs that the registry has are not sent, and what the source has in the same registry is mounted where the
     * registry does so. Manifests follow, those below others first, and the name last. Safe for use by several threads
     * if the client is.
     *
     * @param reference a name with a domain, and with the tag that the image gets or the digest that it must have; with
     *     both, the tag is for an image of that digest only
     * @throws IllegalArgumentException if {@code reference} has no domain, or neither tag nor digest
     */
    public ImageDestination destination(Reference reference) {
        if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
            throw new IllegalArgumentException("neither tag nor digest in " + reference);
        }
        return new RegistryDestination(reference, repository(reference).session());
    }

    /**
     * {@return the repository of that name; nothing is asked of the registry before the repository is}
     *
     * @param reference a name with a domain; tag and digest are ignored
     * @throws IllegalArgumentException if {@code reference} has no domain
     */
    public Repository repository(Reference reference) {
        return new Repository(RegistrySession.of(settings, domain(reference), base(reference)), reference.path());
    }

    private static String domain(Reference reference) {
        if (reference.domain().isEmpty()) {
            throw new IllegalArgumentException("no registry in " + reference);
        }
        return reference.domain();
    }

    private URI base(Reference reference) {
        // Docker Hub's API has its own host; every other registry's is the name's.
        String domain = domain(reference);
        String host = domain.equals(Reference.DEFAULT_DOMAIN) ? "registry-1.docker.io" : domain;
        return URI.create((settings.plainHttp() ? "http://" : "https://") + host + "/v2/");
    }
}
