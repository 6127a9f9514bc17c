package dev.tallyclerk.trust.revocation;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallRequest;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.ErrorResponse;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.Lane;
import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Redirects;
import dev.tallyclerk.internal.call.Secrets;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Gets answers and lists from the addresses that certificates name. Safe for use by several threads. */
final class RevocationServers {
    private static final int OK = 200;

    private final CallSettings settings;

    RevocationServers(HttpSettings http) {
        this.settings = CallSettings.of(http, new Failures(HttpException::new));
    }

    /**
     * {@return an address that may be asked}
     *
     * @throws IOException if it is not plain http: an https server has a certificate that may be revoked itself
     */
    static URI address(String text) throws IOException {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("no address", e);
        }
        if (uri.getScheme() == null || !uri.getScheme().toLowerCase(Locale.ROOT).equals("http")) {
            throw new IOException("not an address of http");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IOException("an address without a host, or with a user or fragment");
        }
        return uri;
    }

    byte[] get(URI uri, int maxBytes) throws IOException {
        return ask(CallRequest.get(uri, false), maxBytes);
    }

    byte[] post(URI uri, String type, byte[] body, int maxBytes) throws IOException {
        return ask(
                new CallRequest(
                        "POST",
                        uri,
                        Map.of("Content-Type", List.of(type)),
                        RequestBody.of(body),
                        false,
                        Lane.of("GET", false),
                        true,
                        null,
                        null,
                        Secrets.none()),
                maxBytes);
    }

    private byte[] ask(CallRequest request, int maxBytes) throws IOException {
        String host = Origins.host(request.target());
        Redirects redirects = new Redirects(settings, new OriginRules(request.target(), settings));
        Deadline deadline = settings.deadline(host, false);
        Attempts attempts = new Attempts(settings, host, deadline);
        while (true) {
            try {
                return once(redirects, request, deadline, maxBytes);
            } catch (HttpException e) {
                // Asking twice changes nothing at the server.
                attempts.retry(e, true);
            }
        }
    }

    private byte[] once(Redirects redirects, CallRequest request, Deadline deadline, int maxBytes) throws IOException {
        CallResponse response = redirects.follow(request, deadline);
        try {
            if (response.status() != OK) {
                throw ErrorResponse.failure(
                        settings, response, Origins.host(response.uri()), request.method(), request.target(), false);
            }
            if (response.contentLength().orElse(0) > maxBytes) {
                throw tooLarge(maxBytes);
            }
            byte[] bytes = response.body().readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE));
            if (bytes.length > maxBytes) {
                throw tooLarge(maxBytes);
            }
            return bytes;
        } finally {
            response.close();
        }
    }

    private HttpException tooLarge(int maxBytes) {
        return settings.failures().of(Reason.PROTOCOL, OK, "an answer of more than " + maxBytes + " bytes");
    }
}
