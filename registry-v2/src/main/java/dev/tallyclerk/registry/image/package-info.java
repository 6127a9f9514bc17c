/**
 * Image sources, image destinations, and copying between them.
 *
 * <p>{@link dev.tallyclerk.registry.image.ImageSource} is the one interface over registries, layouts, archives and
 * images that a program has just built; it verifies manifests and blobs while they are read. Whether they make an image
 * that is safe to load is decided by {@link dev.tallyclerk.registry.verify.ImageVerifier}.
 *
 * <p>{@link dev.tallyclerk.registry.image.ImageCopier} copies an image from any source to any
 * {@link dev.tallyclerk.registry.image.ImageDestination}.
 */
@NullMarked
package dev.tallyclerk.registry.image;

import org.jspecify.annotations.NullMarked;
