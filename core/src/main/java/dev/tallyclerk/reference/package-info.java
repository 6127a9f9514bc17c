/**
 * Image names: parsing, normalisation, comparison, and resolution to trusted digests.
 *
 * <p>{@link dev.tallyclerk.reference.Reference} is a name, and {@link dev.tallyclerk.reference.AnyReference} a name or
 * an image ID. A tag says nothing about content; a {@link dev.tallyclerk.reference.DigestResolver} resolves it to a
 * digest.
 */
@NullMarked
package dev.tallyclerk.reference;

import org.jspecify.annotations.NullMarked;
