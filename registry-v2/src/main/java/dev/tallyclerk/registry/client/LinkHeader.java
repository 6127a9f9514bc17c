package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.internal.auth.QuotedString;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads Link headers (RFC 8288, section 3), of which only the next page matters. */
final class LinkHeader {
    private final String host;
    private final String text;
    private int at;
    private @Nullable String next;

    private LinkHeader(String host, String text) {
        this.host = host;
        this.text = text;
    }

    /**
     * {@return where the next page is, if there is one}
     *
     * @param host whose answer it is, for a person to read
     * @param headers the headers, each with any number of links
     * @throws HttpException if one cannot be read, or they name two next pages: a list that ends too early would pass
     *     for a whole one
     */
    static Optional<String> next(String host, List<String> headers) throws HttpException {
        String next = null;
        for (String header : headers) {
            LinkHeader links = new LinkHeader(host, header);
            links.read();
            String found = links.next;
            if (found != null && next != null && !next.equals(found)) {
                throw links.malformed();
            }
            next = found == null ? next : found;
        }
        return Optional.ofNullable(next);
    }

    private void read() throws HttpException {
        skip(" \t,");
        while (at < text.length()) {
            String target = target();
            if (isNext(relation())) {
                if (next != null && !next.equals(target)) {
                    throw malformed();
                }
                next = target;
            }
            skip(" \t");
            if (at < text.length() && text.charAt(at) != ',') {
                throw malformed();
            }
            skip(" \t,");
        }
    }

    private String target() throws HttpException {
        int close = text.indexOf('>', at);
        if (text.charAt(at) != '<' || close < 0) {
            throw malformed();
        }
        String target = text.substring(at + 1, close).strip();
        at = close + 1;
        return target;
    }

    /** {@return the value of the first parameter "rel", which alone counts, or an empty text} */
    private String relation() throws HttpException {
        String relation = null;
        skip(" \t");
        while (at < text.length() && text.charAt(at) == ';') {
            at++;
            skip(" \t");
            String name = token().toLowerCase(Locale.ROOT);
            skip(" \t");
            String value = "";
            if (at < text.length() && text.charAt(at) == '=') {
                at++;
                skip(" \t");
                value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                skip(" \t");
            }
            if (name.equals("rel") && relation == null) {
                relation = value;
            }
        }
        return relation == null ? "" : relation;
    }

    private static boolean isNext(String relations) {
        for (String relation : relations.split("[ \t]+", -1)) {
            if (relation.equalsIgnoreCase("next")) {
                return true;
            }
        }
        return false;
    }

    private String quoted() throws HttpException {
        QuotedString string = QuotedString.read(text, at).orElseThrow(this::malformed);
        at = string.end();
        return string.value();
    }

    private String token() {
        int start = at;
        while (at < text.length() && " \t;,=\"<>".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private void skip(String characters) {
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private HttpException malformed() {
        return new RegistryException(
                Reason.PROTOCOL, 200, "cannot read the links of " + host + ": " + Quoted.quote(text));
    }
}
