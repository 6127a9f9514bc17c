/**
 * Policies in files.
 *
 * <p>{@link dev.tallyclerk.hardening.policy.PolicyReader} reads a policy from JSON, strictly: what it does not know is
 * an error, with a suggestion. {@link dev.tallyclerk.hardening.policy.PolicySchema} is the same as a JSON Schema, for
 * editors and for checks without the library. {@link dev.tallyclerk.hardening.yaml} reads the same from YAML.
 * Everything here is immutable.
 */
@NullMarked
package dev.tallyclerk.hardening.policy;

import org.jspecify.annotations.NullMarked;
