/**
 * Whole images, verified: from a name's digest through manifest and configuration to every layer.
 *
 * <p>{@link dev.tallyclerk.registry.verify.ImageVerifier} is where to start. What fails is a result, with a reason, and
 * not an exception; an exception means that the source could not be read.
 */
@NullMarked
package dev.tallyclerk.registry.verify;

import org.jspecify.annotations.NullMarked;
