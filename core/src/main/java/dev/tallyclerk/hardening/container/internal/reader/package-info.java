/** Reads the documents of a container, whoever wrote them, into a {@code Container} for the rules. */
@NullMarked
package dev.tallyclerk.hardening.container.internal.reader;

import org.jspecify.annotations.NullMarked;
