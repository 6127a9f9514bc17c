/** The command {@code tallyclerk}: everything the library does, from a shell. */
@NullMarked
package dev.tallyclerk.examples.cli;

import org.jspecify.annotations.NullMarked;
