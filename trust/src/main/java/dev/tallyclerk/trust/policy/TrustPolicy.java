package dev.tallyclerk.trust.policy;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.image.NotaryDigestResolver;
import dev.tallyclerk.trust.notary.ContentTrust;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import java.net.URI;
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
     * {@return the policy that Docker's content trust amounts to}
     *
     * <p>If it is on, the collection of every image has to list its tag in {@code targets/releases} or {@code targets};
     * the first root of a collection is trusted, and the stored collection will do if the server gives no answer. If it
     * is off, every image is accepted. Unlike in Docker, an image that is named by digest alone is rejected while it is
     * on: no collection lists it.
     *
     * @param setting whether it is on, and which server has which collection
     * @param access makes the clients
     */
    public static TrustPolicy ofContentTrust(ContentTrust setting, NotaryAccess access) {
        TrustPolicy policy = of("Docker Content Trust");
        if (!setting.isEnabled()) {
            return policy.withRule("*", Requirement.insecureAcceptAnything());
        }
        Objects.requireNonNull(access, "access");
        NotaryRootTrust trust = NotaryRootTrust.firstUse();
        return policy.withRule(
                "*/*",
                new Requirement.Notary(
                        setting.server().map(URI::toString).orElse("the image's registry"),
                        List.of(
                                "listed by " + String.join(" or ", NotaryCollection.RELEASING_ROLES),
                                "root trusted on first use",
                                "or as stored if the server gives no answer"),
                        NotaryDigestResolver.asking(gun -> access.client(gun, setting.serverFor(gun), trust)
                                .updateOrStored())));
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
