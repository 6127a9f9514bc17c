package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.testing.PrivateAuthority;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;

/** Fetchers over the client that is there without asking for one, with the certificates that the process trusts. */
class UrlConnectionFetcherTest extends HttpFetcherContract {
    private final SSLSocketFactory usual = HttpsURLConnection.getDefaultSSLSocketFactory();

    @AfterEach
    void trustTheUsualAgain() {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
    }

    @Override
    HttpGet http() {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
        return new UrlConnectionGet();
    }

    @Override
    HttpGet https(PrivateAuthority authority) {
        HttpsURLConnection.setDefaultSSLSocketFactory(authority.clientContext().getSocketFactory());
        return new UrlConnectionGet();
    }
}
