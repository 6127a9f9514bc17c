/**
 * Signatures and attestations that cosign attaches to images, in the classic form and in that of Sigstore bundles.
 *
 * <p>Start at {@link dev.tallyclerk.trust.cosign.CosignVerifier}. Attached artifacts come from an
 * {@link dev.tallyclerk.evidence.AttachmentSource}; nothing here does I/O of its own.
 */
@NullMarked
package dev.tallyclerk.trust.cosign;

import org.jspecify.annotations.NullMarked;
