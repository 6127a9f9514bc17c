/**
 * Layers as streams: blob digest, size and diffID checked in one pass, decompression within limits.
 *
 * <p>{@link dev.tallyclerk.registry.layer.LayerVerifier} is where to start.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md">OCI image-spec v1.1.1, Image Layer
 *     Filesystem Changeset</a>
 */
@NullMarked
package dev.tallyclerk.registry.layer;

import org.jspecify.annotations.NullMarked;
