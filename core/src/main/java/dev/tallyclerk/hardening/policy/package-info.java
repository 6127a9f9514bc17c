/**
 * Policies in files.
 *
 * <p>{@link dev.tallyclerk.hardening.policy.PolicyReader} reads a policy from JSON; unknown names are errors, with a
 * suggestion. {@link dev.tallyclerk.hardening.policy.PolicySchema} is the JSON Schema of policies, for editors and
 * other validators. {@link dev.tallyclerk.hardening.yaml} reads the same policies from YAML. Everything here is
 * immutable.
 */
@NullMarked
package dev.tallyclerk.hardening.policy;

import org.jspecify.annotations.NullMarked;
