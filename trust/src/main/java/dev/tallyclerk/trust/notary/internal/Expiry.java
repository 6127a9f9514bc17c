package dev.tallyclerk.trust.notary.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the times of Notary metadata: RFC 3339, with up to nine digits of a fraction and any zone offset. */
final class Expiry {
    private static final int NANO_DIGITS = 9;
    private static final int MINUTE = 60;

    private static final Pattern TIME =
            Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,9}))?"
                    + "(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))");

    private Expiry() {}

    /** {@return the time, or empty if the text is not one} */
    static Optional<Instant> parse(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return Optional.empty();
        }
        String fraction = time.group(7) == null ? "" : time.group(7);
        try {
            LocalDateTime local = LocalDateTime.of(
                    Integer.parseInt(time.group(1)),
                    Integer.parseInt(time.group(2)),
                    Integer.parseInt(time.group(3)),
                    Integer.parseInt(time.group(4)),
                    Integer.parseInt(time.group(5)),
                    Integer.parseInt(time.group(6)),
                    Integer.parseInt(fraction + "0".repeat(NANO_DIGITS - fraction.length())));
            return Optional.of(local.toInstant(ZoneOffset.UTC).minusSeconds(offset(time)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** {@return the zone's offset in seconds; Go writes offsets that the runtime's own type does not have} */
    private static long offset(Matcher time) {
        if (time.group(8) == null) {
            return 0;
        }
        long seconds = (Integer.parseInt(time.group(9)) * MINUTE + Integer.parseInt(time.group(10))) * (long) MINUTE;
        return time.group(8).equals("-") ? -seconds : seconds;
    }
}
