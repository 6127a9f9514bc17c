/**
 * Reading from a registry, over any HTTP client.
 *
 * <p>{@link dev.tallyclerk.registry.client.RegistryClient} is where to start; it speaks through a
 * {@link dev.tallyclerk.registry.client.Transport}. Credentials are bound to the registry they are for: they are sent
 * to no other host, port or scheme, except to a token service that the registry names over https.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 */
@NullMarked
package dev.tallyclerk.registry.client;

import org.jspecify.annotations.NullMarked;
