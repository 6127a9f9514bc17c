package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Finds secrets by their form, whatever they are called: tokens of known issuers, private keys, and passwords and
 * access tokens in URLs.
 */
public final class SecretText {
    /** Stands for a secret in reports. */
    public static final String REDACTED = "[redacted]";

    private static final List<TokenForm> FORMS = Stream.of(
                    forms("AWS access key id", "AKIA ASIA", 16, 16, SecretText::isUpperOrDigit),
                    forms("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", 36, 255, SecretText::isAlphanumeric),
                    forms("GitHub token", "github_pat_", 60, 255, SecretText::isWordCharacter),
                    forms("GitLab token", "glpat-", 20, 300, SecretText::isTokenCharacter),
                    forms("GitLab token", "glcbt- gldt- glptt- glrt-", 20, 300, SecretText::isDottedCharacter),
                    forms("Slack token", "xapp- xoxa- xoxb- xoxp- xoxr- xoxs-", 10, 300, SecretText::isTokenCharacter),
                    forms("Slack webhook", "hooks.slack.com/services/", 30, 100, SecretText::isPathCharacter),
                    forms(
                            "Slack webhook",
                            "hooks.slack.com/triggers/ hooks.slack.com/workflows/",
                            30,
                            150,
                            SecretText::isPathCharacter),
                    forms("npm token", "npm_", 36, 36, SecretText::isAlphanumeric),
                    forms("Docker token", "dckr_pat_ dckr_oat_", 20, 300, SecretText::isTokenCharacter),
                    forms("PyPI token", "pypi-AgEI", 40, 1000, SecretText::isTokenCharacter),
                    forms("Google API key", "AIza", 35, 35, SecretText::isTokenCharacter),
                    forms("Google client secret", "GOCSPX-", 24, 40, SecretText::isTokenCharacter),
                    forms("Stripe key", "rk_live_ sk_live_", 16, 300, SecretText::isAlphanumeric),
                    forms("webhook secret", "whsec_", 24, 300, SecretText::isBase64),
                    forms("OpenAI key", "sk-admin- sk-proj- sk-svcacct-", 20, 300, SecretText::isTokenCharacter),
                    forms("Anthropic key", "sk-ant-", 20, 300, SecretText::isTokenCharacter),
                    forms("Hugging Face token", "hf_", 30, 60, SecretText::isAlphanumeric),
                    forms("Vault token", "hvs.", 24, 300, SecretText::isTokenCharacter),
                    forms("DigitalOcean token", "dop_v1_", 64, 64, SecretText::isLowerHex),
                    forms("Atlassian token", "ATATT3", 100, 400, c -> isTokenCharacter(c) || c == '='),
                    forms("SendGrid key", "SG.", 60, 80, SecretText::isDottedCharacter),
                    forms("age secret key", "AGE-SECRET-KEY-1", 58, 58, SecretText::isUpperOrDigit),
                    forms("Pulumi token", "pul-", 40, 40, SecretText::isLowerHex),
                    // Some have the number of a version after a hyphen.
                    forms("Databricks token", "dapi", 32, 34, c -> isLowerHex(c) || c == '-'))
            .flatMap(forms -> forms)
            .toList();

    private static final int MAX_PEM_LABEL = 40;
    private static final String WEB_TOKEN = "eyJ";
    private static final String PEM = "-----BEGIN ";
    private static final String AUTHORITY = "://";

    /** Query members that sign a URL, whose names do not look like secrets. */
    private static final Set<String> URL_SIGNATURES = Set.of("sig", "signature", "x-amz-signature", "x-goog-signature");

    /** The member of Docker's config.json with the user and password for a registry. */
    private static final String REGISTRY_AUTH = "\"auth\"";

    /**
     * Whether a secret can start with two ASCII characters. Most texts contain no such pair, and need no further
     * search.
     */
    private static final boolean[] STARTS = new boolean[1 << 14];

    static {
        Stream.concat(FORMS.stream().map(TokenForm::prefix), Stream.of(WEB_TOKEN, PEM, AUTHORITY, REGISTRY_AUTH))
                .forEach(prefix -> STARTS[prefix.charAt(0) << 7 | prefix.charAt(1)] = true);
    }

    private SecretText() {}

    /**
     * A secret in a text.
     *
     * @param what the kind of secret, for people
     * @param start the first character of the part that must not be shown
     * @param end the character after that part
     */
    public record Span(String what, int start, int end) {}

