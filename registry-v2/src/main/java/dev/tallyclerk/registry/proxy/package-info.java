/**
 * The server half of a pull, without a server: a request goes in as a value, and an answer comes out as one.
 *
 * <p>{@link dev.tallyclerk.registry.proxy.PullThrough} answers the requests of the pull side of the distribution
 * specification from {@linkplain dev.tallyclerk.registry.proxy.Upstream upstreams} and a cache. No client ever gets the
 * whole of content that does not match its digest, and under a {@link dev.tallyclerk.registry.proxy.ProxyPolicy} none
 * gets an image that is not admitted. The embedder brings the server, the threads, the clock and the folders; about
 * twenty lines connect the HTTP server of the JDK.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull">OCI distribution-spec
 *     v1.1.1, Pull</a>
 */
@NullMarked
package dev.tallyclerk.registry.proxy;

import org.jspecify.annotations.NullMarked;
