/**
 * TUF repositories over OkHttp: {@link dev.tallyclerk.trust.okhttp.OkHttpGet} for
 * {@link dev.tallyclerk.trust.fetch.MetadataFetcher#ofUri(java.net.URI, dev.tallyclerk.trust.fetch.FetchOptions,
 * dev.tallyclerk.trust.fetch.HttpGet)}. Only for those who have OkHttp on their path.
 */
@NullMarked
package dev.tallyclerk.trust.okhttp;

import org.jspecify.annotations.NullMarked;
