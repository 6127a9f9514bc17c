package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
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
        Extras extras) {
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
            Extras.NONE);

    PolicyParts {
        pins = Collections.unmodifiableMap(new TreeMap<>(pins));
        overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
        waivers = List.copyOf(waivers);
        limits = Collections.unmodifiableMap(new TreeMap<>(limits));
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
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, extras);
    }

    PolicyParts withProfile(Profile profile) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, extras);
    }

    PolicyParts withGate(@Nullable Gate gate) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, extras);
    }

    PolicyParts withPin(String ruleSet, String version) {
        Map<String, String> more = new TreeMap<>(pins);
        more.put(ruleSet, version);
        return new PolicyParts(name, profile, gate, more, overrides, waivers, longestWaiver, limits, extras);
    }

    PolicyParts withOverride(RuleId rule, RuleOverride override) {
        Map<RuleId, RuleOverride> more = new TreeMap<>(overrides);
        more.put(rule, override);
        return new PolicyParts(name, profile, gate, pins, more, waivers, longestWaiver, limits, extras);
    }

    PolicyParts withWaivers(List<Waiver> waivers) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, extras);
    }

    PolicyParts withLongestWaiver(Period longest) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longest, limits, extras);
    }

    PolicyParts withLimit(PolicyLimit limit, long value) {
        Map<PolicyLimit, Long> more = new TreeMap<>(limits);
        more.put(limit, value);
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, more, extras);
    }

    PolicyParts withExtras(Extras extras) {
        return new PolicyParts(name, profile, gate, pins, overrides, waivers, longestWaiver, limits, extras);
    }

    /**
     * What few policies say.
     *
     * @param secretPatterns patterns of secrets besides the built-in ones
     * @param addedRules rules of the policy's own
     * @param inlineWaivers whether comments in audited files can waive findings
     */
    record Extras(List<String> secretPatterns, @Nullable RuleSet addedRules, boolean inlineWaivers) {
        static final Extras NONE = new Extras(List.of(), null, true);

        Extras {
            secretPatterns = List.copyOf(secretPatterns);
        }

        Extras withSecretPattern(String pattern) {
            List<String> more = new ArrayList<>(secretPatterns);
            more.add(pattern);
            return new Extras(more, addedRules, inlineWaivers);
        }

        Extras withAddedRules(RuleSet addedRules) {
            return new Extras(secretPatterns, addedRules, inlineWaivers);
        }

        Extras withInlineWaivers(boolean inlineWaivers) {
            return new Extras(secretPatterns, addedRules, inlineWaivers);
        }
    }
}
