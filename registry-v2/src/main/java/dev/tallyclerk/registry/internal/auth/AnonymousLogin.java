package dev.tallyclerk.registry.internal.auth;

import java.net.URI;

/**
 * The authorization for another registry to which one redirects: what that registry's own token service gives anonymous
 * callers. It is shown to no other origin.
 *
 * @param origin the other registry's origin
 * @param shown the authorization, made of no credentials
 */
public record AnonymousLogin(URI origin, Authorization shown) {}
