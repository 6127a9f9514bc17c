/**
 * Signatures verified by Tink's public API; the only package that needs {@code com.google.crypto.tink:tink}, which an
 * embedder adds.
 */
@NullMarked
package dev.tallyclerk.trust.tink;

import org.jspecify.annotations.NullMarked;
