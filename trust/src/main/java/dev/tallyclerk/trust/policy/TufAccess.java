package dev.tallyclerk.trust.policy;

import dev.tallyclerk.reference.DigestResolver;
import java.net.URI;
import java.util.Optional;

/** Makes resolvers for the TUF repositories that a policy names. */
@FunctionalInterface
public interface TufAccess {
    /**
     * {@return a resolver on a repository}
     *
     * @param repository the URL of the metadata
     * @param trustedRoot the trusted root's bytes
     * @param target the path of the target; empty for the whole name of the image
     */
    DigestResolver resolver(URI repository, byte[] trustedRoot, Optional<String> target);
}
