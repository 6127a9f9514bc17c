/** Addresses, versions, and lists of words. */
@NullMarked
package dev.tallyclerk.internal.text;

import org.jspecify.annotations.NullMarked;
