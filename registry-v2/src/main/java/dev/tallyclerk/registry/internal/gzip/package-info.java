/**
 * gzip (RFC 1952) and DEFLATE (RFC 1951), read strictly and fast.
 *
 * <p>{@link dev.tallyclerk.registry.internal.gzip.GzipStream} is where to start.
 */
@NullMarked
package dev.tallyclerk.registry.internal.gzip;

import org.jspecify.annotations.NullMarked;
