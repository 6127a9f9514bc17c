package dev.tallyclerk.registry.proxy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a blob.
 *
 * @param offset the first byte
 * @param length the number of bytes, at least 1
 */
record ByteRange(long offset, long length) {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]*)-([0-9]*)", Pattern.CASE_INSENSITIVE);

    /** More digits are a number that no content reaches. */
    private static final int MOST_DIGITS = 18;

    /**
     * {@return the part that a Range header wants, or nothing if it wants all}
     *
     * <p>Several ranges are refused, and so are invalid ones: a client that asks for a part never gets all by mistake.
     *
     * @param header the header, with or without white space around it
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-14.2">RFC 9110, 14.2 Range</a>
     */
    static Optional<ByteRange> of(String header, long size) throws Refusal {
        if (header.isBlank() || !header.strip().regionMatches(true, 0, "bytes", 0, 5)) {
            return Optional.empty(); // a server ignores units that it does not know
        }
        Matcher range = RANGE.matcher(header.strip());
        if (!range.matches()) {
            throw unsatisfiable(size, "the proxy gives one range of bytes at a time");
        }
        String first = range.group(1);
        String last = range.group(2);
        long from;
        long to = size - 1;
        if (first.isEmpty()) {
            long count = last.isEmpty() ? 0 : number(last);
            from = count == 0 ? size : Math.max(0, size - count);
        } else {
            from = number(first);
            if (!last.isEmpty()) {
                long end = number(last);
                if (end < from) {
                    throw unsatisfiable(size, "the range ends before it begins");
                }
                to = Math.min(to, end);
            }
        }
        if (from >= size) {
            throw unsatisfiable(size, "the content has " + size + " bytes");
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    private static long number(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
    }

    private static Refusal unsatisfiable(long size, String message) {
        return Refusal.of(416, "SIZE_INVALID", message).with("Content-Range", "bytes */" + size);
    }

    /** {@return the header of the answer} */
    String contentRange(long size) {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }
}
