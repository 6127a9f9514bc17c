/**
 * Sigstore bundles, verified offline.
 *
 * <p>{@link dev.tallyclerk.trust.sigstore.SigstoreBundle} is a signature with its evidence,
 * {@link dev.tallyclerk.trust.sigstore.TrustedRoot} names the authorities and logs that are trusted,
 * {@link dev.tallyclerk.trust.sigstore.SigstoreVerifier} verifies the one by the other, and
 * {@link dev.tallyclerk.trust.sigstore.CertificateIdentity} judges who signed.
 *
 * @see <a href="https://github.com/sigstore/architecture-docs/blob/main/client-spec.md">Sigstore client
 *     specification</a>
 */
@NullMarked
package dev.tallyclerk.trust.sigstore;

import org.jspecify.annotations.NullMarked;
