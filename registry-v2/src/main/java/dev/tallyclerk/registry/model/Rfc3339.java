package dev.tallyclerk.registry.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** Times as RFC 3339, section 5.6, has them; java.time also takes years of more digits and times without seconds. */
final class Rfc3339 {
    private static final int MAX_LENGTH = 40;
    private static final Pattern DATE_TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-]\\d\\d:\\d\\d)");

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private Rfc3339() {}

    /** {@return the time, or nothing if {@code text} is none} */
    static Optional<Instant> parse(String text) {
        try {
            if (text.length() <= MAX_LENGTH && DATE_TIME.matcher(text).matches()) {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            }
        } catch (DateTimeException e) {
            // Falls through: the 30th of February has the right form.
        }
        return Optional.empty();
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
