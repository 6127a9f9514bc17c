package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a WWW-Authenticate header (RFC 9110, section 11.6.1).
 *
 * @param scheme the scheme in lower case
 * @param parameters the parameters by their names in lower case; a scheme with a token68 has none
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    private static final int MAX_CHALLENGES = 16;

    /**
     * {@return the challenges of all headers that can be read, in order}
     *
     * <p>A header of which one challenge cannot be read, or names a parameter twice, gives none.
     *
     * @param host whose they are, for a person to read
     * @throws HttpException if there is such a header, and no other has a challenge
     */
    static List<Challenge> parseAll(Failures failures, String host, List<String> headers) throws HttpException {
        List<Challenge> challenges = new ArrayList<>();
        HttpException malformed = null;
        for (String header : headers) {
            List<Challenge> read = new ArrayList<>();
            try {
                new Parser(failures, host, header, read, MAX_CHALLENGES - challenges.size()).parse();
                challenges.addAll(read);
            } catch (HttpException e) {
                malformed = malformed == null ? e : malformed;
            }
        }
        if (challenges.isEmpty() && malformed != null) {
            throw malformed;
        }
        return challenges;
    }

    private static final class Parser {
        private final Failures failures;
        private final String host;
        private final String text;
        private final List<Challenge> into;
        private final int most;
        private int at;

        Parser(Failures failures, String host, String text, List<Challenge> into, int most) {
            this.failures = failures;
            this.host = host;
            this.text = text;
            this.into = into;
            this.most = most;
        }

        void parse() throws HttpException {
            skipSeparators();
            while (at < text.length() && into.size() < most) {
                String scheme = token();
                if (scheme.isEmpty()) {
                    throw malformed();
                }
                Map<String, String> parameters = new LinkedHashMap<>();
                into.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                skipBlanks();
                parameters(parameters);
            }
        }

        private void parameters(Map<String, String> parameters) throws HttpException {
            while (at < text.length()) {
                skipSeparators();
                int start = at;
                String name = token();
                skipBlanks();
                if (name.isEmpty() && at < text.length()) {
                    throw malformed();
                }
                if (at >= text.length() || text.charAt(at) != '=') {
                    at = start; // the next challenge's scheme, or the end
                    return;
                }
                at++;
                if (at < text.length() && text.charAt(at) == '=') {
                    skipToken68();
                    continue;
                }
                skipBlanks();
                String value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                if (parameters.put(name.toLowerCase(Locale.ROOT), value) != null) {
                    throw malformed();
                }
            }
        }

        private String quoted() throws HttpException {
            QuotedString string = QuotedString.read(text, at).orElseThrow(this::malformed);
            at = string.end();
            return string.value();
        }

        private HttpException malformed() {
            return failures.of(
                    Reason.PROTOCOL, 401, "cannot read the challenge of " + host + ": " + Quoted.quote(text));
        }

        private String token() {
            int start = at;
            while (at < text.length() && isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skipToken68() {
            while (at < text.length() && text.charAt(at) != ',') {
                at++;
            }
        }

        private void skipBlanks() {
            while (at < text.length() && isBlank(text.charAt(at))) {
                at++;
            }
        }

        private void skipSeparators() {
            while (at < text.length() && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
                at++;
            }
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t';
        }

        private static boolean isTokenCharacter(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "!#$%&'*+-.^_`|~/:".indexOf(c) >= 0; // slash and colon: unquoted realms are met
        }
    }
}
