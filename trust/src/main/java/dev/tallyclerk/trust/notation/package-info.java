/**
 * Notation signatures: envelopes in JWS and COSE, trust policies and trust stores.
 *
 * <p>{@link dev.tallyclerk.trust.notation.NotationVerifier} verifies the signatures of an image against a
 * {@link dev.tallyclerk.trust.notation.NotationTrustPolicy}, which {@code notation} calls {@code trustpolicy.json}, or
 * against one {@link dev.tallyclerk.trust.notation.NotationStatement} that a program makes. Every type is immutable and
 * safe for use by many threads. Nothing here uses the network, except for the revocation checker that a caller adds.
 *
 * @see <a href="https://github.com/notaryproject/specifications/tree/d4b62b9/specs">Notary Project specifications</a>
 */
@NullMarked
package dev.tallyclerk.trust.notation;

import org.jspecify.annotations.NullMarked;
