/**
 * HTTP requests: one {@link dev.tallyclerk.http.Transport} sends them, for registries, TUF repositories and whatever
 * else is fetched.
 *
 * <p>The adapters are {@code dev.tallyclerk.http.okhttp} and {@code dev.tallyclerk.http.jdk}. Redirects, credentials,
 * retries and deadlines are decided above the transport.
 */
@NullMarked
package dev.tallyclerk.http;

import org.jspecify.annotations.NullMarked;
