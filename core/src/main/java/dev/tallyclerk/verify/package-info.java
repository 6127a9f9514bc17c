/**
 * Streaming verification: content is checked against a promised digest and size while it passes.
 *
 * <p>{@link dev.tallyclerk.verify.ContentVerifier} is the heart, fed by pushing bytes;
 * {@link dev.tallyclerk.verify.VerifyingInputStream} is the shape for code that reads, and
 * {@link dev.tallyclerk.verify.ParallelVerifier} takes many blobs at a time. Nothing here starts a thread, and memory
 * use does not depend on the content's size.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification">OCI image-spec
 *     v1.1.1, Verification</a>
 */
@NullMarked
package dev.tallyclerk.verify;

import org.jspecify.annotations.NullMarked;
