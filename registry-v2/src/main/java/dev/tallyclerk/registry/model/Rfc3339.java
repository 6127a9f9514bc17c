package dev.tallyclerk.registry.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Times as RFC 3339, section 5.6, has them. Read by hand: java.time also takes years of more digits and times without
 * seconds, and a configuration has hundreds of times.
 */
final class Rfc3339 {
    private static final int MIN_LENGTH = "0000-00-00T00:00:00Z".length();
    private static final int FRACTION = "0000-00-00T00:00:00".length();
    private static final int MAX_FRACTION_DIGITS = 9;
    private static final int OFFSET_LENGTH = "+00:00".length();

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private final String text;
    private boolean valid = true;

    private Rfc3339(String text) {
        this.text = text;
    }

    /** {@return the time, or nothing if {@code text} is none} */
    static Optional<Instant> parse(String text) {
        if (text.length() < MIN_LENGTH) {
            return Optional.empty();
        }
        try {
            return new Rfc3339(text).read();
        } catch (DateTimeException e) {
            return Optional.empty(); // the 30th of February has the right form
        }
    }

    private Optional<Instant> read() {
        int year = number(0, 4);
        int month = number(5, 2);
        int day = number(8, 2);
        int hour = number(11, 2);
        int minute = number(14, 2);
        int second = number(17, 2);
        require(4, '-');
        require(7, '-');
        require(10, 'T');
        require(13, ':');
        require(16, ':');
        int at = FRACTION;
        int nanos = 0;
        if (text.charAt(at) == '.') {
            int digits = 0;
            while (at + 1 + digits < text.length() && isDigit(text.charAt(at + 1 + digits))) {
                digits++;
            }
            if (digits == 0) {
                return Optional.empty();
            }
            // What is finer than a nanosecond is left out.
            nanos = number(at + 1, Math.min(digits, MAX_FRACTION_DIGITS));
            for (int i = digits; i < MAX_FRACTION_DIGITS; i++) {
                nanos *= 10;
            }
            at += 1 + digits;
        }
        int offset = offset(at);
        return valid
                ? Optional.of(LocalDateTime.of(year, month, day, hour, minute, second, nanos)
                        .toInstant(ZoneOffset.UTC)
                        .minusSeconds(60L * offset))
                : Optional.empty();
    }

    /** {@return the offset from UTC in minutes, which may be more than any place has} */
    private int offset(int at) {
        if (text.length() == at + 1) {
            require(at, 'Z');
            return 0;
        }
        if (text.length() != at + OFFSET_LENGTH || (text.charAt(at) != '+' && text.charAt(at) != '-')) {
            valid = false;
            return 0;
        }
        require(at + 3, ':');
        int hours = number(at + 1, 2);
        int minutes = number(at + 4, 2);
        valid &= hours <= 23 && minutes <= 59;
        return (text.charAt(at) == '-' ? -1 : 1) * (60 * hours + minutes);
    }

    /** The letters may be small ones too. */
    private void require(int at, char wanted) {
        char found = text.charAt(at);
        valid &= found == wanted || (Character.isLetter(wanted) && found == Character.toLowerCase(wanted));
    }

    private int number(int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            char c = text.charAt(i);
            valid &= isDigit(c);
            value = value * 10 + (c - '0');
        }
        return valid ? value : 0;
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
            throw new IllegalArgumentException("RFC 3339 has no year of this time: " + time);
        }
        return time.toString();
    }
}
