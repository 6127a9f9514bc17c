package dev.tallyclerk.http;

import java.io.IOException;

/**
 * Sends HTTP requests: the interface to an HTTP client library.
 *
 * <p>A transport returns a response without following redirects, adding credentials or retrying, all of which the
 * client above it decides. It may resend only GET and HEAD, and only if a pooled connection was stale. It requests no
 * content coding, or at least decodes none. It observes the request's {@linkplain Request#timeout timeout},
 * {@linkplain Request#cancellation cancellation} and, as far as it can, {@linkplain Request#addresses addresses}.
 * Implementations are safe for use by several threads.
 */
@FunctionalInterface
public interface Transport {
    /**
     * Sends a request.
     *
     * @return the response, whatever its status; the caller closes it
     * @throws IOException if there is no response. Any other exception does not count as a failure of the registry, and
     *     is passed on to the caller
     */
    Response send(Request request) throws IOException;
}
