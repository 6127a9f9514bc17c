package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.regex.Pattern;

/** Reads texts with a format. */
final class Texts {
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern PERIOD =
            Pattern.compile("P(?=[0-9])([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?");
    private static final Pattern DURATION =
            Pattern.compile("P(?=[0-9]|T[0-9])([0-9]{1,6}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,9}S)?)?");

    private Texts() {}

    static String notBlank(JsonCursor at) throws JsonException {
        String text = at.string();
        if (text.isBlank()) {
            throw at.badValue("must not be blank");
        }
        return text;
    }

    static LocalDate date(JsonCursor at) throws JsonException {
        String text = at.string();
        try {
            if (DATE.matcher(text).matches()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeException e) {
            // Falls through: the form is right, and the calendar has no such day.
        }
        throw at.badValue("must be a date such as 2027-01-31, is " + Quoted.quote(text));
    }

    static Period period(JsonCursor at) throws JsonException {
        String text = at.string();
        if (!PERIOD.matcher(text).matches()) {
            throw at.badValue("must be a period such as P90D or P1Y, is " + Quoted.quote(text));
        }
        return Period.parse(text);
    }

    static Duration duration(JsonCursor at) throws JsonException {
        String text = at.string();
        if (!DURATION.matcher(text).matches()) {
            throw at.badValue("must be a duration such as P30D or PT12H, is " + Quoted.quote(text));
        }
        return Duration.parse(text);
    }

    /** {@return the message of one of the library's exceptions, which always have one} */
    static String messageOf(IllegalArgumentException e) {
        String message = e.getMessage();
        return message == null ? "is not allowed" : message;
    }
}
