/**
 * The decision whether an image may be loaded, from a name to a verdict.
 *
 * <p>{@link dev.tallyclerk.registry.admission.Admission} is what most programs need: it finds the digest of an image,
 * verifies everything below that digest, audits the image under a policy, and gives one decision.
 */
@NullMarked
package dev.tallyclerk.registry.admission;

import org.jspecify.annotations.NullMarked;
