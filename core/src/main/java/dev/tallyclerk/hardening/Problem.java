package dev.tallyclerk.hardening;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One problem that a rule found, at one location.
 *
 * <p>Immutable; two problems are equal if all their parts are.
 */
public final class Problem {
    private final String message;
    private final Location at;
    private final List<Evidence> evidence;
    private final @Nullable Severity severity;

    private Problem(String message, Location at, List<Evidence> evidence, @Nullable Severity severity) {
        this.message = message;
        this.at = at;
        this.evidence = evidence;
        this.severity = severity;
    }

    /**
     * {@return a problem}
     *
     * @param at the location
     * @param message what is wrong here, in one sentence; pass values of the document as evidence instead of quoting
     *     them. Recognisable secrets and control characters are replaced, and it is cut after 1,000 characters.
     * @param evidence the values that show it
     * @throws IllegalArgumentException if {@code message} is blank
     */
    public static Problem at(Location at, String message, Evidence... evidence) {
        Objects.requireNonNull(at, "at");
        if (message.isBlank()) {
            throw new IllegalArgumentException("a problem needs a message");
        }
        return new Problem(Reportable.text(message), at, List.of(evidence), null);
    }

    /**
     * {@return this problem with its own severity, for a rule whose problems are not all equally bad}
     *
     * @param severity the severity of this problem, unless a policy sets the rule's; at most the
     *     {@linkplain RuleInfo#highest highest} of the rule
     */
    public Problem withSeverity(Severity severity) {
        return new Problem(message, at, evidence, Objects.requireNonNull(severity, "severity"));
    }

    /**
     * {@return this problem at another location}
     *
     * @param at where people find it, for example in the document that another one was made from
     */
    public Problem withLocation(Location at) {
        return new Problem(message, Objects.requireNonNull(at, "at"), evidence, severity);
    }

    /** {@return what is wrong here, in one sentence for people} */
    public String message() {
        return message;
    }

    /** {@return the location} */
    public Location at() {
        return at;
    }

    /** {@return the values that show it, possibly none; unmodifiable} */
    public List<Evidence> evidence() {
        return evidence;
    }

    /** {@return the severity of this problem, if it has its own} */
    public Optional<Severity> severity() {
        return Optional.ofNullable(severity);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Problem that
                && message.equals(that.message)
                && at.equals(that.at)
                && evidence.equals(that.evidence)
                && severity == that.severity;
    }

    @Override
    public int hashCode() {
        return Objects.hash(message, at, evidence, severity);
    }

    /** {@return location and message} */
    @Override
    public String toString() {
        return at + ": " + message;
    }
}
