/** What is asked of keys of elliptic curves, which the Java runtime takes as they come. */
@NullMarked
package dev.tallyclerk.internal.curve;

import org.jspecify.annotations.NullMarked;
