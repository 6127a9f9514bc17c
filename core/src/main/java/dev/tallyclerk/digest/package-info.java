/**
 * Content digests: what a registry says a blob hashes to.
 *
 * <p>{@link dev.tallyclerk.digest.Digest} is the value, {@link dev.tallyclerk.digest.DigestAlgorithm} its algorithm,
 * and {@link dev.tallyclerk.digest.HashEngine} where another hash than the Java runtime's comes from. Nothing here does
 * network or file access, and every type is immutable. {@link dev.tallyclerk.verify} checks content against a digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI image-spec v1.1.1,
 *     Digests</a>
 */
@NullMarked
package dev.tallyclerk.digest;

import org.jspecify.annotations.NullMarked;
