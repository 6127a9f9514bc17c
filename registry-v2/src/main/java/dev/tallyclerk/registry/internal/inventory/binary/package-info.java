/** Reads which modules and crates programs were built of, from what Go and cargo-auditable write into them. */
@NullMarked
package dev.tallyclerk.registry.internal.inventory.binary;

import org.jspecify.annotations.NullMarked;
