package dev.tallyclerk.examples.cli;

import dev.tallyclerk.trust.fetch.FetchOptions;
import dev.tallyclerk.trust.fetch.HttpGet;
import dev.tallyclerk.trust.okhttp.OkHttpGet;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What repositories of metadata are asked through, made when the first of them is. */
final class LateGet implements HttpGet {
    private final LateHttp http;
    private @Nullable HttpGet plain;
    private @Nullable HttpGet tls;

    LateGet(LateHttp http) {
        this.http = http;
    }

    @Override
    public Answer send(URI uri, FetchOptions options) throws IOException {
        return of(uri.getScheme()).send(uri, options);
    }

    private synchronized HttpGet of(@Nullable String scheme) throws IOException {
        boolean https = "https".equalsIgnoreCase(scheme);
        HttpGet made = https ? tls : plain;
        if (made == null) {
            made = new OkHttpGet(https ? http.tls() : http.plain());
            if (https) {
                tls = made;
            } else {
                plain = made;
            }
        }
        return made;
    }
}
