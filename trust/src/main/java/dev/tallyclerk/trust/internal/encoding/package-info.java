/**
 * Strict encodings: DER, base64, and keys and signatures in them, checked before an engine sees them. They are the same
 * for all engines, so that none accepts what another one refuses.
 */
@NullMarked
package dev.tallyclerk.trust.internal.encoding;

import org.jspecify.annotations.NullMarked;
