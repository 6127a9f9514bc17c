/**
 * Logins at registries: challenges, tokens, and what a call shows to its registry.
 *
 * <p>{@link dev.tallyclerk.registry.internal.auth.RegistryLogin} is the login of one call.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution, Token Authentication
 *     Specification</a>
 */
@NullMarked
package dev.tallyclerk.registry.internal.auth;

import org.jspecify.annotations.NullMarked;
