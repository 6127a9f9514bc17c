package dev.tallyclerk.http;

import java.io.IOException;

/**
 * Sends one HTTP request and gives the response as it comes.
 *
 * <p>A transport follows no redirects, adds no credentials and retries nothing: {@code RegistryClient} decides all of
 * that. Only GET and HEAD may be sent again by it, where a connection that was kept has died meanwhile. It asks for no
 * content coding, or undoes none. It keeps to the request's {@linkplain Request#timeout time},
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
