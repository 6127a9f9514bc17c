/**
 * Who has to vouch for which image.
 *
 * <p>A {@link dev.tallyclerk.trust.policy.TrustPolicy} has rules, each with a scope and a requirement; the rule with
 * the most specific scope decides, and an image that no rule covers is rejected. A
 * {@link dev.tallyclerk.trust.policy.TrustVerifier} holds an image against the policy: it finds the image's digest,
 * verifies what is attached to it, and returns the evidence.
 */
@NullMarked
package dev.tallyclerk.trust.policy;

import org.jspecify.annotations.NullMarked;
