/** Writes and reads what was found out about layers, as bytes that another process can read. */
@NullMarked
package dev.tallyclerk.registry.internal.record;

import org.jspecify.annotations.NullMarked;
