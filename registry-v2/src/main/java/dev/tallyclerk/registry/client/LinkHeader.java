package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.HeaderScanner;
import dev.tallyclerk.text.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads Link headers (RFC 8288, section 3), of which only the next page matters. */
final class LinkHeader {
    private final String host;
    private final String text;
    private final HeaderScanner links;
    private @Nullable String next;

    private LinkHeader(String host, String text) {
        this.host = host;
        this.text = text;
        this.links = new HeaderScanner(text);
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
        links.skip(" \t,");
        while (!links.isAtEnd()) {
            String target = target();
            if (isNext(relation())) {
                if (next != null && !next.equals(target)) {
                    throw malformed();
                }
                next = target;
            }
            if (!links.isAtEnd() && !links.isAt(',')) {
                throw malformed();
            }
            links.skip(" \t,");
        }
    }

    private String target() throws HttpException {
        if (!links.take('<')) {
            throw malformed();
        }
        String target = links.take(c -> c != '>').strip();
        if (!links.take('>')) {
            throw malformed();
        }
        links.skip(" \t");
        return target;
    }

    /** {@return the value of the first parameter "rel", which alone counts, or an empty text} */
    private String relation() throws HttpException {
        String relation = null;
        while (links.take(';')) {
            links.skip(" \t");
            String name = token().toLowerCase(Locale.ROOT);
            String value = "";
            if (links.take('=')) {
                links.skip(" \t");
                value = links.isAt('"') ? links.quoted().orElseThrow(this::malformed) : token();
                links.skip(" \t");
            }
            if (name.equals("rel") && relation == null) {
                relation = value;
            }
        }
        return relation == null ? "" : relation;
    }

    private static boolean isNext(String relations) {
        return Arrays.stream(relations.split("[ \t]+", -1)).anyMatch("next"::equalsIgnoreCase);
    }

    private String token() {
        String token = links.take(c -> " \t;,=\"<>".indexOf(c) < 0);
        links.skip(" \t");
        return token;
    }

    private HttpException malformed() {
        return new RegistryException(
                Reason.PROTOCOL, 200, "cannot read the links of " + host + ": " + Quoted.quote(text));
    }
}
