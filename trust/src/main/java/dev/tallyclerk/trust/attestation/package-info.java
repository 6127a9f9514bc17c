/**
 * Signed statements about artifacts: DSSE envelopes and in-toto statements.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md">DSSE envelope v1.0.2</a>
 * @see <a href="https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md">in-toto Statement v1</a>
 */
@NullMarked
package dev.tallyclerk.trust.attestation;

import org.jspecify.annotations.NullMarked;
