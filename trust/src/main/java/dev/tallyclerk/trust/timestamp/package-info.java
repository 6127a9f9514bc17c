/**
 * Timestamps of RFC 3161, by which an authority says when a signature existed.
 *
 * <p>{@link dev.tallyclerk.trust.timestamp.TimestampEngine} is the interface to a library for CMS. The one on Bouncy
 * Castle is {@code dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps}.
 */
@NullMarked
package dev.tallyclerk.trust.timestamp;

import org.jspecify.annotations.NullMarked;
