/**
 * Image names: parse, normalise, compare, and resolve to a digest that somebody vouches for.
 *
 * <p>{@link dev.tallyclerk.reference.Reference} is the value, and {@link dev.tallyclerk.reference.AnyReference} the
 * value or an image's ID. A tag says nothing about content; a {@link dev.tallyclerk.reference.DigestResolver} turns it
 * into a digest.
 */
@NullMarked
package dev.tallyclerk.reference;

import org.jspecify.annotations.NullMarked;
