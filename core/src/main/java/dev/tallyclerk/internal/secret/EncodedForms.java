package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Secrets in base64. The keyword is the start of what they are encoded to, or stands before it. */
final class EncodedForms {
    /** The start of a key with its headers. */
    private static final int MAX_KEY = 1200;

    /** The passwords of many registries. */
    private static final int MAX_AUTHS = 8000;

    private static final int MAX_PAIR = 1000;
    private static final int MIN_PAIR = 8;
    private static final String BEGIN = "-----BEGIN ";
    private static final String AUTH = "\"auth\"";

    private EncodedForms() {}

    /** A private key in PEM. */
    static void key(Window text, int start, int body, Match match) {
        StringBuilder base64 = new StringBuilder();
        int end = read(text, start, MAX_KEY, base64);
        match.looked(end);
        Window decoded = decoded(text, base64);
        if (decoded == null || !text.startsWord(start) || !decoded.has(0, BEGIN)) {
            return;
        }
        Match inside = new Match();
        KeyForms.pem(decoded, 0, BEGIN.length(), inside, List.of());
        if (inside.count() > 0) {
            match.found(start, shownFrom(text, end));
            if (inside.isProtected()) {
                match.encrypted();
            }
        }
    }

    /** The passwords of a Docker client's configuration. */
    static void auths(Window text, int start, int body, Match match) {
        StringBuilder base64 = new StringBuilder();
        int end = read(text, start, MAX_AUTHS, base64);
        match.looked(end);
        Window decoded = decoded(text, base64);
        if (decoded == null || !text.startsWord(start)) {
            return;
        }
        Match inside = new Match();
        int at = 0;
        for (int next; (next = decoded.find(AUTH, at, decoded.end())) >= 0; at = next + AUTH.length()) {
            ValueForms.registryAuth(decoded, next, next + AUTH.length(), inside);
        }
        if (inside.count() > 0) {
            match.found(start, shownFrom(text, end));
        }
    }

    /**
     * RFC 7617: user and password after the name of the scheme.
     *
     * @param examples the starts of what documentation shows
     */
    static void basic(Window text, int body, Match match, List<String> examples) {
        int end = text.scan(body, MAX_PAIR, Characters::isBase64);
        match.looked(end);
        boolean isExample = examples.stream().anyMatch(example -> text.has(body, example));
        if (end - body < MIN_PAIR || isExample || Characters.isToken(text.at(end))) {
            return;
        }
        Window pair = decoded(text, new StringBuilder(text.text(body, end)));
        int colon = pair == null ? -1 : pair.find(":", 0, pair.end());
        if (pair != null
                && colon > 0
                && colon < pair.end() - 1
                && UrlForms.isPassword(pair, colon + 1, pair.end(), pair.isFile())) {
            match.found(body, end);
        }
    }

    /** {@return where the base64 ends, which may have breaks} */
    private static int read(Window text, int start, int most, StringBuilder base64) {
        int at = start;
        while (at < text.end() && base64.length() < most) {
            int end = text.scan(at, most - base64.length(), Characters::isBase64);
            base64.append(text.text(at, end));
            at = KeyForms.skipBreaks(text, end);
            if (text.at(end - 1) == '=' || at == end || !Characters.isBase64(text.at(at))) {
                return end;
            }
        }
        return at;
    }

    /** {@return the end of the part that must not be shown} */
    private static int shownFrom(Window text, int end) {
        return text.isRedaction() ? text.scan(end, text.end(), Characters::isBase64) : end;
    }

    private static @Nullable Window decoded(Window text, StringBuilder base64) {
        int padding = base64.indexOf("=");
        int length = padding < 0 ? base64.length() : padding;
        // One digit is no byte; the rest of it was not read.
        String digits = base64.substring(0, length % 4 == 1 ? length - 1 : length);
        try {
            String decoded = new String(Base64.getDecoder().decode(digits), StandardCharsets.ISO_8859_1);
            return Window.of(text.use(), decoded);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
