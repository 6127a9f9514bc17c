package dev.tallyclerk.registry.client;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.layout.ImageSource;
import dev.tallyclerk.registry.model.RegistryLimits;
import java.net.URI;
import java.util.Objects;

/**
 * Reads images from registries that speak the Docker Registry HTTP API v2 or the OCI distribution specification.
 *
 * <p>Immutable, and safe for use by several threads if its transport is. It starts no thread and keeps nothing between
 * images.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 */
public final class RegistryClient {
    private final Transport transport;
    private final Credentials credentials;
    private final boolean plainHttp;
    private final RegistryLimits limits;

    private RegistryClient(Transport transport, Credentials credentials, boolean plainHttp, RegistryLimits limits) {
        this.transport = Objects.requireNonNull(transport, "transport");
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        this.plainHttp = plainHttp;
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** {@return an anonymous client that speaks https, through {@code transport}} */
    public static RegistryClient of(Transport transport) {
        return new RegistryClient(transport, Credentials.anonymous(), false, RegistryLimits.defaults());
    }

    /** {@return this client with credentials, which it sends only to a registry that asks for them} */
    public RegistryClient withCredentials(Credentials other) {
        return new RegistryClient(transport, other, plainHttp, limits);
    }

    /** {@return this client with plain http, for a registry on this machine or in a trusted network, or with https} */
    public RegistryClient withPlainHttp(boolean plain) {
        return new RegistryClient(transport, credentials, plain, limits);
    }

    /** {@return this client with other limits} */
    public RegistryClient withLimits(RegistryLimits other) {
        return new RegistryClient(transport, credentials, plainHttp, other);
    }

    /**
     * {@return the image of that name; nothing is asked of the registry before the image is}
     *
     * @param reference a name with a domain, and with a tag or a digest; a digest wins
     * @throws IllegalArgumentException if {@code reference} has no domain, or neither tag nor digest
     */
    public ImageSource image(Reference reference) {
        if (reference.domain().isEmpty()) {
            throw new IllegalArgumentException("no registry in " + reference);
        }
        if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
            throw new IllegalArgumentException("neither tag nor digest in " + reference);
        }
        return new RegistryImage(
                reference, new RegistrySession(transport, baseOf(reference), credentials, reference.path()), limits);
    }

    private URI baseOf(Reference reference) {
        // Docker Hub's API has its own host; every other registry's is the name's.
        String host = reference.domain().equals(Reference.DEFAULT_DOMAIN) ? "registry-1.docker.io" : reference.domain();
        return URI.create((plainHttp ? "http://" : "https://") + host + "/v2/");
    }
}
