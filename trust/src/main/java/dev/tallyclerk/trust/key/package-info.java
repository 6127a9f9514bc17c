/**
 * Public keys and signature checks: what metadata declares about a key, and whether a signature is by it.
 *
 * <p>{@link dev.tallyclerk.trust.key.DeclaredKey} is a key as a document declares it, usable or not;
 * {@link dev.tallyclerk.trust.key.VerificationKey} is one that is well formed; a
 * {@link dev.tallyclerk.trust.key.SignatureEngine} makes the {@link dev.tallyclerk.trust.key.SignatureVerifier} for it.
 * Nothing here does I/O or registers a provider, and every type is immutable.
 */
@NullMarked
package dev.tallyclerk.trust.key;

import org.jspecify.annotations.NullMarked;
