package dev.tallyclerk.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The response of a server: status, headers, and a body that has not been read yet. */
public final class Response implements Closeable {
    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;

    /**
     * Makes a response.
     *
     * @param status the status code
     * @param headers the headers; names are compared without regard to case, and values of names that differ in case
     *     only come one after the other. What a null name stands for, which is the status line in some clients' maps,
     *     is left out
     * @param body the body, which this response closes
     */
    public Response(int status, Map<String, List<String>> headers, InputStream body) {
        this.status = status;
        this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> {
            if (name != null) {
                this.headers.merge(name, List.copyOf(values), Response::joined);
            }
        });
        this.body = Objects.requireNonNull(body, "body");
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** {@return the status code} */
    public int status() {
        return status;
    }

    /** {@return the first header of that name} */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** {@return all headers of that name, in order} */
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** {@return this response with another body, which closes this one's} */
    public Response withBody(InputStream body) {
        return new Response(status, headers, body);
    }

    /** {@return the body, which is closed with this response} */
    public InputStream body() {
        return body;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
