/**
 * Trusted digests for image names. {@link dev.tallyclerk.trust.image.TufDigestResolver} takes them from the targets of
 * a TUF repository.
 */
@NullMarked
package dev.tallyclerk.trust.image;

import org.jspecify.annotations.NullMarked;
