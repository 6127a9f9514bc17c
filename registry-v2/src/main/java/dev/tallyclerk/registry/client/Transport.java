package dev.tallyclerk.registry.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sends one HTTP request and gives the response as it comes.
 *
 * <p>A transport follows no redirects, adds no credentials and retries nothing: {@link RegistryClient} decides all of
 * that. It asks for no content coding, or undoes none. Implementations are safe for use by several threads.
 */
@FunctionalInterface
public interface Transport {
    /**
     * Sends a request.
     *
     * @return the response, whatever its status; the caller closes it
     * @throws IOException if there is no response
     */
    Response send(Request request) throws IOException;

    /**
     * A request without a body.
     *
     * @param method the method, in upper case
     * @param uri the absolute address
     * @param headers the headers by name; one may have several values
     */
    record Request(String method, URI uri, Map<String, List<String>> headers) {
        /** Copies the headers. */
        public Request {
            Objects.requireNonNull(method, "method");
            Objects.requireNonNull(uri, "uri");
            headers = Map.copyOf(headers);
        }

        /** Shows method and address, and no header, because one may be a credential. */
        @Override
        public String toString() {
            return method + " " + uri;
        }
    }

    /** A response whose body has not been read yet. */
    final class Response implements Closeable {
        private final int status;
        private final Map<String, List<String>> headers;
        private final InputStream body;

        /**
         * Makes a response.
         *
         * @param status the status code
         * @param headers the headers; names are compared without regard to case
         * @param body the body, which this response closes
         */
        public Response(int status, Map<String, List<String>> headers, InputStream body) {
            this.status = status;
            this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.forEach((name, values) -> this.headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
            this.body = Objects.requireNonNull(body, "body");
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

        /** {@return the body, which is closed with this response} */
        public InputStream body() {
            return body;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
