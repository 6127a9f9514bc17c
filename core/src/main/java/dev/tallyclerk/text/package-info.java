/** Quoting of text from outside for messages and terminals. */
@NullMarked
package dev.tallyclerk.text;

import org.jspecify.annotations.NullMarked;
