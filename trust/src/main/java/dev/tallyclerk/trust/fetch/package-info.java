/**
 * Where the files of a TUF repository come from.
 *
 * <p>{@link dev.tallyclerk.trust.fetch.MetadataFetcher} and {@link dev.tallyclerk.trust.fetch.TargetFetcher} are what a
 * client asks, {@link dev.tallyclerk.trust.fetch.HttpGet} is the seam to an HTTP client of the embedder's. Nothing that
 * comes from here is trusted: whoever asked verifies it.
 */
@NullMarked
package dev.tallyclerk.trust.fetch;

import org.jspecify.annotations.NullMarked;
