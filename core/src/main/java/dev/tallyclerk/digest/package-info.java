/**
 * Content digests and the hash functions that compute them.
 *
 * <p>{@link dev.tallyclerk.digest.Digest} is a digest, {@link dev.tallyclerk.digest.DigestAlgorithm} its algorithm, and
 * {@link dev.tallyclerk.digest.HashEngine} a source of hash functions other than the Java runtime. Nothing here does
 * network or file access, and every type is immutable. {@link dev.tallyclerk.verify} checks content against a digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI image-spec v1.1.1,
 *     Digests</a>
 */
@NullMarked
package dev.tallyclerk.digest;

import org.jspecify.annotations.NullMarked;
