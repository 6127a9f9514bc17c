/**
 * Images at rest, and the one interface over everything that holds images.
 *
 * <p>{@link dev.tallyclerk.registry.layout.OciLayout} reads an OCI layout in a folder or a tar file,
 * {@link dev.tallyclerk.registry.layout.DockerArchive} what {@code docker save} writes. Both give an
 * {@link dev.tallyclerk.registry.layout.ImageSource}, and so does a registry client. What a source gives is not yet
 * verified: {@link dev.tallyclerk.registry.verify.ImageVerifier} does that.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
@NullMarked
package dev.tallyclerk.registry.layout;

import org.jspecify.annotations.NullMarked;
