/** What is missing from the HTTP client of the Java runtime. */
@NullMarked
package dev.tallyclerk.internal.http;

import org.jspecify.annotations.NullMarked;
