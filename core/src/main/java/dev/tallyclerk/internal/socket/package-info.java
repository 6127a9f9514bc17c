/**
 * Sockets for HTTP clients that read little at a time, and believe a server that what frames its content will end.
 *
 * <p>Its types are for our own modules; none of them is in a public signature.
 */
@NullMarked
package dev.tallyclerk.internal.socket;

import org.jspecify.annotations.NullMarked;
