/**
 * The file system of an image: its merged layers, in memory or extracted into a folder.
 *
 * <p>{@link dev.tallyclerk.registry.filesystem.ImageFileSystem} tells what is at a path, which layer brought it, and
 * which deleted files lower layers still hold. {@link dev.tallyclerk.registry.filesystem.ImageExtractor} writes the
 * same files. Both apply the same rules, and refuse images on whose files engines disagree, with one exception: a
 * directory that a layer does not list but has files in keeps the mode and owner from a lower layer, while some engines
 * that keep layers apart show it with mode 0755 and owned by root. Many images have such directories.
 * {@link dev.tallyclerk.registry.filesystem.ImageLayers#read} reads the content of one file.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets">OCI image-spec
 *     v1.1.1, Applying Changesets</a>
 */
@NullMarked
package dev.tallyclerk.registry.filesystem;

import org.jspecify.annotations.NullMarked;
