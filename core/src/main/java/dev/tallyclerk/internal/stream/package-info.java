/** What is asked of streams that somebody else has made. */
@NullMarked
package dev.tallyclerk.internal.stream;

import org.jspecify.annotations.NullMarked;
