/**
 * What speaks for an image: the artifacts attached to its digest, the evidence that verified among them, and the
 * interface through which an admission asks whether somebody trusted vouches for it.
 *
 * <p>The types here are values and interfaces without cryptography. Verifiers are in {@code dev.tallyclerk.trust};
 * registries, layouts and archives list attached artifacts.
 */
@NullMarked
package dev.tallyclerk.evidence;

import org.jspecify.annotations.NullMarked;
