/** Work that a caller's thread does with those that an executor has to spare. */
@NullMarked
package dev.tallyclerk.internal.work;

import org.jspecify.annotations.NullMarked;
