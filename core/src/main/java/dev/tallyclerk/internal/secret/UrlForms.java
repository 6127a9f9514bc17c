package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.Words;
import java.util.Locale;
import java.util.Set;

/** Passwords and tokens in URLs. The keyword is {@code ://}. */
final class UrlForms {
    /** Query members that sign a URL, whose names do not look like secrets. */
    private static final Set<String> SIGNATURES = Set.of("sig", "signature", "x-amz-signature", "x-goog-signature");

    /** The passwords of examples in documentation. */
    private static final Set<String> EXAMPLES = Words.set("""
            changeit changeme example foo mypass mypassword pass passwd password pw pwd repopwd s3nsit1ve secret token
            user username v3ry_s3nsit1ve xxx yourpassword
            """);

    private static final long[] URL = Characters.allBut("\"'<>`\\|)");
    private static final long[] AUTHORITY = Characters.allBut("/?#\"'<>`");

    private static final int MIN_LENGTH = 8;
    private static final double MIN_ENTROPY = 2.5;

    private UrlForms() {}

    static boolean isExample(String value) {
        return EXAMPLES.contains(value.toLowerCase(Locale.ROOT));
    }

    /** RFC 3986, 3.2.1: the part of the user information after the first colon is a password. */
    static void password(Window text, int start, int body, Match match) {
        password(text, start, body, text.isFile(), match);
    }

    /** The same in a file that has real passwords only, which need not be random. */
    static void credential(Window text, int start, int body, Match match) {
        password(text, start, body, false, match);
    }

    private static void password(Window text, int start, int body, boolean needsRandom, Match match) {
        int most = text.isFile() ? 1000 : text.end();
        int end = text.scan(body, most, UrlForms::isAuthority);
        match.looked(end);
        // Searching the whole text for @ or : would take quadratic time for many URLs.
        int at = end - 1;
        while (at > body && text.at(at) != '@') {
            at--;
        }
        int colon = text.scan(body, most, c -> isAuthority(c) && c != ':');
        if (!Characters.isAlphanumeric(text.at(start - 1)) || at <= body || colon >= at - 1) {
            return;
        }
        if (isPassword(text, colon + 1, at, needsRandom)) {
            match.found(colon + 1, at);
        }
    }

    /** {@return whether a part of a text where a password belongs is one, and no example} */
    static boolean isPassword(Window text, int from, int to, boolean needsRandom) {
        String value = text.text(from, to);
        boolean isExample = Placeholders.isPlaceholder(value) || (!text.isRedaction() && isExample(value));
        return !isExample && (!needsRandom || isRandom(text, from, to, value));
    }

    private static boolean isRandom(Window text, int from, int to, String value) {
        return value.length() >= MIN_LENGTH
                && Randomness.isMixed(value)
                && value.chars().allMatch(c -> c > ' ' && c < 127 && "${}[]\\(),;".indexOf(c) < 0)
                && Randomness.entropy(text.bytes(), from, to) >= MIN_ENTROPY
                && !Randomness.isExample(text.bytes(), from, to);
    }

    /** Includes the members of a URL within the query of another one. */
    static void query(Window text, int start, int body, Match match) {
        int end = text.scan(body, text.end(), UrlForms::isUrl);
        match.looked(end);
        int member = text.scan(body, text.end(), c -> isUrl(c) && c != '?');
        while (member < end) {
            int from = member + 1;
            member = text.scan(from, text.end(), c -> isUrl(c) && !isMemberEnd(c));
            int equals = text.find("=", from, member);
            if (equals >= 0
                    && equals < member - 1
                    && isSecret(text.text(from, equals), text.text(equals + 1, member))) {
                match.found(equals + 1, member);
            }
        }
    }

    private static boolean isSecret(String name, String value) {
        boolean isSecret = SecretNames.isSecret(name) || SIGNATURES.contains(name.toLowerCase(Locale.ROOT));
        return isSecret && isLiteral(value) && !Placeholders.isNoSecret(value);
    }

    /** {@return whether the value contains only URL characters, so that no shell or template expands it} */
    private static boolean isLiteral(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean isEscape = c == '%'
                    && i + 2 < value.length()
                    && Character.digit(value.charAt(i + 1), 16) >= 0
                    && Character.digit(value.charAt(i + 2), 16) >= 0;
            if (!isEscape && !Characters.isToken(c) && ".~+/=:,@!*".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMemberEnd(int c) {
        return c == '&' || c == ';' || c == '?' || c == '#';
    }

    private static boolean isUrl(int c) {
        return Characters.isIn(URL, c);
    }

    private static boolean isAuthority(int c) {
        return Characters.isIn(AUTHORITY, c);
    }
}
