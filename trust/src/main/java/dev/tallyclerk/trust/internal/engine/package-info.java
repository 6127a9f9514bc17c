/** Signatures that the engine of the caller verifies, as far as it can. */
@NullMarked
package dev.tallyclerk.trust.internal.engine;

import org.jspecify.annotations.NullMarked;
