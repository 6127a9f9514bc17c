/** Streams shared by several packages. */
@NullMarked
package dev.tallyclerk.registry.internal.stream;

import org.jspecify.annotations.NullMarked;
