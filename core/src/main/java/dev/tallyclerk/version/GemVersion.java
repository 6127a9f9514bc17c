package dev.tallyclerk.version;

import java.util.ArrayList;
import java.util.List;

/** A version of RubyGems, as numbers and letters without the zeros that do not count. */
record GemVersion(List<String> segments) implements VersionKey {
    static GemVersion parse(String input) {
        String text = input.strip();
        requireForm(input, text);
        return new GemVersion(segments(withoutInnerZeros(withoutTrailingZeros(text.replace("-", ".pre.")))));
    }

    private static boolean isZeroOrDot(char c) {
        return c == '0' || c == '.';
    }

    /** {@return the text without the zeros and dots at its end, as far as a letter or a dot stands before them} */
    private static String withoutTrailingZeros(String text) {
        int start = text.length();
        while (start > 0 && isZeroOrDot(text.charAt(start - 1))) {
            start--;
        }
        while (start < text.length()
                && (start == 0 || !(text.charAt(start - 1) == '.' || Digits.isLetter(text.charAt(start - 1))))) {
            start++;
        }
        return text.substring(0, start);
    }

    /** {@return the text without the first segments of zeros that a letter follows} */
    private static String withoutInnerZeros(String text) {
        int start = 0;
        while (start < text.length()) {
            int end = start;
            if (start == 0 || text.charAt(start - 1) == '.') {
                while (end < text.length() && isZeroOrDot(text.charAt(end))) {
                    end++;
                }
                if (end > start && end < text.length() && Digits.isLetter(text.charAt(end))) {
                    return text.substring(0, start) + text.substring(end);
                }
            }
            start = Math.max(end, start + 1);
        }
        return text;
    }

    private static List<String> segments(String text) {
        List<String> segments = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            boolean digits = Digits.isDigit(text.charAt(at));
            int end = at;
            while (end < text.length()
                    && (digits ? Digits.isDigit(text.charAt(end)) : Digits.isLetter(text.charAt(end)))) {
                end++;
            }
            if (end > at) {
                segments.add(text.substring(at, end));
            }
            at = Math.max(end, at + 1);
        }
        return List.copyOf(segments);
    }

    /** A number, alphanumeric parts behind dots, then one hyphen and parts that may have hyphens. Empty text is 0. */
    private static void requireForm(String input, String text) {
        if (text.isEmpty()) {
            return;
        }
        int hyphen = text.indexOf('-');
        List<String> release = Parts.split(hyphen < 0 ? text : text.substring(0, hyphen), '.');
        boolean valid = Digits.areDigits(release.get(0)) && release.stream().allMatch(part -> isPart(part, false));
        if (hyphen >= 0) {
            valid &= Parts.split(text.substring(hyphen + 1), '.').stream().allMatch(part -> isPart(part, true));
        }
        if (!valid) {
            throw new InvalidVersionException(
                    input, "it is not a number followed by parts of letters and digits with one dot between them");
        }
    }

    private static boolean isPart(String part, boolean hyphens) {
        return !part.isEmpty() && part.chars().allMatch(c -> Digits.isAlphanumeric((char) c) || (hyphens && c == '-'));
    }

    @Override
    public int compareTo(VersionKey other) {
        GemVersion that = (GemVersion) other;
        int length = Math.max(segments.size(), that.segments.size());
        for (int at = 0; at < length; at++) {
            String a = at < segments.size() ? segments.get(at) : "0";
            String b = at < that.segments.size() ? that.segments.get(at) : "0";
            boolean digits = Digits.areDigits(a);
            if (digits != Digits.areDigits(b)) {
                return digits ? 1 : -1;
            }
            int order = digits ? Digits.compare(a, b) : a.compareTo(b);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
