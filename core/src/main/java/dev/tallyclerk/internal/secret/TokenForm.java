package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A token: runs of characters of certain sets, each taken as far as it goes, so that nothing is tried twice. */
final class TokenForm implements Form {
    private static final int LONG = 1000;

    /** So many random characters of both cases and digits are never all of one case and no digit. */
    private static final int VARIED = 14;

    private final List<Run> runs;
    private final Checks checks;

    /** Whether a random text of this form has digits or letters of both cases. */
    private final boolean isVaried;

    TokenForm(List<Run> runs, Checks checks) {
        this.runs = List.copyOf(runs);
        this.checks = checks;
        this.isVaried = runs.stream().anyMatch(Run::isVaried);
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

        private boolean isVaried() {
            return min >= VARIED && accepts('0') && accepts('A') && accepts('a');
        }
    }

    /** What tells a token from other text of its form. */
    record Checks(
            boolean hasChecksum,
            boolean isWebToken,
            double entropy,
            int before,
            boolean isProtected,
            List<String> examples) {
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
        int first = start - checks.before();
        boolean startsWord = first >= 0 && (!Characters.isWord(text.at(first)) || text.startsWord(first));
        if (!startsWord || Characters.isToken(text.at(at))) {
            return;
        }
        if (text.scan(first, checks.before(), TokenForm::isBefore) != start) {
            return;
        }
        if (text.isRedaction() || isGenuine(text, first, body, at)) {
            match.found(first, at);
            if (checks.isProtected()) {
                match.encrypted();
            }
        }
    }

    private static boolean isBefore(int c) {
        return Characters.isToken(c) || c == '~' || c == '.';
    }

    private boolean isGenuine(Window text, int start, int body, int end) {
        for (String example : checks.examples()) {
            boolean isAnywhere = example.startsWith("*");
            if (isAnywhere ? text.find(example.substring(1), start, end) >= 0 : text.has(start, example)) {
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
        return Randomness.entropy(bytes, body, end) >= checks.entropy()
                && !Randomness.isExample(bytes, body, end)
                && !(isVaried && Randomness.isWords(bytes, body, end));
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
