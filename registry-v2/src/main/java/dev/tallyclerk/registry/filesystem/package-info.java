/**
 * The file system of an image: what its layers make together, without unpacking them, and unpacked into a folder.
 *
 * <p>{@link dev.tallyclerk.registry.filesystem.ImageFileSystem} answers what is at a path, which layer brought it, and
 * what lower layers still hold though it was deleted. {@link dev.tallyclerk.registry.filesystem.ImageExtractor} writes
 * the same files. Both apply the same rules, and both refuse an image of which engines would make different files. The
 * content of one file is read with {@link dev.tallyclerk.registry.filesystem.ImageLayers#read}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets">OCI image-spec
 *     v1.1.1, Applying Changesets</a>
 */
@NullMarked
package dev.tallyclerk.registry.filesystem;

import org.jspecify.annotations.NullMarked;
