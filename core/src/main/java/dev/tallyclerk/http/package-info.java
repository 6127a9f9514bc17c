/**
 * HTTP for registries and TUF repositories: settings, limits, and the interface {@link dev.tallyclerk.http.Transport}
 * to a client library.
 *
 * <p>The adapters are {@code dev.tallyclerk.http.okhttp} and {@code dev.tallyclerk.http.jdk}. Redirects, credentials,
 * retries and deadlines are decided above the transport.
 */
@NullMarked
package dev.tallyclerk.http;

import org.jspecify.annotations.NullMarked;
