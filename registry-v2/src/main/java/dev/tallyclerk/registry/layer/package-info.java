/**
 * Layers as streams: blob digest, size and diffID checked in one pass, decompression within limits, and the entries of
 * the archive inside.
 *
 * <p>{@link dev.tallyclerk.registry.layer.LayerVerifier} says whether a layer is the promised one, and
 * {@link dev.tallyclerk.registry.layer.LayerReader} what is in it. What several layers make together is for
 * {@code dev.tallyclerk.registry.filesystem}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md">OCI image-spec v1.1.1, Image Layer
 *     Filesystem Changeset</a>
 */
@NullMarked
package dev.tallyclerk.registry.layer;

import org.jspecify.annotations.NullMarked;
