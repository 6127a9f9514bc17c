package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;

/**
 * A delegation, as the search follows it.
 *
 * @param delegator the name of the delegating role
 * @param role the delegated role
 * @param signers the keys that the delegator requires for the role's file
 * @param terminating whether the search ends below this role
 */
public record Delegation(String delegator, MetadataRole role, Signers signers, boolean terminating) {}
