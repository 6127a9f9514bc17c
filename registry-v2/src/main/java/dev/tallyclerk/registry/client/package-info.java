/**
 * Reading from and writing to registries, over any HTTP client.
 *
 * <p>{@link dev.tallyclerk.registry.client.RegistryClient} is the entry point; it sends requests through a
 * {@link dev.tallyclerk.http.Transport}. Credentials are bound to the origin of the registry they are for: they are
 * sent to no other scheme, host or port, unless an {@link dev.tallyclerk.http.OriginPolicy} allows it. After a redirect
 * to another registry, requests are anonymous, with a token that its own token service gives to anyone and that no
 * other server receives. A registry on the public network cannot redirect to a private address, and no registry to a
 * link-local one.
 *
 * <p>It gives an {@link dev.tallyclerk.registry.image.ImageSource} or an
 * {@link dev.tallyclerk.registry.image.ImageDestination} for a whole image, and for its parts a
 * {@link dev.tallyclerk.registry.client.Repository} and a {@link dev.tallyclerk.registry.client.RepositoryWriter}.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 */
@NullMarked
package dev.tallyclerk.registry.client;

import org.jspecify.annotations.NullMarked;
