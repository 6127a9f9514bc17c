package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an audit demands: which rules run, and which failures reject.
 *
 * <p>The gate is the lowest severity that counts for the decision. At or above it a failure rejects, and a rule that
 * cannot tell makes the decision incomplete, because absence of data is not a pass. Below it, or without a gate,
 * findings are reported only.
 *
 * <p>Immutable; {@code withX} methods return a changed copy.
 */
public final class Policy {
    private static final Policy DEFAULTS = new Policy(Profile.L1, Severity.CRITICAL);

    private final Profile profile;
    private final @Nullable Severity gate;

    private Policy(Profile profile, @Nullable Severity gate) {
        this.profile = profile;
        this.gate = gate;
    }

    /** {@return the policy that runs profile {@link Profile#L1} and rejects on {@link Severity#CRITICAL} only} */
    public static Policy defaults() {
        return DEFAULTS;
    }

    /**
     * {@return this policy with another profile}
     *
     * @param newProfile rules of this profile and of those it includes run
     */
    public Policy withProfile(Profile newProfile) {
        return new Policy(Objects.requireNonNull(newProfile, "newProfile"), gate);
    }

    /**
     * {@return this policy with another gate}
     *
     * @param lowest the lowest severity that rejects
     */
    public Policy withGate(Severity lowest) {
        return new Policy(profile, Objects.requireNonNull(lowest, "lowest"));
    }

    /** {@return this policy, accepting whatever is found} */
    public Policy withoutGate() {
        return new Policy(profile, null);
    }

    /** {@return the profile whose rules run} */
    public Profile profile() {
        return profile;
    }

    /** {@return the lowest severity that rejects, or nothing if the audit only reports} */
    public Optional<Severity> gate() {
        return Optional.ofNullable(gate);
    }

    /**
     * {@return whether a finding of that severity counts for the decision}
     *
     * @param severity the severity of the finding
     */
    public boolean gates(Severity severity) {
        return gate != null && severity.isAtLeast(gate);
    }

    boolean runs(RuleInfo rule) {
        return profile.includes(rule.profile());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Policy that && profile == that.profile && gate == that.gate;
    }

    @Override
    public int hashCode() {
        return Objects.hash(profile, gate);
    }

    /** {@return profile and gate} */
    @Override
    public String toString() {
        return "profile " + profile + ", " + (gate == null ? "no gate" : "rejects on " + gate);
    }
}
