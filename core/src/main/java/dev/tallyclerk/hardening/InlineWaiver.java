package dev.tallyclerk.hardening;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A waiver that an audited document carries itself, such as a comment in a Dockerfile.
 *
 * <p>A policy decides whether it counts. Covered findings stay in the report. Immutable.
 */
public final class InlineWaiver {
    private final RuleId rule;
    private final Location at;
    private final String reason;
    private final @Nullable LocalDate expires;
    private final int firstLine;
    private final int lastLine;

    private InlineWaiver(
            RuleId rule, Location at, String reason, @Nullable LocalDate expires, int firstLine, int lastLine) {
        this.rule = Objects.requireNonNull(rule, "rule");
        this.at = Objects.requireNonNull(at, "at");
        this.reason = Reportable.text(reason);
        this.expires = expires;
        this.firstLine = firstLine;
        this.lastLine = lastLine;
    }

    /**
     * {@return a waiver of all findings of a rule in a subject, without end}
     *
     * @param rule the rule
     * @param at the place of the waiver
     * @param reason why the findings are acceptable; empty if the document does not say
     */
    public static InlineWaiver of(RuleId rule, Location at, String reason) {
        return new InlineWaiver(rule, at, reason, null, 0, Integer.MAX_VALUE);
    }

    /**
     * {@return this waiver with a last day}
     *
     * @param expires the last day in force, in UTC
     */
    public InlineWaiver withExpires(LocalDate expires) {
        return new InlineWaiver(rule, at, reason, Objects.requireNonNull(expires, "expires"), firstLine, lastLine);
    }

    /**
     * {@return this waiver for the findings in some lines only}
     *
     * @param firstLine the first line, from 1
     * @param lastLine the last line, at least {@code firstLine}
     * @throws IllegalArgumentException if the lines are not in that order, or below 1
     */
    public InlineWaiver withLines(int firstLine, int lastLine) {
        if (firstLine < 1 || lastLine < firstLine) {
            throw new IllegalArgumentException("no lines: " + firstLine + " to " + lastLine);
        }
        return new InlineWaiver(rule, at, reason, expires, firstLine, lastLine);
    }

    /** {@return the rule} */
    public RuleId rule() {
        return rule;
    }

    /** {@return the place of the waiver} */
    public Location at() {
        return at;
    }

    /** {@return why the findings are acceptable; empty if the document does not say} */
    public String reason() {
        return reason;
    }

    /** {@return the last day in force, in UTC, if there is one} */
    public Optional<LocalDate> expires() {
        return Optional.ofNullable(expires);
    }

    /**
     * {@return whether it covers a finding}
     *
     * @param rule the rule of the finding
     * @param place the place of its problem, if it has one; without one only a waiver for all lines covers it
     */
    public boolean covers(RuleId rule, Optional<Location> place) {
        if (!this.rule.equals(rule)) {
            return false;
        }
        if (lastLine == Integer.MAX_VALUE) {
            return true;
        }
        int line = place.map(InlineWaiver::line).orElse(0);
        return firstLine <= line && line <= lastLine;
    }

    private static int line(Location place) {
        return place.<Integer>fold(
                pointer -> 0, Location.Line::line, Location.Region::line, history -> 0, layer -> 0, whole -> 0);
    }

    /** {@return rule and place} */
    @Override
    public String toString() {
        return rule + " waived at " + at;
    }
}
