/**
 * The seam to an HTTP client.
 *
 * <p>{@link dev.tallyclerk.registry.transport.Transport} is what an adapter implements, for whatever client the
 * embedder has. It only carries requests: where they may go, with which credentials and how often, is decided by
 * {@code dev.tallyclerk.registry.client}.
 */
@NullMarked
package dev.tallyclerk.registry.transport;

import org.jspecify.annotations.NullMarked;
