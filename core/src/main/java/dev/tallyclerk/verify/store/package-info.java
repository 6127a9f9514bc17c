/**
 * Verified content on disk: nothing is under a trusted name before it was verified, whatever crashes.
 *
 * <p>{@link dev.tallyclerk.verify.store.ContentStore} is a folder of blobs in the shape of an OCI image layout, and
 * {@link dev.tallyclerk.verify.store.BlobWriter} is how a blob gets in. Nothing here starts a thread.
 *
 * <p>What broke off goes on in any process, and what is on disk of it is read and hashed again first. That costs what
 * verifying so much of a file costs, and it was chosen: the state of the Java runtime's digest cannot be saved, and
 * BouncyCastle's, whose state can, is several times slower for every byte, resumed or not. The project's benchmarks
 * compare the two: see the row "all hashed again" of the verifier's results.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs">OCI image-spec v1.1.1,
 *     Blobs</a>
 */
@NullMarked
package dev.tallyclerk.verify.store;

import org.jspecify.annotations.NullMarked;
