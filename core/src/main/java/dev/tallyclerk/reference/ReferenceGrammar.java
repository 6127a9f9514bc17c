package dev.tallyclerk.reference;

import org.jspecify.annotations.Nullable;

/**
 * The grammar of references, parsed from left to right without backtracking, regular expressions or copies.
 *
 * <p>{@code reference ::= [domain '/'] path [':' tag] ['@' digest]}. Each character is read a bounded number of times,
 * whatever the text.
 */
final class ReferenceGrammar {
    private static final int MAX_TAG_LENGTH = 128;
    private static final int MIN_DIGEST_HEX = 32;

    private ReferenceGrammar() {}

    /**
     * The boundaries of a reference's parts.
     *
     * @param pathStart where the path starts: after the slash of the domain, or 0 without a domain
     * @param pathEnd where the path ends, at the colon of a tag if there is one
     * @param tagEnd where path and tag end, at the at sign of a digest if there is one
     * @param end the length of the text
     */
    record Parts(int pathStart, int pathEnd, int tagEnd, int end) {
        boolean hasTag() {
            return pathEnd < tagEnd;
        }

        boolean hasDigest() {
            return tagEnd < end;
        }
    }

    /** {@return the parts of {@code text}, or null if it does not match; does not check the length of the path} */
    static @Nullable Parts match(CharSequence text) {
        int end = text.length();
        int tagEnd = find('@', text, 0, end);
        int pathEnd = tagEnd;
        for (int i = 0; i < tagEnd; i++) {
            char c = text.charAt(i);
            if (c == '/') {
                pathEnd = tagEnd; // the colon before it was a port's
            } else if (c == ':' && pathEnd == tagEnd) {
                pathEnd = i;
            }
        }
        int slash = find('/', text, 0, pathEnd);
        int pathStart = slash < pathEnd && isDomain(text, slash) ? slash + 1 : 0;
        boolean matches = isPath(text, pathStart, pathEnd)
                && (pathEnd == tagEnd || isTag(text, pathEnd + 1, tagEnd))
                && (tagEnd == end || isDigest(text, tagEnd + 1, end));
        return matches ? new Parts(pathStart, pathEnd, tagEnd, end) : null;
    }

    /** {@return the first position of {@code wanted}, or {@code end}} */
    private static int find(char wanted, CharSequence text, int start, int end) {
        int i = start;
        while (i < end && text.charAt(i) != wanted) {
            i++;
        }
        return i;
    }

    /** path ::= component ('/' component)*. */
    private static boolean isPath(CharSequence text, int start, int end) {
        int from = start;
        while (true) {
            int slash = find('/', text, from, end);
            if (!isPathComponent(text, from, slash)) {
                return false;
            }
            if (slash == end) {
                return true;
            }
            from = slash + 1;
        }
    }

    /** component ::= [a-z0-9]+ (separator [a-z0-9]+)*, separator ::= '.' | '_' | '__' | '-'+. */
    private static boolean isPathComponent(CharSequence text, int start, int end) {
        int i = start;
        while (true) {
            int word = i;
            while (i < end && isLowerOrDigit(text.charAt(i))) {
                i++;
            }
            if (i == word) {
                return false;
            }
            if (i == end) {
                return true;
            }
            int separator = i;
            char c = text.charAt(i);
            while (i < end && text.charAt(i) == c) {
                i++;
            }
            int length = i - separator;
            boolean valid = switch (c) {
                case '.' -> length == 1;
                case '_' -> length <= 2;
                case '-' -> true;
                default -> false;
            };
            if (!valid) {
                return false;
            }
        }
    }

    /** domain ::= (name | '[' IPv6 ']') [':' digits], from the start of the text. */
    private static boolean isDomain(CharSequence text, int end) {
        int portColon;
        if (end > 0 && text.charAt(0) == '[') {
            int close = find(']', text, 1, end);
            if (close == end || !isIpv6(text, 1, close)) {
                return false;
            }
            portColon = close + 1;
        } else {
            portColon = find(':', text, 0, end);
            if (!isHostName(text, portColon)) {
                return false;
            }
        }
        return portColon == end || (text.charAt(portColon) == ':' && isDigits(text, portColon + 1, end));
    }

    /** name ::= label ('.' label)*, label ::= alphanumeric [(alphanumeric | '-')* alphanumeric]. */
    private static boolean isHostName(CharSequence text, int end) {
        char before = '.';
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean startsLabel = before == '.';
            boolean endsLabel = isLetterOrDigit(before);
            if (!isLetterOrDigit(c) && (c == '.' ? !endsLabel : c != '-' || startsLabel)) {
                return false;
            }
            before = c;
        }
        return isLetterOrDigit(before);
    }

    private static boolean isIpv6(CharSequence text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isHex(text.charAt(i)) && text.charAt(i) != ':') {
                return false;
            }
        }
        return start < end;
    }

    private static boolean isDigits(CharSequence text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return start < end;
    }

    /** tag ::= [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}. */
    private static boolean isTag(CharSequence text, int start, int end) {
        if (start == end || end - start > MAX_TAG_LENGTH) {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '_' && (i == start || (c != '.' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /** digest ::= algorithm ':' [0-9a-fA-F]{32,}, where each component of the algorithm starts with a letter. */
    private static boolean isDigest(CharSequence text, int start, int end) {
        int colon = find(':', text, start, end);
        if (colon == end || end - colon - 1 < MIN_DIGEST_HEX) {
            return false;
        }
        boolean startsComponent = true;
        for (int i = start; i < colon; i++) {
            char c = text.charAt(i);
            boolean letter = isLetterOrDigit(c) && !isDigit(c);
            boolean separator = c == '-' || c == '_' || c == '+' || c == '.';
            if (startsComponent ? !letter : !isLetterOrDigit(c) && !separator) {
                return false;
            }
            startsComponent = separator;
        }
        for (int i = colon + 1; i < end; i++) {
            if (!isHex(text.charAt(i))) {
                return false;
            }
        }
        return !startsComponent;
    }

    private static boolean isHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || isDigit(c);
    }

    private static boolean isLetterOrDigit(char c) {
        return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
