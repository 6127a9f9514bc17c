package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.HeaderScanner;
import dev.tallyclerk.text.Quoted;
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
                new Parser(failures, host, header).parse(read, MAX_CHALLENGES - challenges.size());
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
        private final HeaderScanner scanner;

        Parser(Failures failures, String host, String text) {
            this.failures = failures;
            this.host = host;
            this.text = text;
            this.scanner = new HeaderScanner(text);
        }

        void parse(List<Challenge> into, int most) throws HttpException {
            scanner.skip(" \t,");
            while (!scanner.isAtEnd() && into.size() < most) {
                String scheme = token();
                if (scheme.isEmpty()) {
                    throw malformed();
                }
                Map<String, String> parameters = new LinkedHashMap<>();
                into.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                parameters(parameters);
            }
        }

        private void parameters(Map<String, String> parameters) throws HttpException {
            while (!scanner.isAtEnd()) {
                scanner.skip(" \t,");
                int start = scanner.position();
                String name = token();
                if (name.isEmpty() && !scanner.isAtEnd()) {
                    throw malformed();
                }
                if (!scanner.take('=')) {
                    scanner.backTo(start); // the next challenge's scheme, or the end
                    return;
                }
                if (scanner.isAt('=')) {
                    scanner.take(c -> c != ','); // a token68
                    continue;
                }
                scanner.skip(" \t");
                String value = scanner.isAt('"') ? scanner.quoted().orElseThrow(this::malformed) : token();
                if (parameters.put(name.toLowerCase(Locale.ROOT), value) != null) {
                    throw malformed();
                }
            }
        }

        private HttpException malformed() {
            return failures.of(
                    Reason.PROTOCOL, 401, "cannot read the challenge of " + host + ": " + Quoted.quote(text));
        }

        private String token() {
            String token = scanner.take(Parser::isTokenCharacter);
            scanner.skip(" \t");
            return token;
        }

        private static boolean isTokenCharacter(int c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "!#$%&'*+-.^_`|~/:".indexOf(c) >= 0; // slash and colon: unquoted realms are met
        }
    }
}
