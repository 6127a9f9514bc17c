/**
 * Layers as streams: verification of blob digest, size and diffID in one pass, decompression within limits, and the
 * entries of the archive.
 *
 * <p>{@link dev.tallyclerk.registry.layer.LayerVerifier} verifies a layer, and
 * {@link dev.tallyclerk.registry.layer.LayerReader} reads its entries. {@code dev.tallyclerk.registry.filesystem}
 * merges layers.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md">OCI image-spec v1.1.1, Image Layer
 *     Filesystem Changeset</a>
 */
@NullMarked
package dev.tallyclerk.registry.layer;

import org.jspecify.annotations.NullMarked;
