/**
 * Streaming verification: compares content with a promised digest and size while it passes.
 *
 * <p>{@link dev.tallyclerk.verify.ContentVerifier} verifies bytes that are pushed into it. Built on it are classes for
 * each way to move bytes: {@link dev.tallyclerk.verify.VerifyingInputStream} and
 * {@link dev.tallyclerk.verify.VerifyingReadableByteChannel} for code that reads,
 * {@link dev.tallyclerk.verify.VerifyingOutputStream} and {@link dev.tallyclerk.verify.VerifyingWritableByteChannel}
 * for code that writes, {@link dev.tallyclerk.verify.VerifyingSubscriber} for flows, the package {@code verify.http}
 * for the HTTP client of the Java runtime, and {@link dev.tallyclerk.verify.VerifiedFiles} for files in place. The
 * package {@code verify.store} stores verified content.
 *
 * <p>All except the one for files hold back the last bytes of the content until its digest holds, so that a reader who
 * knows the size never gets a complete wrong body. Nothing here starts a thread, or uses more memory than the hold-back
 * and buffers of 128 KiB and 8 KiB.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification">OCI image-spec
 *     v1.1.1, Verification</a>
 */
@NullMarked
package dev.tallyclerk.verify;

import org.jspecify.annotations.NullMarked;
