/** The transport over the HTTP client of the Java runtime, for whoever wants no other library. */
@NullMarked
package dev.tallyclerk.registry.jdkhttp;

import org.jspecify.annotations.NullMarked;
