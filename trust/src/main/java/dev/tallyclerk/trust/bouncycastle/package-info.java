/**
 * Signatures verified by Bouncy Castle's lightweight API; the only package that needs
 * {@code org.bouncycastle:bcprov-jdk18on}, which an embedder adds.
 *
 * <p>A program on the module path has to say {@code requires org.bouncycastle.provider} itself: this module names it
 * only for those who compile it, so that everybody else may leave it out.
 */
@NullMarked
package dev.tallyclerk.trust.bouncycastle;

import org.jspecify.annotations.NullMarked;
