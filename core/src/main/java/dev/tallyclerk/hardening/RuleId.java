package dev.tallyclerk.hardening;

import dev.tallyclerk.internal.text.Quoted;
import org.jspecify.annotations.Nullable;

/**
 * The name of a rule, for example {@code IMG-001}: two to eight letters {@code A-Z}, a hyphen, three or four digits.
 *
 * <p>An id is never used for another rule. Numbers of a benchmark are citations instead, because they move between its
 * editions.
 *
 * @param value the text form
 */
public record RuleId(String value) implements Comparable<RuleId> {
    /**
     * Takes the text form.
     *
     * @throws IllegalArgumentException if it is not such a name
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

    // The runtime would make these two of a record when they are first called, which is dear in a new process.

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
            boolean fits = i < hyphen ? c >= 'A' && c <= 'Z' : i == hyphen || (c >= '0' && c <= '9');
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
