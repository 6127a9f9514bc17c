/**
 * Where the files of a TUF repository come from.
 *
 * <p>A client asks a {@link dev.tallyclerk.trust.fetch.MetadataFetcher} and a
 * {@link dev.tallyclerk.trust.fetch.TargetFetcher}, which go out as {@link dev.tallyclerk.http.HttpSettings} say.
 * Nothing that comes from here is trusted: the client verifies it.
 */
@NullMarked
package dev.tallyclerk.trust.fetch;

import org.jspecify.annotations.NullMarked;
