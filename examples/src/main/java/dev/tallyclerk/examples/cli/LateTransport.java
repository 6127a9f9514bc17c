package dev.tallyclerk.examples.cli;

import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What registries are asked through, made when the first of them is. */
final class LateTransport implements Transport {
    private final LateHttp http;
    private @Nullable Transport plain;
    private @Nullable Transport tls;

    LateTransport(LateHttp http) {
        this.http = http;
    }

    @Override
    public Response send(Request request) throws IOException {
        return of(request.uri().getScheme()).send(request);
    }

    private synchronized Transport of(@Nullable String scheme) throws IOException {
        boolean https = "https".equalsIgnoreCase(scheme);
        Transport made = https ? tls : plain;
        if (made == null) {
            made = new OkHttpTransport(https ? http.tls() : http.plain());
            if (https) {
                tls = made;
            } else {
                plain = made;
            }
        }
        return made;
    }
}
