/**
 * Signed statements about artifacts: DSSE envelopes, in-toto statements, and their predicates.
 *
 * <p>{@link dev.tallyclerk.trust.attestation.DsseEnvelope} and {@link dev.tallyclerk.trust.attestation.Statement} are
 * read before their signature is verified; a {@link dev.tallyclerk.trust.attestation.VerifiedStatement} is the result
 * of a verifier. {@link dev.tallyclerk.trust.attestation.PredicateConditions} say what a policy demands of a statement.
 * Nothing here does I/O; every type is immutable.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md">DSSE envelope v1.0.2</a>
 * @see <a href="https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md">in-toto Statement v1</a>
 */
@NullMarked
package dev.tallyclerk.trust.attestation;

import org.jspecify.annotations.NullMarked;
