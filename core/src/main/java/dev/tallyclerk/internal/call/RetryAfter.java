package dev.tallyclerk.internal.call;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads Retry-After headers.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, section 10.2.3</a>
 */
final class RetryAfter {
    /** Longer than anybody waits, and short enough to count with. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int MAX_DIGITS = 9;
    private static final int CENTURY = 100;
    private static final int PAST_YEARS = 50;

    private RetryAfter() {}

    /** {@return how long a header asks to wait from {@code now}; nothing if it makes no sense} */
    static Optional<Duration> parse(String header, Instant now) {
        String text = header.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            String digits = text.replaceFirst("^0+(?=.)", "");
            return Optional.of(
                    bounded(digits.length() > MAX_DIGITS ? LONGEST : Duration.ofSeconds(Long.parseLong(digits))));
        }
        return date(text, now).map(date -> bounded(Duration.between(now, date)));
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }

    /** RFC 9110, section 5.6.7: the one form that is written today, and the two that are to be read too. */
    private static Optional<Instant> date(String text, Instant now) {
        for (DateTimeFormatter format :
                List.of(format("EEE, dd MMM uuuu HH:mm:ss 'GMT'"), rfc850(now), format("EEE MMM ppd HH:mm:ss uuuu"))) {
            try {
                return Optional.of(LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC));
            } catch (DateTimeException e) {
                // another form, or none
            }
        }
        return Optional.empty();
    }

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
    }

    /** A year of two digits that seems to be more than 50 years ahead is the last one in the past. */
    private static DateTimeFormatter rfc850(Instant now) {
        int earliest = now.atOffset(ZoneOffset.UTC).getYear() + PAST_YEARS - CENTURY + 1;
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH)
                .withChronology(IsoChronology.INSTANCE)
                .withResolverStyle(ResolverStyle.STRICT);
    }
}
