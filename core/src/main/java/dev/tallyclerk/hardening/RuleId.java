package dev.tallyclerk.hardening;

import dev.tallyclerk.text.Quoted;
import org.jspecify.annotations.Nullable;

/**
 * The identifier of a rule, for example {@code IMG-001}: two to eight letters {@code A-Z} or digits, of which the first
 * is a letter, a hyphen, three or four digits.
 *
 * <p>An id is never reused for another rule. Section numbers of benchmarks are citations instead, because they change
 * between editions.
 *
 * @param value the text form
 */
public record RuleId(String value) implements Comparable<RuleId> {
    /**
     * Checks the text form.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public RuleId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a rule id such as IMG-001: " + Quoted.quote(value));
        }
    }

    /** Orders by prefix, then by number. */
    @Override
    public int compareTo(RuleId other) {
        int byPrefix = prefix().compareTo(other.prefix());
        if (byPrefix != 0) {
            return byPrefix;
        }
        int byNumber = Integer.compare(number(), other.number());
        return byNumber != 0 ? byNumber : value.compareTo(other.value);
    }

    // A record's own methods are linked at their first call, which slows startup.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RuleId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** {@return the text form} */
    @Override
    public String toString() {
        return value;
    }

    private String prefix() {
        return value.substring(0, value.indexOf('-'));
    }

    private int number() {
        return Integer.parseInt(value.substring(value.indexOf('-') + 1));
    }

    private static boolean isWellFormed(String value) {
        int hyphen = value.indexOf('-');
        int digits = value.length() - hyphen - 1;
        if (hyphen < 2 || hyphen > 8 || digits < 3 || digits > 4) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean isLetter = c >= 'A' && c <= 'Z';
            boolean isDigit = c >= '0' && c <= '9';
            boolean fits = i < hyphen ? isLetter || (isDigit && i > 0) : i == hyphen || isDigit;
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
