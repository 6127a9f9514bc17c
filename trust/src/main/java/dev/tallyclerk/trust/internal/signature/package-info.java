/** Signatures by keys whose algorithm follows from the key, as cosign, Sigstore and Notation make them. */
@NullMarked
package dev.tallyclerk.trust.internal.signature;

import org.jspecify.annotations.NullMarked;
