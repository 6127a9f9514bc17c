package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a policy changes about one rule.
 *
 * @param enabled whether it runs whatever the profile says
 * @param disabledBecause why it does not run; null if it may
 * @param severity the severity of all its findings; null for the rule's own
 * @param settings values of parameters, one per name
 */
record RuleOverride(
        boolean enabled,
        @Nullable String disabledBecause,
        @Nullable Severity severity,
        List<RuleSetting<?>> settings) {
    static final RuleOverride NONE = new RuleOverride(false, null, null, List.of());

    RuleOverride {
        settings = settings.stream()
                .sorted(Comparator.comparing(setting -> setting.parameter().name()))
                .toList();
    }

    RuleOverride enable() {
        return new RuleOverride(true, null, severity, settings);
    }

    RuleOverride disable(String because) {
        return new RuleOverride(false, because, severity, settings);
    }

    RuleOverride with(Severity newSeverity) {
        return new RuleOverride(enabled, disabledBecause, newSeverity, settings);
    }

    RuleOverride with(RuleSetting<?> setting) {
        List<RuleSetting<?>> all = new ArrayList<>(settings);
        all.removeIf(each -> each.parameter().name().equals(setting.parameter().name()));
        all.add(setting);
        return new RuleOverride(enabled, disabledBecause, severity, all);
    }
}
