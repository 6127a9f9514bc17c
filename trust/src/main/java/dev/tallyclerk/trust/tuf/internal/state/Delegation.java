package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;

/**
 * One step of the search from a delegator to a role.
 *
 * @param delegator the name of the role that delegates
 * @param role the delegated role
 * @param signers whose signatures the delegator wants
 * @param terminating whether the search ends below this role
 */
public record Delegation(String delegator, MetadataRole role, Signers signers, boolean terminating) {}
