/**
 * A pull-through cache of registries as a program: {@link dev.tallyclerk.registry.proxy.PullThrough} on Undertow.
 *
 * <p>{@code Main} reads the command line and {@code ProxyConfig} the configuration; {@code ProxyServer} has the
 * listeners, and {@code ProxyHandler} carries requests to the core and its answers back.
 */
@NullMarked
package dev.tallyclerk.examples.proxy;

import org.jspecify.annotations.NullMarked;
