package dev.tallyclerk.reference;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;

/**
 * The terminals of the reference grammar, each read once from left to right: no backtracking, no regular expression.
 */
final class ReferenceGrammar {
    private static final int MAX_TAG_LENGTH = 128;
    private static final int MIN_DIGEST_HEX = 32;

    private ReferenceGrammar() {}

    /** path ::= component ('/' component)*. */
    static boolean isPath(String text) {
        int start = 0;
        while (true) {
            int slash = text.indexOf('/', start);
            if (!isPathComponent(text, start, slash < 0 ? text.length() : slash)) {
                return false;
            }
            if (slash < 0) {
                return true;
            }
            start = slash + 1;
        }
    }

    /** component ::= [a-z0-9]+ (separator [a-z0-9]+)*, separator ::= '.' | '_' | '__' | '-'+. */
    private static boolean isPathComponent(String text, int start, int end) {
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

    /** domain ::= (name | '[' IPv6 ']') [':' digits]. */
    static boolean isDomain(String text) {
        int portColon;
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 2 || !isIpv6(text.substring(1, close))) {
                return false;
            }
            portColon = close + 1;
        } else {
            int colon = text.indexOf(':');
            portColon = colon < 0 ? text.length() : colon;
            if (!isHostName(text.substring(0, portColon))) {
                return false;
            }
        }
        return portColon == text.length() || (text.charAt(portColon) == ':' && isDigits(text, portColon + 1));
    }

    /** tag ::= [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}. */
    static boolean isTag(String text) {
        if (text.isEmpty() || text.length() > MAX_TAG_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '_' && (i == 0 || (c != '.' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /** digest ::= algorithm ':' [0-9a-fA-F]{32,}, where each component of the algorithm begins with a letter. */
    static boolean isDigest(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || text.length() - colon - 1 < MIN_DIGEST_HEX) {
            return false;
        }
        boolean start = true;
        for (int i = 0; i < colon; i++) {
            char c = text.charAt(i);
            boolean letter = isLetterOrDigit(c) && !isDigit(c);
            if (start ? !letter : !isLetterOrDigit(c) && c != '-' && c != '_' && c != '+' && c != '.') {
                return false;
            }
            start = !isLetterOrDigit(c);
        }
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isDigit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) {
                return false;
            }
        }
        return !start;
    }

    /** References carry the two algorithms that registries know; a document may carry any. */
    static Digest supportedDigest(String digestText, String reference) {
        try {
            Digest digest = Digest.parse(digestText);
            if (digest.algorithm().equals(DigestAlgorithm.SHA256)
                    || digest.algorithm().equals(DigestAlgorithm.SHA512)) {
                return digest;
            }
        } catch (MalformedDigestException e) {
            // The reference is what the caller gave, so the reference is what is refused, below.
        }
        throw new MalformedReferenceException(MalformedReferenceException.Reason.BAD_DIGEST, reference);
    }

    private static boolean isHostName(String text) {
        boolean afterAlphanumeric = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isLetterOrDigit(c)) {
                afterAlphanumeric = true;
            } else if (c == '.') {
                if (!afterAlphanumeric) {
                    return false;
                }
                afterAlphanumeric = false;
            } else if (c != '-' || (!afterAlphanumeric && (i == 0 || text.charAt(i - 1) != '-'))) {
                return false;
            } else {
                afterAlphanumeric = false;
            }
        }
        return afterAlphanumeric;
    }

    private static boolean isIpv6(String text) {
        return text.chars()
                .allMatch(c -> isDigit((char) c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':');
    }

    private static boolean isDigits(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return from < text.length();
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
