package dev.tallyclerk.trust.policy;

import java.util.Objects;

/**
 * A rule of a trust policy.
 *
 * @param scope the images that it is about
 * @param requirement what must hold for them
 */
public record TrustRule(TrustScope scope, Requirement requirement) {
    /** Requires both parts. */
    public TrustRule {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(requirement, "requirement");
    }

    /** {@return scope and requirement, for people} */
    @Override
    public String toString() {
        return scope + " requires " + requirement;
    }
}
