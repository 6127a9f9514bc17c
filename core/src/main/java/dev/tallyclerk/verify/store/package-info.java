/**
 * Storage of verified content on disk: no file has a trusted name before it is verified, even after a crash.
 *
 * <p>{@link dev.tallyclerk.verify.store.ContentStore} is a folder of blobs in the form of an OCI image layout, and
 * {@link dev.tallyclerk.verify.store.BlobWriter} writes a blob into it.
 * {@link dev.tallyclerk.verify.store.StoringInputStream} writes one while it is read.
 * {@link dev.tallyclerk.verify.store.SharedFetches} fetches each blob once for many readers, and
 * {@link dev.tallyclerk.verify.store.VerifiedBlob} gives them what is there. Nothing here starts a thread.
 *
 * <p>A partial download can be resumed by any process, which first hashes the bytes on disk again. That costs as much
 * as verifying them, and is a deliberate choice: the state of the Java runtime's digest cannot be saved, and
 * BouncyCastle's, whose state can, is several times slower for every byte, resumed or not. The row "all hashed again"
 * of the verifier's benchmark results compares the two.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs">OCI image-spec v1.1.1,
 *     Blobs</a>
 */
@NullMarked
package dev.tallyclerk.verify.store;

import org.jspecify.annotations.NullMarked;
