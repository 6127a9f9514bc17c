/**
 * Signatures verified by Bouncy Castle's lightweight API; the only package that needs
 * {@code org.bouncycastle:bcprov-jdk18on}, which an embedder adds.
 */
@NullMarked
package dev.tallyclerk.trust.bouncycastle;

import org.jspecify.annotations.NullMarked;
