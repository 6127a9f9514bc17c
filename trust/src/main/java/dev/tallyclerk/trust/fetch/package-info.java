/**
 * Fetchers for the files of a TUF repository.
 *
 * <p>A client asks a {@link dev.tallyclerk.trust.fetch.MetadataFetcher} for metadata and a
 * {@link dev.tallyclerk.trust.fetch.TargetFetcher} for target files. {@link dev.tallyclerk.http.HttpSettings} say how
 * their requests are sent. The client verifies everything it gets from here.
 */
@NullMarked
package dev.tallyclerk.trust.fetch;

import org.jspecify.annotations.NullMarked;
