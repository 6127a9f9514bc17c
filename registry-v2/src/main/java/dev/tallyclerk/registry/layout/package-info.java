/**
 * Images on disk: OCI image layouts and docker archives, read and written.
 *
 * <p>{@link dev.tallyclerk.registry.layout.OciLayout} reads an OCI layout in a folder or a tar file,
 * {@link dev.tallyclerk.registry.layout.DockerArchive} reads the output of {@code docker save}. Both return images as
 * {@link dev.tallyclerk.registry.image.ImageSource}.
 *
 * <p>{@link dev.tallyclerk.registry.layout.OciLayoutWriter}, {@link dev.tallyclerk.registry.layout.OciArchiveWriter}
 * and {@link dev.tallyclerk.registry.layout.DockerArchiveWriter} are destinations for
 * {@link dev.tallyclerk.registry.image.ImageCopier}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
@NullMarked
package dev.tallyclerk.registry.layout;

import org.jspecify.annotations.NullMarked;
