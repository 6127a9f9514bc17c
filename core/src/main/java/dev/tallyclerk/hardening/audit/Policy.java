package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.secret.SecretPatterns;
import dev.tallyclerk.internal.text.DottedVersion;
import dev.tallyclerk.text.Quoted;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The policy of an audit: which rules run and how, which findings are accepted for now, and which ones reject.
 *
 * <ul>
 *   <li>The {@linkplain #withProfile profile} selects the rules. Single rules are {@linkplain #withRule added} or
 *       {@linkplain #withoutRule left out}; a {@linkplain #withPin pin} leaves out rules that are newer than a version.
 *   <li>The severity and the parameters of a rule can be {@linkplain #withSeverity set}.
 *   <li>A {@link Waiver} covers findings for a time.
 *   <li>{@linkplain #withLimit Limits} on layers are for programs that read images; an audit ignores them.
 *   <li>The {@link Gate} decides. At or above its severity a failure rejects, and an undecided rule makes the decision
 *       incomplete, because absence of data is not a pass. Below it, or without a gate, findings are only reported.
 * </ul>
 *
 * <p>Settings for a rule that an auditor does not have are ignored, so that one policy can serve several auditors;
 * {@link AuditReport#unknownRules} lists such rules, because they may be misspelt. Immutable; {@code with} methods
 * return a changed copy, and two policies are equal if all their parts are.
 */
public final class Policy {
    private static final Policy DEFAULTS = new Policy(PolicyParts.DEFAULTS);

    private final PolicyParts parts;

    private Policy(PolicyParts parts) {
        this.parts = parts;
    }

    private Policy withExtras(PolicyParts.Extras extras) {
        return new Policy(parts.withExtras(extras));
    }

    /**
     * {@return the policy that runs profile {@link Profile#L1}, rejects on {@link Severity#CRITICAL} only, and has no
     * waivers, which may last at most a year}
     */
    public static Policy defaults() {
        return DEFAULTS;
    }

    /**
     * {@return this policy with another name}
     *
     * @param name the name for people
     * @throws IllegalArgumentException if it is blank
     */
    public Policy withName(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a policy is blank");
        }
        return new Policy(parts.withName(Quoted.printable(name)));
    }

    /**
     * {@return this policy with another profile}
     *
     * @param profile the profile; rules of this profile and of those it includes run
     */
    public Policy withProfile(Profile profile) {
        return new Policy(parts.withProfile(Objects.requireNonNull(profile, "profile")));
    }

    /**
     * {@return this policy with another gate}
     *
     * @param gate what keeps an audit from accepting
     */
    public Policy withGate(Gate gate) {
        return new Policy(parts.withGate(Objects.requireNonNull(gate, "gate")));
    }

    /**
     * {@return this policy with the gate at another severity}
     *
     * @param failOn the lowest severity that rejects
     */
    public Policy withGate(Severity failOn) {
        Gate gate = parts.gate();
        return withGate(
                gate == null
                        ? Gate.at(failOn)
                        : new Gate(failOn, gate.unknownFails(), gate.expiredWaiverFails(), gate.noSubjectFails()));
    }

    /** {@return this policy without a gate, which accepts whatever is found} */
    public Policy withoutGate() {
        return new Policy(parts.withGate(null));
    }

    /**
     * {@return this policy with a rule set pinned to a version, whose newer rules do not run}
     *
     * <p>A new version of the library then brings no new rules. Existing rules may still detect more; a
     * {@link Baseline} accepts that.
     *
     * @param ruleSet the name of the rule set
     * @param version one to eight integers of at most nine digits, separated by dots
     * @throws IllegalArgumentException if {@code version} is malformed
     */
    public Policy withPin(String ruleSet, String version) {
        DottedVersion.parse(version);
        return new Policy(parts.withPin(ruleSet, version));
    }

    /**
     * {@return this policy with a rule that runs whatever the profile says}
     *
     * @param rule the rule
     */
    public Policy withRule(RuleId rule) {
        return override(rule, RuleOverride::enable);
    }

    /**
     * {@return this policy without a rule}
     *
     * @param rule the rule
     * @param because the reason, which reports show
     * @throws IllegalArgumentException if the reason is blank
     */
    public Policy withoutRule(RuleId rule, String because) {
        if (because.isBlank()) {
            throw new IllegalArgumentException("the reason for leaving out " + rule + " is blank");
        }
        String reason = Quoted.printable(because);
        return override(rule, override -> override.disable(reason));
    }

    /**
     * {@return this policy with one severity for all findings of a rule}
     *
     * @param rule the rule
     * @param severity replaces the severity of the rule and of its problems
     */
    public Policy withSeverity(RuleId rule, Severity severity) {
        Objects.requireNonNull(severity, "severity");
        return override(rule, override -> override.with(severity));
    }

    /**
     * {@return this policy with a parameter of a rule set}
     *
     * @param rule the rule
     * @param setting the parameter and its value
     */
    public Policy withSetting(RuleId rule, RuleSetting<?> setting) {
        Objects.requireNonNull(setting, "setting");
        return override(rule, override -> override.with(setting));
    }

    /**
     * {@return this policy with another waiver added}
     *
     * @param waiver the waiver; if several in force cover a finding, the first counts
     */
    public Policy withWaiver(Waiver waiver) {
        List<Waiver> more = new ArrayList<>(parts.waivers());
        more.add(Objects.requireNonNull(waiver, "waiver"));
        return new Policy(parts.withWaivers(more));
    }

    /**
     * {@return this policy with another limit on waivers}
     *
     * @param longestWaiver how long after the audit time a waiver may expire and be in force; from one day to a hundred
     *     years
     * @throws IllegalArgumentException if the period is out of that range
     */
    public Policy withLongestWaiver(Period longestWaiver) {
        return new Policy(parts.withLongestWaiver(longestWaiver));
    }

    /**
     * {@return this policy, with or without the waivers that audited documents carry themselves}
     *
     * @param inlineWaivers whether they count; they do unless set. One without a last day counts as long as it is
     *     there, and {@link #withLongestWaiver} limits the others
     * @see dev.tallyclerk.hardening.InlineWaiver
     */
    public Policy withInlineWaivers(boolean inlineWaivers) {
        return withExtras(parts.extras().withInlineWaivers(inlineWaivers));
    }

    /**
     * {@return this policy with a limit on layers}
     *
     * @param limit the limit
     * @param value from 1 to its {@linkplain PolicyLimit#maximum maximum}
     * @throws IllegalArgumentException if the value is out of that range
     */
    public Policy withLimit(PolicyLimit limit, long value) {
        if (value < 1 || value > limit.maximum()) {
            throw new IllegalArgumentException(
                    limit.member() + " is " + value + ", must be from 1 to " + limit.maximum());
        }
        return new Policy(parts.withLimit(limit, value));
    }

    /**
     * {@return this policy with another kind of secret, which is found in variables, labels, build histories and files}
     *
     * <p>A pattern has six columns: a name, the kind ({@code private-key}, {@code cloud}, {@code registry},
     * {@code package}, {@code kubernetes} or {@code token}, which decides the rule about files), where it is looked for
     * ({@code any}, or endings of the paths of files), the keywords one of which starts it, what follows, and checks
     * ({@code crc32}, {@code web-token}, {@code entropy=BITS}, {@code example=START}, {@code before=CHARACTERS},
     * {@code encrypted}, {@code doubtful} or {@code -}):
     *
     * <pre>{@code
     * Example token | token | any | extok_ | [0-9a-f]{8}-[A-Z]{2,4} | entropy=2
     * }</pre>
     *
     * @param pattern the pattern, one line
     * @throws IllegalArgumentException if it is not a pattern; the message says why
     */
    public Policy withSecretPattern(String pattern) {
        SecretPatterns.check(pattern);
        return withExtras(parts.extras().withSecretPattern(pattern));
    }

    /**
     * {@return this policy with rules of its own, which run besides those of an auditor}
     *
     * @param addedRules the rules
     */
    public Policy withAddedRules(RuleSet addedRules) {
        return withExtras(parts.extras().withAddedRules(Objects.requireNonNull(addedRules, "addedRules")));
    }

    /** {@return the rules that the policy adds, if it does} */
    public Optional<RuleSet> addedRules() {
        return Optional.ofNullable(parts.extras().addedRules());
    }

    /** {@return the name for people; {@code default} unless set} */
    public String name() {
        return parts.name();
    }

    /** {@return the profile} */
    public Profile profile() {
        return parts.profile();
    }

    /** {@return what keeps an audit from accepting; empty if the audit only reports} */
    public Optional<Gate> gate() {
        return Optional.ofNullable(parts.gate());
    }

    /** {@return the pinned versions, by name of the rule set; unmodifiable} */
    public Map<String, String> pins() {
        return parts.pins();
    }

    /** {@return the waivers in the order they were added; unmodifiable} */
    public List<Waiver> waivers() {
        return parts.waivers();
    }

    /** {@return how long after the audit time a waiver may expire and be in force} */
    public Period longestWaiver() {
        return parts.longestWaiver();
    }

    /** {@return whether waivers count that audited documents carry themselves} */
    public boolean inlineWaivers() {
        return parts.extras().inlineWaivers();
    }

    /**
     * {@return the limits on layers that the policy states; unmodifiable}
     *
     * <p>Limits that it does not state keep the default of the program that reads the layers.
     */
    public Map<PolicyLimit, Long> limits() {
        return parts.limits();
    }

    /** {@return the patterns of secrets that the policy adds to the built-in ones; unmodifiable} */
    public List<String> secretPatterns() {
        return parts.extras().secretPatterns();
    }

    /**
     * {@return the severity that the policy gives all findings of a rule, if it does}
     *
     * @param rule the rule
     */
    public Optional<Severity> severity(RuleId rule) {
        return Optional.ofNullable(override(rule).severity());
    }

    /**
     * {@return the parameters of a rule that the policy sets}
     *
     * @param rule the rule
     */
    public List<RuleSetting<?>> settings(RuleId rule) {
        return override(rule).settings();
    }

    /**
     * {@return whether the policy runs a rule of a rule set that is not pinned}
     *
     * @param rule the metadata of the rule
     */
    public boolean runs(RuleInfo rule) {
        RuleOverride override = override(rule.id());
        return override.disabledBecause() == null
                && (override.enabled() || parts.profile().includes(rule.profile()));
    }

    /** {@return the rules that the policy names, by id} */
    SortedSet<RuleId> named() {
        SortedSet<RuleId> named = new TreeSet<>(parts.overrides().keySet());
        parts.waivers().forEach(waiver -> named.add(waiver.rule()));
        return named;
    }

    RuleOverride override(RuleId rule) {
        return parts.overrides().getOrDefault(rule, RuleOverride.NONE);
    }

    private Policy override(RuleId rule, UnaryOperator<RuleOverride> change) {
        return new Policy(parts.withOverride(rule, change.apply(override(rule))));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Policy that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    /** {@return profile and gate, and the name if there is one} */
    @Override
    public String toString() {
        Gate gate = parts.gate();
        String demands =
                "profile " + parts.profile() + ", " + (gate == null ? "no gate" : "rejects on " + gate.failOn());
        return this.name().equals(DEFAULTS.name()) ? demands : name() + " (" + demands + ")";
    }
}