    /** A prefix that only one issuer uses, and the form of the rest. */
    private record TokenForm(String what, String prefix, int min, int max, IntPredicate body) {}

    private static Stream<TokenForm> forms(String what, String prefixes, int min, int max, IntPredicate body) {
        return Words.list(prefixes).stream().map(prefix -> new TokenForm(what, prefix, min, max, body));
    }

    /** {@return the secrets in {@code text}, in order, not overlapping} */
    public static List<Span> find(String text) {
        if (!hasStart(text)) {
            return List.of();
        }
        List<Span> found = new ArrayList<>();
        for (TokenForm form : FORMS) {
            findTokens(text, form, found);
        }
        findWebTokens(text, found);
        findPrivateKeys(text, found);
        findUrlPasswords(text, found);
        findUrlQueries(text, found);
        findRegistryAuths(text, found);
        found.sort(Comparator.comparingInt(Span::start).thenComparing(Span::end, Comparator.reverseOrder()));
        List<Span> disjoint = new ArrayList<>();
        int end = 0;
        for (Span span : found) {
            if (span.start() >= end) {
                disjoint.add(span);
                end = span.end();
            }
        }
        return disjoint;
    }

    private static boolean hasStart(String text) {
        for (int i = 1; i < text.length(); i++) {
            char first = text.charAt(i - 1);
            char second = text.charAt(i);
            if ((first | second) < 128 && STARTS[first << 7 | second]) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether {@code text} has a secret} */
    public static boolean hasSecret(String text) {
        return !find(text).isEmpty();
    }

    /** {@return {@code text} with {@link #REDACTED} in place of each secret, whatever the secret's value and length} */
    public static String redact(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int shown = 0;
        for (Span span : find(text)) {
            out.append(text, shown, span.start()).append(REDACTED);
            shown = span.end();
        }
        return shown == 0 ? text : out.append(text, shown, text.length()).toString();
    }

    private static void findTokens(String text, TokenForm form, List<Span> found) {
        int from = 0;
        for (int start; (start = text.indexOf(form.prefix(), from)) >= 0; ) {
            int body = start + form.prefix().length();
            int end = scan(text, body, form.body());
            int length = end - body;
            boolean whole = end == text.length() || !isTokenCharacter(text.charAt(end));
            if (startsToken(text, start) && length >= form.min() && length <= form.max() && whole) {
                found.add(new Span(form.what(), start, end));
            }
            // Never before the scanned part: a text of nothing but prefixes would take quadratic time.
            from = end;
        }
    }

    /** RFC 7519: two JSON objects and a signature, in base64url; an object's encoding starts with eyJ. */
    private static void findWebTokens(String text, List<Span> found) {
        int from = 0;
        for (int start; (start = text.indexOf(WEB_TOKEN, from)) >= 0; ) {
            int header = scan(text, start, SecretText::isTokenCharacter);
            from = header;
            if (!text.startsWith(".eyJ", header)) {
                continue;
            }
            int payload = scan(text, header + 1, SecretText::isTokenCharacter);
            from = payload;
            boolean signed = payload < text.length() && text.charAt(payload) == '.';
            int end = signed ? scan(text, payload + 1, SecretText::isTokenCharacter) : payload;
            if (startsToken(text, start) && header - start >= 12 && end - payload >= 17) {
                found.add(new Span("JSON Web Token", start, end));
            }
            from = end;
        }
    }

    private static void findPrivateKeys(String text, List<Span> found) {
        int from = 0;
        for (int start; (start = text.indexOf(PEM, from)) >= 0; ) {
            from = start + 11;
            int label = text.indexOf("PRIVATE KEY", from);
            if (label < 0) {
                return;
            }
            if (label - from <= MAX_PEM_LABEL) {
                int end = text.indexOf("-----END ", label);
                found.add(new Span("private key", start, end < 0 ? text.length() : end));
                from = end < 0 ? text.length() : end;
            } else {
                // Every earlier BEGIN is too far from the label as well.
                from = Math.max(from, label - MAX_PEM_LABEL - 11);
            }
        }
    }

    /** RFC 3986, 3.2.1: the part of the user information after the first colon is a password. */
    private static void findUrlPasswords(String text, List<Span> found) {
        int from = 0;
        for (int mark; (mark = text.indexOf(AUTHORITY, from)) >= 0; ) {
            int authority = mark + 3;
            int end = scan(text, authority, SecretText::isAuthorityCharacter);
            from = end;
            // Searching the whole text for @ or : would take quadratic time for many URLs.
            int at = end - 1;
            while (at > authority && text.charAt(at) != '@') {
                at--;
            }
            int colon = scan(text, authority, c -> isAuthorityCharacter(c) && c != ':');
            boolean scheme = mark > 0 && isAlphanumeric(text.charAt(mark - 1));
            if (!scheme || at <= authority || colon >= at - 1) {
                continue;
            }
            if (!Placeholders.isPlaceholder(text.substring(colon + 1, at))) {
                found.add(new Span("password in a URL", colon + 1, at));
            }
        }
    }

    /** Includes the members of a URL within the query of another one. */
    private static void findUrlQueries(String text, List<Span> found) {
        int from = 0;
        for (int mark; (mark = text.indexOf(AUTHORITY, from)) >= 0; ) {
            int end = scan(text, mark + 3, SecretText::isUrlCharacter);
            from = end;
            int member = scan(text, mark + 3, c -> isUrlCharacter(c) && c != '?');
            while (member < end) {
                int start = member + 1;
                member = scan(text, start, c -> isUrlCharacter(c) && !isMemberEnd(c));
                addMember(text, start, member, found);
            }
        }
    }

    private static void addMember(String text, int start, int end, List<Span> found) {
        int equals = start;
        while (equals < end && text.charAt(equals) != '=') {
            equals++;
        }
        if (equals >= end - 1) {
            return;
        }
        String name = text.substring(start, equals);
        String value = text.substring(equals + 1, end);
        boolean isSecret = SecretNames.isSecret(name) || URL_SIGNATURES.contains(name.toLowerCase(Locale.ROOT));
        if (isSecret && isLiteral(value) && !Placeholders.isNoSecret(value)) {
            found.add(new Span("credential in the query of a URL", equals + 1, end));
        }
    }

    /** {@return whether the value contains only URL characters, so that no shell or template expands it} */
    private static boolean isLiteral(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean isEscape = c == '%'
                    && i + 2 < value.length()
                    && Character.digit(value.charAt(i + 1), 16) >= 0
                    && Character.digit(value.charAt(i + 2), 16) >= 0;
            if (!isEscape && !isTokenCharacter(c) && ".~+/=:,@!*".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMemberEnd(int c) {
        return c == '&' || c == ';' || c == '?' || c == '#';
    }

    private static boolean isUrlCharacter(int c) {
        return c > ' ' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`' && c != '\\' && c != '|'
                && c != ')';
    }

    /** {@code "auth": "dXNlcjpwYXNzd29yZA=="}: only user and password are a secret. */
    private static void findRegistryAuths(String text, List<Span> found) {
        int from = 0;
        for (int member; (member = text.indexOf(REGISTRY_AUTH, from)) >= 0; ) {
            from = member + REGISTRY_AUTH.length();
            int colon = scan(text, from, SecretText::isBlank);
            int quote = scan(text, Math.min(colon + 1, text.length()), SecretText::isBlank);
            if (!text.startsWith(":", colon) || !text.startsWith("\"", quote)) {
                continue;
            }
            int start = quote + 1;
            int end = scan(text, start, SecretText::isBase64);
            from = end;
            if (text.startsWith("\"", end) && isUserAndPassword(text.substring(start, end))) {
                found.add(new Span("registry password", start, end));
            }
        }
    }

    private static boolean isUserAndPassword(String base64) {
        try {
            String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon > 0 && colon < pair.length() - 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    static boolean isBase64(int c) {
        return isAlphanumeric(c) || c == '+' || c == '/' || c == '=';
    }

    private static int scan(String text, int from, IntPredicate accepted) {
        int at = from;
        while (at < text.length() && accepted.test(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean startsToken(String text, int start) {
        return start == 0 || !isWordCharacter(text.charAt(start - 1));
    }

    private static boolean isUpperOrDigit(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isAlphanumeric(int c) {
        return isUpperOrDigit(c) || (c >= 'a' && c <= 'z');
    }

    private static boolean isWordCharacter(int c) {
        return isAlphanumeric(c) || c == '_';
    }

    private static boolean isTokenCharacter(int c) {
        return isWordCharacter(c) || c == '-';
    }

    private static boolean isDottedCharacter(int c) {
        return isTokenCharacter(c) || c == '.';
    }

    private static boolean isPathCharacter(int c) {
        return isTokenCharacter(c) || c == '/';
    }

    private static boolean isLowerHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    private static boolean isAuthorityCharacter(int c) {
        return c > ' ' && c != '/' && c != '?' && c != '#' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`';
    }
}
