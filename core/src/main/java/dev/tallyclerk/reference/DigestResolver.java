package dev.tallyclerk.reference;

/**
 * Resolves a name to a digest that a third party vouches for.
 *
 * <p>The implementation decides who vouches. A registry's own answer is the least trusted; signed metadata and pins in
 * the caller's configuration are trusted more. Implementations state whether they are safe for use by several threads.
 */
@FunctionalInterface
public interface DigestResolver {
    /**
     * {@return the digest of the manifest that {@code reference} names}
     *
     * <p>May use the network and blocks until the answer is there. An implementation may ignore a digest in
     * {@code reference}; callers compare it with {@link ResolvedDigest#digests}.
     *
     * @param reference a name with a tag, a digest or both
     * @throws DigestResolutionException if no digest is vouched for, or it could not be determined
     */
    ResolvedDigest resolve(Reference reference) throws DigestResolutionException;
}
