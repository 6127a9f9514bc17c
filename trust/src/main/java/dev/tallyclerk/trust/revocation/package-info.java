/**
 * Whether certificates are revoked, asked by OCSP (RFC 6960) and by lists (CRLs, RFC 5280, 5).
 *
 * <p>{@link dev.tallyclerk.trust.revocation.RevocationChecker} is the interface, and
 * {@link dev.tallyclerk.trust.revocation.HttpRevocation} asks the servers that certificates name. An answer that could
 * not be had is part of the report, never left out.
 */
@NullMarked
package dev.tallyclerk.trust.revocation;

import org.jspecify.annotations.NullMarked;
