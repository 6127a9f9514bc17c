/**
 * Verified content on disk: nothing is under a trusted name before it was verified, whatever crashes.
 *
 * <p>{@link dev.tallyclerk.verify.store.ContentStore} is a folder of blobs in the shape of an OCI image layout, and
 * {@link dev.tallyclerk.verify.store.BlobWriter} is how a blob gets in. Nothing here starts a thread or reads a clock.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs">OCI image-spec v1.1.1,
 *     Blobs</a>
 */
@NullMarked
package dev.tallyclerk.verify.store;

import org.jspecify.annotations.NullMarked;
