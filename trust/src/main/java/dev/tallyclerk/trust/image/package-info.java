/**
 * Image digests that somebody vouches for.
 *
 * <p>{@link dev.tallyclerk.trust.image.TufDigestResolver} takes the targets of a TUF repository as statements about
 * images.
 */
@NullMarked
package dev.tallyclerk.trust.image;

import org.jspecify.annotations.NullMarked;
