/**
 * Signatures verified by Tink's public API; the only package that needs {@code com.google.crypto.tink:tink}, which an
 * embedder adds.
 *
 * <p>A program on the module path has to say {@code requires com.google.crypto.tink} itself: this module names it only
 * for those who compile it, so that everybody else may leave it out.
 */
@NullMarked
package dev.tallyclerk.trust.tink;

import org.jspecify.annotations.NullMarked;
