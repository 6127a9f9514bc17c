/**
 * A strict and fast decoder of gzip (RFC 1952) and DEFLATE (RFC 1951).
 *
 * <p>{@link dev.tallyclerk.registry.internal.gzip.GzipStream} is the entry point.
 */
@NullMarked
package dev.tallyclerk.registry.internal.gzip;

import org.jspecify.annotations.NullMarked;
