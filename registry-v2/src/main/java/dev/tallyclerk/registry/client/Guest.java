package dev.tallyclerk.registry.client;

import java.net.URI;

/**
 * What is shown to somebody else's server to whom the registry redirects: what anybody may have from that server's own
 * token service, and at no other origin.
 *
 * @param origin whose it is
 * @param shown what it is, made of no credentials
 */
record Guest(URI origin, Authorization shown) {}
