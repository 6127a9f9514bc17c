/**
 * Reads shell scripts as far as their commands: which programs run with which words, and what is piped into what.
 *
 * <p>Nothing is expanded or run. Any text can be read; reading takes time linear in its length and bounded stack.
 */
@NullMarked
package dev.tallyclerk.internal.shell;

import org.jspecify.annotations.NullMarked;
