/**
 * The parts of Sigstore verification: documents, certificates, logs and proofs. They are handed bytes and times, and do
 * no input or output.
 */
@NullMarked
package dev.tallyclerk.trust.sigstore.internal;

import org.jspecify.annotations.NullMarked;
