/** The command {@code tallyclerk}: everything the library does, from a shell. */
@NullMarked
package dev.tallyclerk.command;

import org.jspecify.annotations.NullMarked;
