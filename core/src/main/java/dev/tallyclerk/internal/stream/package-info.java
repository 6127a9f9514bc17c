/** Reads from streams that other code has made. */
@NullMarked
package dev.tallyclerk.internal.stream;

import org.jspecify.annotations.NullMarked;
