/**
 * Images at rest, the one interface over everything that holds images, and copying between them.
 *
 * <p>{@link dev.tallyclerk.registry.layout.OciLayout} reads an OCI layout in a folder or a tar file,
 * {@link dev.tallyclerk.registry.layout.DockerArchive} what {@code docker save} writes. Both give an
 * {@link dev.tallyclerk.registry.layout.ImageSource}, and so do a registry client and, for an image whose parts a
 * program has at hand, {@link dev.tallyclerk.registry.layout.ImageSource#of}. Its manifests and blobs are verified
 * while they are read; whether they make an image that may be loaded is for
 * {@link dev.tallyclerk.registry.verify.ImageVerifier} to say.
 *
 * <p>{@link dev.tallyclerk.registry.layout.ImageCopier} copies an image from any source to an
 * {@link dev.tallyclerk.registry.layout.ImageDestination}, which
 * {@link dev.tallyclerk.registry.layout.OciLayoutWriter}, {@link dev.tallyclerk.registry.layout.OciArchiveWriter} and
 * {@link dev.tallyclerk.registry.layout.DockerArchiveWriter} give.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
@NullMarked
package dev.tallyclerk.registry.layout;

import org.jspecify.annotations.NullMarked;
