/**
 * Streaming verification: content is checked against a promised digest and size while it passes.
 *
 * <p>{@link dev.tallyclerk.verify.ContentVerifier} is the heart, fed by pushing bytes;
 * {@link dev.tallyclerk.verify.VerifyingInputStream} is the shape for code that reads. Nothing here starts a thread or
 * keeps more than a few kilobytes.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification">OCI image-spec
 *     v1.1.1, Verification</a>
 */
@NullMarked
package dev.tallyclerk.verify;

import org.jspecify.annotations.NullMarked;
