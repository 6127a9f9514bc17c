package dev.tallyclerk.http.jdk;

import java.net.http.HttpClient;

/** What a client of the caller's must leave to us before a request of ours is sent with it. */
final class BareClient {
    private BareClient() {}

    /**
     * {@return {@code client}, which decides nothing by itself}
     *
     * @param proxiesOnly whether the caller says that its authenticator answers to proxies only
     * @throws IllegalArgumentException if it follows redirects, keeps cookies or has an authenticator for anybody
     */
    static HttpClient require(HttpClient client, boolean proxiesOnly) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "the client follows redirects, where each is decided about here:" + " make it with Redirect.NEVER");
        }
        if (client.cookieHandler().isPresent()) {
            throw new IllegalArgumentException("the client keeps cookies, of which one may lead to the wrong server");
        }
        if (client.authenticator().isPresent() && !proxiesOnly) {
            throw new IllegalArgumentException(
                    "the client has an authenticator, which any server may ask for a password:"
                            + " make it without one, or use ofProxyAuthenticating where it answers to proxies only");
        }
        return client;
    }
}
