package dev.tallyclerk.trust.policy;

import dev.tallyclerk.reference.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who has to vouch for which image. The rule with the most specific scope decides alone; an image that no rule covers
 * is rejected. Immutable.
 *
 * <pre>{@code
 * TrustPolicy policy = TrustPolicy.of("production")
 *         .withRule("registry.example.org/team/*", Requirement.key(TrustedKey.parse(pem)))
 *         .withRule("docker.io/library/debian:12", Requirement.pinned(digest));
 * }</pre>
 */
public final class TrustPolicy {
    private final String name;
    private final List<TrustRule> rules;

    private TrustPolicy(String name, List<TrustRule> rules) {
        this.name = name;
        this.rules = rules;
    }

    /**
     * {@return a policy without rules, which rejects every image}
     *
     * @param name the name for people
     */
    public static TrustPolicy of(String name) {
        return new TrustPolicy(Objects.requireNonNull(name, "name"), List.of());
    }

    /**
     * {@return this policy with one more rule}
     *
     * @param scope as {@link TrustScope#parse} reads it
     * @throws IllegalArgumentException if the scope is malformed, or another rule has it
     */
    public TrustPolicy withRule(String scope, Requirement requirement) {
        return withRule(new TrustRule(TrustScope.parse(scope), requirement));
    }

    /**
     * {@return this policy with one more rule}
     *
     * @throws IllegalArgumentException if another rule has the same scope
     */
    public TrustPolicy withRule(TrustRule rule) {
        return withRules(List.of(rule));
    }

    /**
     * {@return this policy with more rules}
     *
     * @throws IllegalArgumentException if two rules have the same scope
     */
    public TrustPolicy withRules(List<TrustRule> more) {
        List<TrustRule> all = new ArrayList<>(rules);
        all.addAll(more);
        Set<TrustScope> scopes = new HashSet<>();
        for (TrustRule each : all) {
            if (!scopes.add(each.scope())) {
                throw new IllegalArgumentException("two rules have the scope " + each.scope());
            }
        }
        return new TrustPolicy(name, List.copyOf(all));
    }

    /** {@return the name for people} */
    public String name() {
        return name;
    }

    /** {@return the rules, in the order in which they were added} */
    public List<TrustRule> rules() {
        return rules;
    }

    /**
     * {@return the rule that decides on an image: of those that cover it, the one with the most specific scope}
     *
     * @param image the whole name of the image; empty for an image without one, which only the scope {@code *} covers
     */
    public Optional<TrustRule> ruleFor(Optional<Reference> image) {
        return covering(image).stream().findFirst();
    }

    /**
     * {@return the rules that cover an image, the most specific first: the first one decides}
     *
     * @param image the whole name of the image; empty for an image without one
     */
    public List<TrustRule> covering(Optional<Reference> image) {
        return rules.stream()
                .filter(rule -> rule.scope().covers(image))
                .sorted((a, b) -> b.scope().compareTo(a.scope()))
                .toList();
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}
