/** Untrusted text made fit for a message. */
@NullMarked
package dev.tallyclerk.internal.text;

import org.jspecify.annotations.NullMarked;
