/**
 * TUF repositories over the Java runtime's newer HTTP client: {@link dev.tallyclerk.trust.jdkhttp.JdkHttpGet} for
 * {@link dev.tallyclerk.trust.fetch.MetadataFetcher#ofUri(java.net.URI, dev.tallyclerk.trust.fetch.FetchOptions,
 * dev.tallyclerk.trust.fetch.HttpGet)}. It needs the module {@code java.net.http}.
 */
@NullMarked
package dev.tallyclerk.trust.jdkhttp;

import org.jspecify.annotations.NullMarked;
