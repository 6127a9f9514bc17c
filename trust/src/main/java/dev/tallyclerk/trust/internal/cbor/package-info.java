/**
 * CBOR (RFC 8949) as COSE signatures need it (RFC 9052).
 *
 * <p>The reader accepts one encoding of each value, so that writing what was read gives the same bytes. No other rule
 * of deterministic encoding is demanded: maps keep their order.
 */
@NullMarked
package dev.tallyclerk.trust.internal.cbor;

import org.jspecify.annotations.NullMarked;
