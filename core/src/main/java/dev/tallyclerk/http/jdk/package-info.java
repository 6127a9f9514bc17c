/** Adapters for the HTTP clients of the Java runtime. */
@NullMarked
package dev.tallyclerk.http.jdk;

import org.jspecify.annotations.NullMarked;
