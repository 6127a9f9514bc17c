package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.text.Quoted;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of a blob an answer has (RFC 9110, section 14.4).
 *
 * @param first the position of the first byte, from 0
 * @param last the position of the last byte, not before the first
 * @param total the size of the whole, after the last byte; -1 if the answer does not say
 */
record ContentRange(long first, long last, long total) {
    private static final Pattern SATISFIED = Pattern.compile("bytes ([0-9]{1,19})-([0-9]{1,19})/(\\*|[0-9]{1,19})");
    private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/([0-9]{1,19})");

    /**
     * {@return what a Content-Range header of status 206 says}
     *
     * @throws HttpException if it is no range of bytes, or one that cannot be
     */
    static ContentRange parse(String header) throws HttpException {
        Matcher range = SATISFIED.matcher(header);
        if (range.matches()) {
            long first = number(range.group(1));
            long last = number(range.group(2));
            boolean open = range.group(3).equals("*");
            long total = open ? -1 : number(range.group(3));
            boolean fits = first >= 0 && first <= last && (open || last < total);
            if (fits) {
                return new ContentRange(first, last, total);
            }
        }
        throw new RegistryException(
                Reason.PROTOCOL, 206, "an answer with part of a blob does not say which: " + Quoted.quote(header));
    }

    /** {@return the size of the whole that a Content-Range header of status 416 says, if it says one} */
    static OptionalLong totalOfUnsatisfied(String header) {
        Matcher range = UNSATISFIED.matcher(header);
        long total = range.matches() ? number(range.group(1)) : -1;
        return total < 0 ? OptionalLong.empty() : OptionalLong.of(total);
    }

    /** {@return the number, or -1 if it is too large} */
    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
