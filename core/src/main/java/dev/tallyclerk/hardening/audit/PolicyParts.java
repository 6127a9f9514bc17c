package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import java.time.LocalDate;
import java.time.Period;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The parts of a {@link Policy}. */
record PolicyParts(
        String name,
        Profile profile,
        @Nullable Gate gate,
        Map<String, String> pins,
        Map<RuleId, RuleOverride> overrides,
        List<Waiver> waivers,
        Period longestWaiver,
        Map<PolicyLimit, Long> limits,
        List<String> secretPatterns,
        @Nullable RuleSet addedRules,
        boolean inlineWaivers) {
    private static final int LONGEST_YEARS = 100;

    static final PolicyParts DEFAULTS = new PolicyParts(
            "default",
            Profile.L1,
            Gate.at(Severity.CRITICAL),
            Map.of(),
            Map.of(),
            List.of(),
            Period.ofYears(1),
            Map.of(),
            List.of(),
            null,
            true);

    PolicyParts {
        pins = Collections.unmodifiableMap(new TreeMap<>(pins));
        overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
        waivers = List.copyOf(waivers);
        limits = Collections.unmodifiableMap(new TreeMap<>(limits));
        secretPatterns = List.copyOf(secretPatterns);
        if (!isInRange(longestWaiver)) {
            throw new IllegalArgumentException(
                    "the longest waiver is " + longestWaiver + ", must be from one day to a hundred years");
        }
    }

    private static boolean isInRange(Period period) {
        LocalDate start = LocalDate.EPOCH;
        return !period.isNegative()
                && !period.isZero()
                && period.toTotalMonths() <= 12 * LONGEST_YEARS
                && !start.plus(period).isAfter(start.plusYears(LONGEST_YEARS));
    }

    PolicyParts withName(String name) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withProfile(Profile profile) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withGate(@Nullable Gate gate) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withPin(String ruleSet, String version) {
        Map<String, String> more = new TreeMap<>(pins);
        more.put(ruleSet, version);
        return new PolicyParts(name, profile, gate, more, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withOverride(RuleId rule, RuleOverride override) {
        Map<RuleId, RuleOverride> more = new TreeMap<>(overrides);
        more.put(rule, override);
        return new PolicyParts(name, profile, gate, pins, more, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withWaivers(List<Waiver> waivers) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withLongestWaiver(Period longest) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longest, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withLimit(PolicyLimit limit, long value) {
        Map<PolicyLimit, Long> more = new TreeMap<>(limits);
        more.put(limit, value);
        return new PolicyParts(
                name, profile, gate, pins, overrides, waivers, longestWaiver, more, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withSecretPatterns(List<String> secretPatterns) {
        return new PolicyParts(
                name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withInlineWaivers(boolean inlineWaivers) {
        return new PolicyParts(
                name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }

    PolicyParts withAddedRules(RuleSet addedRules) {
        return new PolicyParts(
                name, profile, gate, pins, overrides, waivers, longestWaiver, limits, secretPatterns, addedRules, inlineWaivers);
    }
}
