package dev.tallyclerk.registry.proxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request as it came in, unchecked. Immutable.
 *
 * <p>{@link #toString} has the method and the path, and neither query nor headers, which may have secrets.
 */
public final class ProxyRequest {
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, List<String>> headers;
    private final String caller;

    private ProxyRequest(String method, String path, String query, Map<String, List<String>> headers, String caller) {
        this.method = Objects.requireNonNull(method, "method");
        this.path = Objects.requireNonNull(path, "path");
        this.query = Objects.requireNonNull(query, "query");
        this.headers = headers;
        this.caller = Objects.requireNonNull(caller, "caller");
    }

    /**
     * {@return a request without headers of a caller without a name}
     *
     * @param method in upper case, such as {@code GET}
     * @param target path and query as they stand in the request line, not decoded, such as
     *     {@code /v2/library/debian/manifests/12?ns=docker.io}
     */
    public static ProxyRequest of(String method, String target) {
        int mark = target.indexOf('?');
        return mark < 0
                ? new ProxyRequest(method, target, "", Map.of(), "")
                : new ProxyRequest(method, target.substring(0, mark), target.substring(mark + 1), Map.of(), "");
    }

    /** {@return this request with one more header} */
    public ProxyRequest withHeader(String name, String value) {
        Objects.requireNonNull(value, "value");
        Map<String, List<String>> all = new HashMap<>(headers);
        List<String> values = new ArrayList<>(all.getOrDefault(lower(name), List.of()));
        values.add(value);
        all.put(lower(name), List.copyOf(values));
        return new ProxyRequest(method, path, query, Map.copyOf(all), caller);
    }

    /** {@return this request with more headers, such as those of a server's request} */
    public ProxyRequest withHeaders(Map<String, List<String>> headers) {
        ProxyRequest all = this;
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            for (String value : header.getValue()) {
                all = all.withHeader(header.getKey(), value);
            }
        }
        return all;
    }

    /**
     * {@return this request, asked by {@code caller}}
     *
     * @param caller any name that the embedder has for the client. Callers of different names share nothing that their
     *     own logins at an upstream have led to
     */
    public ProxyRequest withCaller(String caller) {
        return new ProxyRequest(method, path, query, headers, caller);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** {@return the method} */
    public String method() {
        return method;
    }

    /** {@return the path, not decoded} */
    public String path() {
        return path;
    }

    /** {@return the query, not decoded; empty if there is none} */
    public String query() {
        return query;
    }

    /** {@return the values of a header, in any case of its name, in their order} */
    public List<String> headers(String name) {
        return headers.getOrDefault(lower(name), List.of());
    }

    /** {@return the first value of a header} */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** {@return who asks; empty if that is unknown} */
    public String caller() {
        return caller;
    }

    /** {@return how many characters the headers have} */
    long headerLength() {
        return headers.entrySet().stream()
                .mapToLong(header -> header.getValue().stream()
                        .mapToLong(value -> header.getKey().length() + value.length())
                        .sum())
                .sum();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
