/** Reads the documents of containers, of any engine, for the rules. */
@NullMarked
package dev.tallyclerk.hardening.container.internal.reader;

import org.jspecify.annotations.NullMarked;
