package dev.tallyclerk.internal.subject;

import dev.tallyclerk.hardening.InlineWaiver;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a waiver in a document: {@code reason=… until=YYYY-MM-DD}, each of them optional.
 *
 * @param reason why; empty if it does not say
 * @param until the last day; null without end
 * @param isUsable whether the date is one; a waiver with a misspelt date waives nothing, because it must not mean
 *     forever
 */
public record IgnoreTerms(String reason, @Nullable LocalDate until, boolean isUsable) {
    private static final Pattern UNTIL = Pattern.compile("(?:^|\\s)until=(\\S*)");
    private static final Pattern REASON = Pattern.compile("(?:^|\\s)reason=(.*?)(?:\\s+until=.*)?$");

    /** {@return the terms in the rest of a line, after the rules} */
    public static IgnoreTerms parse(String rest) {
        Matcher until = UNTIL.matcher(rest);
        Matcher reason = REASON.matcher(rest);
        boolean hasUntil = until.find();
        LocalDate date = hasUntil ? date(until.group(1)) : null;
        return new IgnoreTerms(reason.find() ? reason.group(1).strip() : "", date, !hasUntil || date != null);
    }

    /** {@return the names in a list with commas, in upper case} */
    public static List<String> ids(String list) {
        return List.of(list.strip().toUpperCase(Locale.ROOT).split("\\s*,\\s*", -1));
    }

    /** {@return a waiver with the last day of these terms} */
    public InlineWaiver limit(InlineWaiver waiver) {
        return until == null ? waiver : waiver.withExpires(until);
    }

    private static @Nullable LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
