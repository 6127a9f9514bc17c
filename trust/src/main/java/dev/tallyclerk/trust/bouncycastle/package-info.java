/**
 * Signature verification by Bouncy Castle's lightweight API. The only package that needs
 * {@code org.bouncycastle:bcprov-jdk18on}, which the embedder adds.
 *
 * <p>A named module must also declare {@code requires org.bouncycastle.provider}: this module requires it at compile
 * time only, so that programs which do not use this package can leave it out.
 */
@NullMarked
package dev.tallyclerk.trust.bouncycastle;

import org.jspecify.annotations.NullMarked;
