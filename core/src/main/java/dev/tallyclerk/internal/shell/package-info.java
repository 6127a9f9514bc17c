/**
 * Parses shell scripts into their commands: which programs run with which words, and what is piped into what.
 *
 * <p>Nothing is expanded or run. Any text can be parsed, in time linear in its length and with bounded stack.
 */
@NullMarked
package dev.tallyclerk.internal.shell;

import org.jspecify.annotations.NullMarked;
