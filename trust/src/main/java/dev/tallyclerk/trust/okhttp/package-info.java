/**
 * TUF repositories over OkHttp: {@link dev.tallyclerk.trust.okhttp.OkHttpGet} for
 * {@link dev.tallyclerk.trust.tuf.MetadataFetcher#ofUri(java.net.URI, dev.tallyclerk.trust.tuf.FetchOptions,
 * dev.tallyclerk.trust.tuf.HttpGet)}. Only for those who have OkHttp on their path.
 */
@NullMarked
package dev.tallyclerk.trust.okhttp;

import org.jspecify.annotations.NullMarked;
