package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Values after names. */
final class ValueForms {
    private static final int MAX_VALUE = 3000;
    private static final int MAX_LINE = 200;
    /** As much as is kept of a file, and enough for the comments of Maven. */
    private static final int MAX_XML_COMMENT = 500;

    private static final int MIN_LENGTH = 3;

    private ValueForms() {}

    /** {@code "auth": "dXNlcjpwYXNzd29yZA=="}: only user and password are a secret. */
    static void registryAuth(Window text, int start, int body, Match match) {
        registryAuth(text, body, text.isFile(), match);
    }

    /** The same in a file that has real passwords only. */
    static void registryCredential(Window text, int start, int body, Match match) {
        registryAuth(text, body, false, match);
    }

    private static void registryAuth(Window text, int body, boolean isExampleLikely, Match match) {
        int colon = text.scan(body, MAX_LINE, Characters::isSpace);
        int quote = text.scan(colon + 1, MAX_LINE, Characters::isSpace);
        if (text.at(colon) != ':' || text.at(quote) != '"') {
            return;
        }
        int from = quote + 1;
        int end = text.scan(from, text.isFile() ? MAX_VALUE : text.end(), Characters::isBase64);
        match.looked(end);
        if (text.at(end) == '"' && isUserAndPassword(text.text(from, end), isExampleLikely)) {
            match.found(from, end);
        }
    }

    private static boolean isUserAndPassword(String base64, boolean isExampleLikely) {
        try {
            String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon > 0
                    && colon < pair.length() - 1
                    && !(isExampleLikely && UrlForms.isExample(pair.substring(colon + 1)))
                    && pair.chars().allMatch(c -> c >= ' ' && c != 0xFFFD);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * A value in INI, YAML, JSON, XML or a list of words. One that refers to another, or is commented out, is no
     * secret.
     */
    static void value(Window text, int start, int body, Match match) {
        int at = body + (text.at(body) == '"' || text.at(body) == '\'' ? 1 : 0);
        at = text.scan(at, MAX_LINE, c -> c == ' ' || c == '\t' || c == '=' || c == ':');
        boolean isXml = text.at(body - 1) == '>';
        if (text.has(at, "value=")) {
            at += "value=".length();
            isXml = true;
        }
        boolean isSeparated = at > body || isXml;
        boolean isName = !Characters.isToken(text.at(start - 1)) || text.at(start) == ':';
        if (!isSeparated || !isName) {
            return;
        }
        at += text.at(at) == '"' || text.at(at) == '\'' ? 1 : 0;
        int from = at;
        int end = text.scan(from, MAX_VALUE, c -> !Characters.isSpace(c) && "\"'<,".indexOf(c) < 0);
        match.looked(end);
        boolean isComment = isComment(text, start) || (isXml && isXmlComment(text, start));
        if (!isComment && isLiteral(text.text(from, end))) {
            match.found(from, end);
        }
    }

    private static boolean isComment(Window text, int start) {
        for (int i = start - 1; i >= 0 && i > start - MAX_LINE; i--) {
            int c = text.at(i);
            if (c == '\n') {
                return false;
            }
            if ((c == '#' || c == ';') && text.at(i - 1) <= ' ') {
                return true;
            }
        }
        return false;
    }

    /** Some programs come with a configuration that shows in comments what to write. */
    private static boolean isXmlComment(Window text, int start) {
        for (int i = start - 1; i >= 0 && i > start - MAX_XML_COMMENT; i--) {
            int c = text.at(i);
            if (c == '>' && text.has(i - 2, "-->")) {
                return false;
            }
            if (c == '<' && text.has(i, "<!--")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLiteral(String value) {
        return value.length() >= MIN_LENGTH
                && !Placeholders.isNoSecret(value)
                && !UrlForms.isExample(value)
                && !Placeholders.saysSo(value)
                && !value.contains("${")
                && !value.contains("$(")
                && !value.startsWith("{")
                && !value.startsWith("%");
    }
}
