/** The command {@code tallyclerk}: the library's features in a shell. */
@NullMarked
package dev.tallyclerk.command;

import org.jspecify.annotations.NullMarked;
