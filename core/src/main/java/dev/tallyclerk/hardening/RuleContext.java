package dev.tallyclerk.hardening;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The context of a rule, besides its subject: the time of the audit and the settings of the parameters.
 *
 * <p>The audit time is fixed, so that the same input gives the same report. Data about related things, such as the
 * engine of a container, is a {@link Fact} of the subject and not found here.
 *
 * <p>Immutable.
 */
public final class RuleContext {
    private final Instant auditTime;
    private final Map<String, RuleSetting<?>> settings;
    private final @Nullable List<RuleParameter<?>> declared;
    private final List<String> secretPatterns;

    private RuleContext(
            Instant auditTime,
            Map<String, RuleSetting<?>> settings,
            @Nullable List<RuleParameter<?>> declared,
            List<String> secretPatterns) {
        this.auditTime = Objects.requireNonNull(auditTime, "auditTime");
        this.settings = settings;
        this.declared = declared;
        this.secretPatterns = secretPatterns;
    }

    /**
     * {@return a context in which every parameter has its default}
     *
     * @param auditTime the time that counts as now
     */
    public static RuleContext at(Instant auditTime) {
        return new RuleContext(auditTime, Map.of(), null, List.of());
    }

    /**
     * {@return this context with parameters set}
     *
     * @param settings values for parameters of one rule; the last one of a name counts
     */
    public RuleContext withSettings(Collection<? extends RuleSetting<?>> settings) {
        Map<String, RuleSetting<?>> all = new HashMap<>(this.settings);
        settings.forEach(setting -> all.put(setting.parameter().name(), setting));
        return new RuleContext(auditTime, all, declared, secretPatterns);
    }

    /**
     * {@return this context with other patterns of secrets}
     *
     * @param secretPatterns as in {@link dev.tallyclerk.hardening.audit.Policy#withSecretPattern}
     */
    public RuleContext withSecretPatterns(List<String> secretPatterns) {
        return new RuleContext(auditTime, settings, declared, List.copyOf(secretPatterns));
    }

    /** {@return this context for a rule that may read only the parameters it declares} */
    RuleContext declaring(List<RuleParameter<?>> parameters) {
        return new RuleContext(auditTime, settings, parameters, secretPatterns);
    }

    /** {@return the time that counts as now} */
    public Instant auditTime() {
        return auditTime;
    }

    /** {@return the patterns of secrets that the policy adds to the built-in ones; unmodifiable} */
    public List<String> secretPatterns() {
        return secretPatterns;
    }

    /**
     * {@return the value of a parameter: the policy's, or the default}
     *
     * @param parameter a parameter that the rule declares
     * @param <T> the type of the value
     * @throws IllegalArgumentException if the evaluated rule does not declare the parameter, so that no policy could
     *     set it; or if the policy sets a different parameter of that name, as of another version of the rule set
     */
    @SuppressWarnings("unchecked") // equal parameters have one type of value
    public <T> T value(RuleParameter<T> parameter) {
        if (declared != null && !declared.contains(parameter)) {
            throw new IllegalArgumentException("the rule does not declare the parameter " + parameter.name());
        }
        RuleSetting<?> setting = settings.get(parameter.name());
        if (setting == null) {
            return parameter.defaultValue();
        }
        if (!setting.parameter().equals(parameter)) {
            throw new IllegalArgumentException("the policy sets another parameter called " + parameter.name());
        }
        return (T) setting.value();
    }
}
