/** Checks of elliptic-curve keys that the Java runtime does not make. */
@NullMarked
package dev.tallyclerk.internal.curve;

import org.jspecify.annotations.NullMarked;
