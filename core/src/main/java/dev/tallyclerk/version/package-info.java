/**
 * How the versions of packages are ordered, one order an ecosystem.
 *
 * <p>{@link dev.tallyclerk.version.VersionOrder} names the orders and parses versions; it is a comparator of the parsed
 * {@link dev.tallyclerk.version.Version}s. Each order gives the answer of the ecosystem's own tool, and refuses what
 * the tool refuses. Numbers have no bound, except where the order says so.
 */
@NullMarked
package dev.tallyclerk.version;

import org.jspecify.annotations.NullMarked;
