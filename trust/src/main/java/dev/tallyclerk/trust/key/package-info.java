/**
 * Public keys and the verification of signatures.
 *
 * <p>{@link dev.tallyclerk.trust.key.DeclaredKey} is a key as a document declares it, usable or not.
 * {@link dev.tallyclerk.trust.key.VerificationKey} is a well-formed key. A
 * {@link dev.tallyclerk.trust.key.SignatureEngine} makes a {@link dev.tallyclerk.trust.key.SignatureVerifier} for it.
 * Nothing here does I/O or registers a provider, and every type is immutable.
 */
@NullMarked
package dev.tallyclerk.trust.key;

import org.jspecify.annotations.NullMarked;
