package dev.tallyclerk.internal.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RetryAfterProperties {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private static String format(String pattern, Instant time) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }

    @Property
    void secondsAreSeconds(@ForAll @IntRange(max = 999_999_999) int seconds) {
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), RetryAfter.parse(String.valueOf(seconds), NOW));
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), RetryAfter.parse("000" + seconds, NOW));
    }

    @Property
    void aDateIsReadInEachOfTheThreeForms(@ForAll @LongRange(min = 1, max = 1_500_000_000) long ahead) {
        Instant date = NOW.plusSeconds(ahead);
        for (String pattern : List.of(
                "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'", "EEE MMM ppd HH:mm:ss yyyy")) {
            String text = format(pattern, date);
            assertEquals(Optional.of(Duration.ofSeconds(ahead)), RetryAfter.parse(text, NOW), text);
        }
    }

    @Property
    void anythingIsBoundedOrNothing(@ForAll String text) {
        RetryAfter.parse(text, NOW).ifPresent(wait -> {
            assertFalse(wait.isNegative());
            assertTrue(wait.compareTo(Duration.ofDays(36_500)) <= 0);
        });
    }

    @Property
    void digitsAreAlwaysATime(@ForAll @Chars({'0', '1', '9'}) String digits) {
        assertEquals(!digits.isEmpty(), RetryAfter.parse(digits, NOW).isPresent());
    }

    @Example
    void aYearOfTwoDigitsThatSeemsFarAheadHasPassed() {
        assertEquals(Optional.of(Duration.ZERO), RetryAfter.parse("Sunday, 06-Nov-94 08:49:37 GMT", NOW));
    }

    @Example
    void aDateThatDoesNotExistIsNone() {
        for (String text : List.of(
                "Mon, 31 Feb 2027 00:00:00 GMT",
                "Tue, 25 Nov 2026 12:00:07 GMT", // a Wednesday
                "Wed, 25 Nov 2026 12:00:07 CET",
                "Wed, 25 Nov 2026 25:00:00 GMT",
                "2026-11-25T12:00:07Z")) {
            assertEquals(Optional.empty(), RetryAfter.parse(text, NOW), text);
        }
    }
}
