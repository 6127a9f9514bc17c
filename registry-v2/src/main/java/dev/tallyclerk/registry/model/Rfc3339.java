package dev.tallyclerk.registry.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Times of RFC 3339, section 5.6. The parsers of java.time also accept longer years and times without seconds, and take
 * longer; a configuration has hundreds of times.
 */
final class Rfc3339 {
    private static final String LOCAL = "0000-00-00T00:00:00";
    private static final String OFFSET = "+00:00";
    private static final int MAX_FRACTION_DIGITS = 9;

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private Rfc3339() {}

    /** {@return the time, or empty if {@code text} is none} */
    static Optional<Instant> parse(String text) {
        int end = LOCAL.length();
        if (!hasForm(text, 0, LOCAL)) {
            return Optional.empty();
        }
        int nanos = 0;
        if (text.startsWith(".", end)) {
            int first = end + 1;
            end = first;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
            if (end == first) {
                return Optional.empty();
            }
            // Digits beyond nanoseconds are ignored.
            nanos = number(text, first, Math.min(end, first + MAX_FRACTION_DIGITS));
            for (int i = end - first; i < MAX_FRACTION_DIGITS; i++) {
                nanos *= 10;
            }
        }
        boolean utc = text.length() == end + 1 && (text.charAt(end) == 'Z' || text.charAt(end) == 'z');
        if (!utc && (text.length() != end + OFFSET.length() || !hasForm(text, end, OFFSET))) {
            return Optional.empty();
        }
        // Larger offsets than any place has are allowed.
        int hours = utc ? 0 : number(text, end + 1, end + 3);
        int minutes = utc ? 0 : number(text, end + 4, end + 6);
        if (hours > 23 || minutes > 59) {
            return Optional.empty();
        }
        long offset = 60L * (60 * hours + minutes);
        try {
            return Optional.of(LocalDateTime.of(
                            number(text, 0, 4),
                            number(text, 5, 7),
                            number(text, 8, 10),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19),
                            nanos)
                    .toInstant(ZoneOffset.UTC)
                    .minusSeconds(text.charAt(end) == '-' ? -offset : offset));
        } catch (DateTimeException e) {
            return Optional.empty(); // the 30th of February has the right form
        }
    }

    /**
     * {@return whether {@code text} has digits, either sign, either case and other signs where {@code form} has them}
     */
    private static boolean hasForm(String text, int start, String form) {
        boolean valid = text.length() >= start + form.length();
        for (int i = 0; valid && i < form.length(); i++) {
            char c = text.charAt(start + i);
            valid = switch (form.charAt(i)) {
                case '0' -> isDigit(c);
                case 'T' -> c == 'T' || c == 't';
                case '+' -> c == '+' || c == '-';
                default -> c == form.charAt(i);
            };
        }
        return valid;
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text, start, end, 10);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * {@return the text of a time, in UTC}
     *
     * @throws IllegalArgumentException if its year does not have four digits
     */
    static String format(Instant time) {
        if (time.isBefore(FIRST) || !time.isBefore(END)) {
            throw new IllegalArgumentException("no year of four digits, which RFC 3339 requires: " + time);
        }
        return time.toString();
    }
}
