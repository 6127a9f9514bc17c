package dev.tallyclerk.registry.internal.auth;

import java.util.Optional;

/**
 * A quoted string of a header (RFC 9110, section 5.6.4).
 *
 * @param value what it says
 * @param end where the header goes on behind its closing quote
 */
public record QuotedString(String value, int end) {
    /** {@return the one whose opening quote is at {@code start}, or nothing if it does not end} */
    public static Optional<QuotedString> read(String header, int start) {
        StringBuilder out = new StringBuilder();
        int at = start + 1;
        for (; at < header.length() && header.charAt(at) != '"'; at++) {
            if (header.charAt(at) == '\\' && at + 1 < header.length()) {
                at++;
            }
            out.append(header.charAt(at));
        }
        return at >= header.length() ? Optional.empty() : Optional.of(new QuotedString(out.toString(), at + 1));
    }
}
