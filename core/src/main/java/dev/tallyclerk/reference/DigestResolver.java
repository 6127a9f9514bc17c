package dev.tallyclerk.reference;

/**
 * Turns a name into a digest that somebody vouches for.
 *
 * <p>Who vouches is the implementation's matter: a registry's own answer is the least trusted one, signed metadata or a
 * pin in the caller's configuration say more. Implementations state whether they are safe for use by several threads.
 */
@FunctionalInterface
public interface DigestResolver {
    /**
     * {@return the digest of the manifest that {@code reference} names}
     *
     * <p>It may ask the network, and waits for the answer. A digest in {@code reference} may be left to the caller, who
     * compares it with {@link ResolvedDigest#digests}.
     *
     * @param reference a name with a tag, a digest or both
     * @throws DigestResolutionException if nobody vouches for the name, or it could not be found out
     */
    ResolvedDigest resolve(Reference reference) throws DigestResolutionException;
}
