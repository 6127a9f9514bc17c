/**
 * Signature verification by Tink's public API. The only package that needs {@code com.google.crypto.tink:tink}, which
 * the embedder adds.
 *
 * <p>A named module must also declare {@code requires com.google.crypto.tink}: this module requires it at compile time
 * only, so that programs which do not use this package can leave it out.
 */
@NullMarked
package dev.tallyclerk.trust.tink;

import org.jspecify.annotations.NullMarked;
