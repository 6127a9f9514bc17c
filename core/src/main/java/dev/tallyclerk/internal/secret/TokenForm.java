package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A token: runs of characters of certain sets, each taken as far as it goes, so that nothing is tried twice. */
final class TokenForm implements Form {
    private static final int LONG = 1000;

    private final List<Run> runs;
    private final Checks checks;

    TokenForm(List<Run> runs, Checks checks) {
        this.runs = List.copyOf(runs);
        this.checks = checks;
    }

    /**
     * Characters of a set.
     *
     * @param low whether a character below 64 belongs to it, one bit each
     * @param high the same for characters from 64 on
     */
    record Run(long low, long high, int min, int max) {
        boolean accepts(int c) {
            return c >= 0 && ((c < 64 ? low : high) >>> (c & 63) & 1) != 0;
        }
    }

    /** What tells a token from other text of its form. */
    record Checks(boolean hasChecksum, boolean isWebToken, double entropy, List<String> examples) {
        Checks {
            examples = List.copyOf(examples);
        }
    }

    @Override
    public void match(Window text, int start, int body, Match match) {
        int at = body;
        for (Run run : runs) {
            // Whatever its length, a token must not be shown.
            int most = text.isRedaction() && run.max() >= LONG ? text.end() : run.max();
            int end = text.scan(at, most, run::accepts);
            if (end - at < run.min()) {
                match.looked(end);
                return;
            }
            at = end;
        }
        match.looked(at);
        if (!text.startsWord(start) || Characters.isToken(text.at(at))) {
            return;
        }
        if (text.isRedaction() || isGenuine(text, start, body, at)) {
            match.found(start, at);
        }
    }

    private boolean isGenuine(Window text, int start, int body, int end) {
        for (String example : checks.examples()) {
            if (text.has(start, example)) {
                return false;
            }
        }
        byte[] bytes = text.bytes();
        if (checks.hasChecksum()) {
            return Randomness.hasChecksum(bytes, body, end);
        }
        if (checks.isWebToken()) {
            return isWebToken(text.text(start, end));
        }
        return Randomness.entropy(bytes, body, end) >= checks.entropy() && !Randomness.isExample(bytes, body, end);
    }

    /** RFC 7519: two JSON objects and a signature, in base64url. */
    private static boolean isWebToken(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        return isObject(token.substring(0, first), "\"alg\"") && isObject(token.substring(first + 1, second), "");
    }

    private static boolean isObject(String base64, String part) {
        try {
            String json = new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8).strip();
            return json.startsWith("{") && json.endsWith("}") && json.contains(part);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
