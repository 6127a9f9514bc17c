package dev.tallyclerk.http;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Answers the challenges of a server: the interface to logins for clients that have none of their own.
 *
 * <p>A client asks it after an answer 401, sends the request once more with the header it gets, and sends that header
 * with later requests to the same server too. It never sends it to another origin that the settings do not trust with
 * it. Implementations are safe for use by several threads.
 */
@FunctionalInterface
public interface HttpAuthenticator {
    /**
     * {@return the value of the Authorization header to send, or empty if there is no answer}
     *
     * @param target the address of the request that was answered 401
     * @param challenges the values of the {@code WWW-Authenticate} headers of the answer; untrusted text. An address in
     *     them is the server's choice, to be checked before credentials are sent there
     * @throws IOException if there are credentials, but no token can be had for them
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6">RFC 9110, 11.6</a>
     */
    Optional<String> answer(URI target, List<String> challenges) throws IOException;

    /** {@return an authenticator without credentials} */
    static HttpAuthenticator none() {
        return (target, challenges) -> Optional.empty();
    }
}
