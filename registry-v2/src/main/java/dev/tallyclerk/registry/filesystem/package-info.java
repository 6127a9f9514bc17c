/**
 * The file system of an image: what its layers make together, without unpacking them, and unpacked into a folder.
 *
 * <p>{@link dev.tallyclerk.registry.filesystem.ImageFileSystem} answers what is at a path, which layer brought it, and
 * what lower layers still hold though it was deleted. {@link dev.tallyclerk.registry.filesystem.ImageExtractor} writes
 * the same files. Both apply the same rules, and both refuse an image of which engines would make different files, but
 * for one difference: a folder that a layer has files in, and does not name, keeps the mode and the owner that a lower
 * layer gave it, while some engines that keep layers apart show it with the mode 0755 and as root's. Many images have
 * such folders. The content of one file is read with {@link dev.tallyclerk.registry.filesystem.ImageLayers#read}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets">OCI image-spec
 *     v1.1.1, Applying Changesets</a>
 */
@NullMarked
package dev.tallyclerk.registry.filesystem;

import org.jspecify.annotations.NullMarked;
